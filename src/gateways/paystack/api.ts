import { z } from "@medusajs/framework/zod"
import { GatewayRefusedError, type HttpResponse, type Io } from "../gateway"
import { hostOf } from "../simulator"
import { readPaystackJson } from "./objects"
import type { PaystackAccount } from "./options"

const hosts = { live: "https://api.paystack.co", test: "https://api.paystack.co" } as const

export type PaystackCall = Readonly<{
  method: "GET" | "POST"
  /** With its query. */
  path: string
  body?: Readonly<Record<string, unknown>>
}>

/** Paystack's no, with its code where it gives one. */
export class PaystackRefusal extends GatewayRefusedError {
  constructor(
    message: string,
    readonly isUnknown: boolean
  ) {
    super(message)
  }
}

/**
 * One call of Paystack's API, read with a schema.
 * @throws PaystackRefusal when Paystack says no for good; Error when it cannot answer now and the call may be tried
 * again. https://paystack.com/docs/api/errors/
 */
export async function callPaystack<T>(
  { method, path, body }: PaystackCall,
  schema: z.ZodType<T>,
  account: PaystackAccount,
  io: Io
): Promise<T> {
  const response = await io.request({
    method,
    url: `${hostOf(account, hosts)}${path}`,
    headers: {
      authorization: `Bearer ${account.config.secretKeys[0] ?? ""}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (response.status === 200 || response.status === 201) {
    return schema.parse(readPaystackJson(response.body))
  }
  throw errorOf(response, account)
}

const refusal = z.looseObject({ status: z.literal(false), message: z.string() })

function errorOf({ status, body }: HttpResponse, account: PaystackAccount): Error {
  const told = refusal.safeParse(readOrNothing(body)).data
  if (status < 400 || status >= 500 || status === 408 || status === 429 || !told) {
    return new Error(`Paystack answered ${status}`)
  }
  if (status === 401) {
    const sentence =
      `Paystack does not accept the first of the secretKeys of the account "${account.id}": it was replaced or ` +
      `mistyped. Copy it again from Settings > API Keys & Webhooks in the Paystack dashboard.`
    return new PaystackRefusal(sentence, false)
  }
  const isUnknown = status === 404 || /not found/i.test(told.message)
  return new PaystackRefusal(`Paystack refused: ${told.message.slice(0, 300)}`, isUnknown)
}

function readOrNothing(body: Uint8Array): unknown {
  try {
    return readPaystackJson(body)
  } catch {
    return undefined
  }
}
