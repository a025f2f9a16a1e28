import { createHash } from "node:crypto"
import { z } from "@medusajs/framework/zod"
import { GatewayRefusedError, type HttpResponse, type Io } from "../gateway"
import { hostOf } from "../simulator"
import type { MollieAccount } from "./config"
import { mollieObjects, readMollieJson, type MolliePayment } from "./objects"

const hosts = { live: "https://api.mollie.com", test: "https://api.mollie.com" } as const

export type MollieCall = Readonly<{
  method: "GET" | "POST" | "DELETE"
  /** From `/v2` on, with its query. */
  path: string
  body?: Readonly<Record<string, unknown>>
  /** What makes a repeated call do nothing twice, for an hour: any text. */
  idempotencyKey?: string
}>

/**
 * One call of Mollie's API, read with a schema.
 * @throws MollieRefusal when Mollie says no for good; Error when it cannot answer now and the call may be tried again.
 * https://docs.mollie.com/reference/handling-errors
 */
export async function callMollie<T>(
  call: MollieCall,
  schema: z.ZodType<T>,
  account: MollieAccount,
  io: Io
): Promise<T> {
  const response = await io.request({
    method: call.method,
    url: `${hostOf(account, hosts)}${call.path}`,
    headers: {
      authorization: `Bearer ${account.config.apiKey}`,
      accept: "application/hal+json",
      ...(call.body ? { "content-type": "application/json" } : {}),
      ...(call.idempotencyKey ? { "idempotency-key": uuidOf(call.idempotencyKey) } : {}),
    },
    ...(call.body ? { body: JSON.stringify(call.body) } : {}),
  })
  if (response.status === 202 || response.status === 204) return schema.parse(readOrNothing(response.body))
  if (response.status === 200 || response.status === 201) return schema.parse(readMollieJson(response.body))
  throw errorOf(response, account)
}

/** A payment with its captures, refunds and chargebacks; undefined when Mollie knows none of that id in this mode. */
export async function getPayment(
  id: string,
  account: MollieAccount,
  io: Io
): Promise<MolliePayment | undefined> {
  const path = `/v2/payments/${id}?embed=captures,refunds,chargebacks`
  return orUndefined(callMollie({ method: "GET", path }, mollieObjects.payment, account, io))
}

/** The answer, or undefined when Mollie knows no such object (404), or no longer (410). */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof MollieRefusal && (error.status === 404 || error.status === 410)) return undefined
    throw error
  })
}

/** Mollie's no. */
export class MollieRefusal extends GatewayRefusedError {
  constructor(
    message: string,
    readonly status: number
  ) {
    super(message)
  }
}

const errorBody = z.looseObject({
  title: z.string().nullish(),
  detail: z.string().nullish(),
  field: z.string().nullish(),
})

/** 408, 409 (the same call is under way) and 429 pass by themselves, as do 5xx and redirects, which Mollie never sends. */
function errorOf(response: HttpResponse, account: MollieAccount): Error {
  const { status } = response
  const told = errorBody.safeParse(readOrNothing(response.body)).data
  if (status < 400 || status >= 500 || [408, 409, 429].includes(status)) {
    return new Error(`Mollie answered ${status}`)
  }
  if (status === 401) {
    return new MollieRefusal(
      `Mollie does not accept the apiKey of the account "${account.id}": it was renewed, deleted or mistyped. ` +
        `Copy it again from Developers > API keys in the Mollie dashboard.`,
      status
    )
  }
  // A 404 that Mollie did not word comes from something between us: it must not make a payment unknown.
  if (!told?.detail && !told?.title) return new Error(`Mollie answered ${status} without a reason`)
  const field = told.field ? ` (field "${told.field}")` : ""
  return new MollieRefusal(`Mollie refused: ${told.detail ?? told.title}${field}`, status)
}

function readOrNothing(body: Uint8Array): unknown {
  try {
    return readMollieJson(body)
  } catch {
    return undefined
  }
}

/** Mollie wants keys written as UUIDs; the same text gives the same one. https://docs.mollie.com/overview/api-idempotency */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
