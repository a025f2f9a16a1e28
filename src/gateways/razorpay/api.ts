import { z } from "@medusajs/framework/zod"
import { GatewayRefusedError, type HttpResponse, type Io } from "../gateway"
import { hostOf } from "../simulator"
import type { RazorpayAccount } from "./config"
import { readRazorpayJson } from "./objects"

const hosts = { live: "https://api.razorpay.com", test: "https://api.razorpay.com" } as const

export type RazorpayCall = Readonly<{
  method: "GET" | "POST"
  /** From `/v1` on, with its query. */
  path: string
  body?: Readonly<Record<string, unknown>>
  /** Refunds only: 10 or more letters, digits, hyphens and underscores. */
  idempotencyKey?: string
}>

/**
 * One call of Razorpay's API, read with a schema.
 * @throws RazorpayRefusal when Razorpay says no for good; Error when it cannot answer now and the call may be tried again.
 * https://razorpay.com/docs/errors/
 */
export async function callRazorpay<T>(
  call: RazorpayCall,
  schema: z.ZodType<T>,
  account: RazorpayAccount,
  io: Io
): Promise<T> {
  const { keyId, keySecret } = account.config
  if (!keyId || !keySecret) {
    throw new GatewayRefusedError(
      `The Razorpay account "${account.id}" has no keyId and keySecret, so nothing can be asked of Razorpay or done ` +
        `there: add both from Account & Settings > API Keys, or do it in the dashboard.`
    )
  }
  const response = await io.request({
    method: call.method,
    url: `${hostOf(account, hosts)}${call.path}`,
    headers: {
      authorization: `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString("base64")}`,
      ...(call.body ? { "content-type": "application/json" } : {}),
      ...(call.idempotencyKey ? { "x-refund-idempotency": call.idempotencyKey } : {}),
    },
    ...(call.body ? { body: JSON.stringify(call.body) } : {}),
  })
  if (response.status === 200) return schema.parse(readRazorpayJson(response.body))
  throw errorOf(response, account)
}

/** Razorpay's no. */
export class RazorpayRefusal extends GatewayRefusedError {
  constructor(
    message: string,
    readonly status: number
  ) {
    super(message)
  }
}

/** The answer, or undefined when Razorpay knows no such object, which it says with 400. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof RazorpayRefusal && /does not exist|is not a valid id/i.test(error.message))
      return undefined
    throw error
  })
}

const errorBody = z.looseObject({
  error: z.looseObject({
    code: z.string().nullish(),
    description: z.string().nullish(),
    reason: z.string().nullish(),
  }),
})

/** A bank's outage (GATEWAY_ERROR), a call that is still under way (409), 408, 429 and 5xx pass by themselves. */
function errorOf(response: HttpResponse, account: RazorpayAccount): Error {
  const { status } = response
  const told = errorBody.safeParse(readOrNothing(response.body)).data?.error
  const underWay = status === 409 && /in progress/i.test(told?.description ?? "")
  const passes =
    [408, 429].includes(status) || underWay || told?.code === "GATEWAY_ERROR" || told?.code === "SERVER_ERROR"
  if (status < 400 || status >= 500 || passes || !told) {
    return new Error(`Razorpay answered ${status}${told?.code ? ` (${told.code})` : ""}`)
  }
  if (status === 401) {
    return new RazorpayRefusal(
      `Razorpay does not accept the keyId and keySecret of the account "${account.id}": the key was renewed or ` +
        `mistyped. Copy both again from Account & Settings > API Keys in the Razorpay dashboard.`,
      status
    )
  }
  return new RazorpayRefusal(
    `Razorpay refused: ${told.description ?? told.reason ?? told.code ?? status}`,
    status
  )
}

function readOrNothing(body: Uint8Array): unknown {
  try {
    return readRazorpayJson(body)
  } catch {
    return undefined
  }
}
