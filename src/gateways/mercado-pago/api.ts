import { z } from "@medusajs/framework/zod"
import { GatewayRefusedError, type HttpResponse, type Io } from "../gateway"
import { hostOf } from "../simulator"
import { readMercadoPagoJson } from "./objects"
import type { MercadoPagoAccount } from "./options"

const hosts = { live: "https://api.mercadopago.com", test: "https://api.mercadopago.com" } as const

export type MercadoPagoCall = Readonly<{
  method: "GET" | "POST" | "PUT"
  /** With its query. */
  path: string
  /** JSON as text: amounts are written into it as they are, never through a `number`. */
  json?: string
  /** A repeated call with the same key does nothing twice. */
  idempotencyKey?: string
}>

/** Mercado Pago's no, with the status it came with. */
export class MercadoPagoRefusal extends GatewayRefusedError {
  constructor(
    message: string,
    readonly status: number
  ) {
    super(message)
  }
}

/**
 * One call of Mercado Pago's API, read with a schema.
 * @throws MercadoPagoRefusal when Mercado Pago says no for good; Error when it cannot answer now and the call may be
 * tried again: also for 409, 423 and 424, which say that the same key is being worked on.
 */
export async function callMercadoPago<T>(
  { method, path, json, idempotencyKey }: MercadoPagoCall,
  schema: z.ZodType<T>,
  account: MercadoPagoAccount,
  io: Io
): Promise<T> {
  const response = await io.request({
    method,
    url: `${hostOf(account, hosts)}${path}`,
    headers: {
      authorization: `Bearer ${account.config.accessToken}`,
      ...(json ? { "content-type": "application/json" } : {}),
      ...(idempotencyKey ? { "x-idempotency-key": idempotencyKey } : {}),
    },
    ...(json ? { body: json } : {}),
  })
  if (response.status === 200 || response.status === 201) {
    return schema.parse(readMercadoPagoJson(response.body))
  }
  throw errorOf(response, account)
}

/** The answer, or undefined when Mercado Pago knows no such object. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof MercadoPagoRefusal && error.status === 404) return undefined
    throw error
  })
}

const refusal = z.looseObject({
  message: z.string().nullish(),
  error: z.string().nullish(),
  cause: z
    .union([z.array(z.looseObject({ description: z.string().nullish() })), z.null()])
    .optional()
    .catch([]),
})

const passing: ReadonlySet<number> = new Set([408, 409, 423, 424, 429])

function errorOf({ status, body }: HttpResponse, account: MercadoPagoAccount): Error {
  const told = refusal.safeParse(readOrNothing(body)).data
  if (status < 400 || status >= 500 || passing.has(status) || !told) {
    return new Error(`Mercado Pago answered ${status}`)
  }
  if (status === 401) {
    const sentence =
      `Mercado Pago does not accept the accessToken of the account "${account.id}": it was renewed, deleted or ` +
      `mistyped. Copy it again from Your integrations > your application > Credentials.`
    return new MercadoPagoRefusal(sentence, status)
  }
  const causes = (told.cause ?? []).flatMap(({ description }) => description ?? [])
  const reason = causes.join("; ") || told.message || told.error || String(status)
  return new MercadoPagoRefusal(`Mercado Pago refused: ${reason.slice(0, 300)}`, status)
}

function readOrNothing(body: Uint8Array): unknown {
  try {
    return readMercadoPagoJson(body)
  } catch {
    return undefined
  }
}
