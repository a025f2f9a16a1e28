import { z } from "@medusajs/framework/zod"
import { GatewayRefusedError, type HttpResponse, type Io } from "../gateway"
import { hostOf } from "../simulator"
import { readJson } from "../verification/strict-json"
import { posIdOf, type Przelewy24Account } from "./options"

const hosts = { live: "https://secure.przelewy24.pl", test: "https://sandbox.przelewy24.pl" } as const

export type Przelewy24Call = Readonly<{
  method: "GET" | "POST" | "PUT"
  /** After `/api/v1`. */
  path: string
  body?: Readonly<Record<string, unknown>>
}>

/** Przelewy24's no, with the status it came with. */
export class Przelewy24Refusal extends GatewayRefusedError {
  constructor(
    message: string,
    readonly status: number
  ) {
    super(message)
  }
}

/** Where the buyer pays a registered transaction. */
export function paymentPage(token: string, account: Przelewy24Account): string {
  return `${hostOf(account, hosts)}/trnRequest/${encodeURIComponent(token)}`
}

/**
 * One call of Przelewy24's API, whose `data` is read with a schema. Identifies by the number of the shop and the API key.
 * @throws Przelewy24Refusal when Przelewy24 says no for good; Error when it cannot answer now and the call may be tried
 * again. https://developers.przelewy24.pl/index.php?en#tag/Environment
 */
export async function callPrzelewy24<T>(
  { method, path, body }: Przelewy24Call,
  schema: z.ZodType<T>,
  account: Przelewy24Account,
  io: Io
): Promise<T> {
  const identity = Buffer.from(`${posIdOf(account)}:${account.config.apiKey}`).toString("base64")
  const response = await io.request({
    method,
    url: `${hostOf(account, hosts)}/api/v1${path}`,
    headers: {
      authorization: `Basic ${identity}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (response.status === 200 || response.status === 201) {
    return z.looseObject({ data: schema }).parse(readJson(response.body)).data as T
  }
  throw errorOf(response, account)
}

const refusal = z.looseObject({
  error: z.union([z.string(), z.array(z.looseObject({ message: z.string() }))]).nullish(),
  /** Of a refund: why each was refused. */
  data: z.array(z.looseObject({ message: z.string() })).nullish(),
})

function errorOf({ status, body }: HttpResponse, account: Przelewy24Account): Error {
  const told = refusal.safeParse(readOrNothing(body)).data
  if (status < 400 || status >= 500 || status === 408 || status === 429 || !told) {
    return new Error(`Przelewy24 answered ${status}`)
  }
  if (status === 401 || status === 403) {
    const sentence =
      `Przelewy24 does not accept the apiKey of the account "${account.id}", or calls from this server's address: ` +
      `check posId, apiKey and the list of IP addresses in Moje dane > Dane API i konfiguracja in its panel.`
    return new Przelewy24Refusal(sentence, status)
  }
  const reasons = [told.data, told.error].flatMap((part) =>
    typeof part === "string" ? [part] : (part ?? []).map((one) => one.message)
  )
  return new Przelewy24Refusal(`Przelewy24 refused: ${reasons.join("; ").slice(0, 300) || status}`, status)
}

function readOrNothing(body: Uint8Array): unknown {
  try {
    return readJson(body)
  } catch {
    return undefined
  }
}
