import { z } from "@medusajs/framework/zod"
import { GatewayRefusedError, type HttpRequest, type HttpResponse, type Io } from "../../gateway"
import { hostOf } from "../../simulator"
import { appOf, type PaypalAccount, type PaypalApp } from "../options"
import { apiHosts } from "./hosts"
import { readPaypalJson } from "./objects"

export type PaypalCall = Readonly<{
  method: "GET" | "POST"
  /** From `/v1` or `/v2` on, with its query. */
  path: string
  /** Sent as it is. */
  body?: string
  /** PayPal-Request-Id: a repeated call with the same id does nothing twice. At most 108 characters. */
  requestId?: string
}>

/** PayPal's no. `issue` is its name, as in INSTRUMENT_DECLINED; RESOURCE_NOT_FOUND where there is no such object. */
export class PaypalRefusal extends GatewayRefusedError {
  constructor(
    message: string,
    readonly status: number,
    readonly issue: string
  ) {
    super(message)
  }
}

/**
 * One call of PayPal's API, read with a schema.
 * @throws PaypalRefusal when PayPal says no for good; Error when it cannot answer now and the call may be tried again.
 * https://developer.paypal.com/api/rest/responses/ (read 2026-11-22)
 */
export async function callPaypal<T>(
  call: PaypalCall,
  schema: z.ZodType<T>,
  account: PaypalAccount,
  io: Io
): Promise<T> {
  const app = appOf(account)
  if (!app) {
    throw new GatewayRefusedError(
      `The account "${account.id}" has no clientId, so nothing can be asked of PayPal's API or done there: ` +
        `do it at PayPal, its message will be booked here.`
    )
  }
  const send = async (token: string) => io.request(requestOf(call, token, account))
  const remembered = () =>
    io.remember(`paypal-token:${account.id}:${app.clientId}`, 300_000, () => askToken(app, account, io))
  let response = await send(await remembered())
  // The token may have ended or been taken back since it was remembered.
  if (response.status === 401) response = await send(await askToken(app, account, io))
  if (response.status < 200 || response.status > 299) throw errorOf(response, account)
  return schema.parse(response.body.length === 0 ? {} : readPaypalJson(response.body))
}

function requestOf(call: PaypalCall, token: string, account: PaypalAccount): HttpRequest {
  return {
    method: call.method,
    url: `${hostOf(account, apiHosts)}${call.path}`,
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/json",
      ...(call.method === "POST"
        ? { "content-type": "application/json", prefer: "return=representation" }
        : {}),
      ...(call.requestId ? { "paypal-request-id": call.requestId } : {}),
    },
    ...(call.method === "POST" ? { body: call.body ?? "{}" } : {}),
  }
}

const tokenAnswer = z.looseObject({ access_token: z.string().regex(/^[\x21-\x7e]{8,4000}$/) })

/** https://developer.paypal.com/api/rest/authentication/ */
async function askToken(app: PaypalApp, account: PaypalAccount, io: Io): Promise<string> {
  const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64")
  const response = await io.request({
    method: "POST",
    url: `${hostOf(account, apiHosts)}/v1/oauth2/token`,
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
  })
  if (response.status !== 200) throw errorOf(response, account)
  return tokenAnswer.parse(readPaypalJson(response.body)).access_token
}

const errorBody = z.looseObject({
  name: z.string().nullish(),
  error: z.string().nullish(),
  message: z.string().nullish(),
  details: z
    .array(z.looseObject({ issue: z.string().nullish(), description: z.string().nullish() }))
    .nullish(),
})

function errorOf({ status, body }: HttpResponse, account: PaypalAccount): Error {
  const told = errorBody.safeParse(readOrNothing(body)).data
  const [detail] = told?.details ?? []
  const issue = detail?.issue ?? told?.name ?? told?.error
  const passes = status < 400 || status >= 500 || [408, 409, 429].includes(status)
  if (passes || !issue) return new Error(`PayPal answered ${status}${issue ? ` (${issue})` : ""}`)
  if (status === 401) {
    return new PaypalRefusal(
      `PayPal does not accept clientId and clientSecret of the account "${account.id}": copy both again from ` +
        `Apps & Credentials at https://developer.paypal.com/dashboard, ${account.mode === "live" ? "Live" : "Sandbox"}.`,
      status,
      issue
    )
  }
  if (status === 403) {
    return new PaypalRefusal(
      `the app of the account "${account.id}" lacks a permission: ${told?.message ?? issue}`,
      status,
      issue
    )
  }
  const known = words[issue]
  const said = [issue, detail?.description ?? told?.message].filter(Boolean).join(": ")
  return new PaypalRefusal(known ?? said, status, status === 404 ? "RESOURCE_NOT_FOUND" : issue)
}

/** What an owner reads instead of PayPal's own sentence. https://developer.paypal.com/api/rest/reference/orders/v2/errors/ */
const words: Readonly<Record<string, string | undefined>> = {
  AUTHORIZATION_ALREADY_CAPTURED: "the reserved amount was captured already.",
  AUTHORIZATION_VOIDED: "the reservation was cancelled or lapsed already.",
  CAPTURE_FULLY_REFUNDED: "the payment was refunded in full already.",
  MAX_CAPTURE_AMOUNT_EXCEEDED: "that is more than PayPal lets be captured of this reservation.",
  REFUND_AMOUNT_EXCEEDED: "that is more than is left of the payment.",
  REFUND_TIME_LIMIT_EXCEEDED: "PayPal refunds payments for 180 days only.",
  TRANSACTION_DISPUTED: "the buyer disputes this payment: answer in PayPal's Resolution Center.",
}

function readOrNothing(body: Uint8Array): unknown {
  try {
    return readPaypalJson(body)
  } catch {
    return undefined
  }
}
