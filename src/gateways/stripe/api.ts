import { z } from "@medusajs/framework/zod"
import { GatewayRefusedError, type HttpResponse, type Io } from "../gateway"
import { hostOf } from "../simulator"
import type { StripeAccount } from "./config"
import { readStripeJson, stripeObjects } from "./objects"

const hosts = { live: "https://api.stripe.com", test: "https://api.stripe.com" } as const

/** The API version that our calls are written for: the one of the `stripe` package 23.1.0. */
export const stripeVersion = "2026-10-28.endive"

export type StripeCall = Readonly<{
  method: "GET" | "POST"
  /** From `/v1` on, without a query. */
  path: string
  /** In Stripe's bracket writing, as in `line_items[0][quantity]`; undefined ones are left out. */
  params?: readonly (readonly [name: string, value: string | undefined])[]
  /** At most 255 characters: a repeated call with the same key does nothing twice. */
  idempotencyKey?: string
}>

/**
 * One call of Stripe's API, read with a schema.
 * @throws StripeRefusal when Stripe says no for good; Error when it cannot answer now and the call may be tried again.
 * https://docs.stripe.com/api/errors and https://docs.stripe.com/error-low-level
 */
export async function callStripe<T>(
  call: StripeCall,
  schema: z.ZodType<T>,
  account: StripeAccount,
  io: Io
): Promise<T> {
  const { apiKey } = account.config
  if (!apiKey) {
    throw new GatewayRefusedError(
      `The Stripe account "${account.id}" has no apiKey, so nothing can be asked of Stripe or done there: add apiKey ` +
        `from Developers > API keys in the Stripe dashboard, or do it in the dashboard.`
    )
  }
  const given = (call.params ?? []).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] satisfies [string, string]]
  )
  const form = new URLSearchParams(given).toString()
  const query = call.method === "GET" && form ? `?${form}` : ""
  const response = await io.request({
    method: call.method,
    url: `${hostOf(account, hosts)}${call.path}${query}`,
    headers: {
      authorization: `Bearer ${apiKey}`,
      "stripe-version": stripeVersion,
      ...(call.method === "POST" ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      ...(call.idempotencyKey ? { "idempotency-key": call.idempotencyKey } : {}),
    },
    ...(call.method === "POST" ? { body: form } : {}),
  })
  if (response.status === 200) return schema.parse(readStripeJson(response.body))
  throw errorOf(response, account)
}

/** Stripe's no, with what it said of the payment. */
export class StripeRefusal extends GatewayRefusedError {
  constructor(
    message: string,
    readonly code: string | undefined,
    readonly intent: z.infer<typeof stripeObjects.paymentIntent> | undefined
  ) {
    super(message)
  }
}

const errorBody = z.looseObject({
  error: z.looseObject({
    type: z.string().nullish(),
    code: z.string().nullish(),
    decline_code: z.string().nullish(),
    message: z.string().nullish(),
    payment_intent: z.unknown(),
  }),
})

/** 409 and 429 pass by themselves; Stripe also says so in a header. https://docs.stripe.com/error-low-level */
function errorOf(response: HttpResponse, account: StripeAccount): Error {
  const { status, headers } = response
  const told = errorBody.safeParse(readOrNothing(response.body)).data?.error
  const passes = status === 409 || status === 429 || headers["stripe-should-retry"] === "true"
  if (status < 400 || status >= 500 || passes || !told) {
    return new Error(`Stripe answered ${status}${told?.code ? ` (${told.code})` : ""}`)
  }
  const code = told.code ?? told.type ?? undefined
  const intent = stripeObjects.paymentIntent.safeParse(told.payment_intent).data
  return new StripeRefusal(wordsFor(status, code, told, account), code, intent)
}

function wordsFor(
  status: number,
  code: string | undefined,
  told: Readonly<{ message?: string | null | undefined; decline_code?: string | null | undefined }>,
  account: StripeAccount
): string {
  if (status === 401) {
    return (
      `Stripe does not accept the apiKey of the account "${account.id}": it was rolled, deleted or mistyped. ` +
      `Copy it again from Developers > API keys in the Stripe dashboard.`
    )
  }
  if (status === 403) {
    return `The restricted apiKey of the account "${account.id}" lacks a permission: ${told.message ?? code ?? status}`
  }
  if (code === "charge_already_refunded") return "Stripe has already refunded this payment in full."
  if (code === "charge_disputed") {
    return "Stripe refunds nothing while the buyer disputes the payment: answer the dispute in the Stripe dashboard."
  }
  const details = [told.decline_code ?? code, told.message].filter(Boolean).join(": ")
  return `Stripe refused: ${details || status}`
}

function readOrNothing(body: Uint8Array): unknown {
  try {
    return readStripeJson(body)
  } catch {
    return undefined
  }
}
