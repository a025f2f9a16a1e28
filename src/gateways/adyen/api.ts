import { createHash } from "node:crypto"
import { z } from "@medusajs/framework/zod"
import { GatewayRefusedError, type HttpResponse, type Io } from "../gateway"
import { hostOf } from "../simulator"
import { readJson } from "../verification/strict-json"
import type { AdyenAccount } from "./config"

/** The version of the Checkout API that our calls are written for: the one of `@adyen/api-library` 32.1.0. */
export const checkoutVersion = "v72"

export type AdyenCall = Readonly<{
  method: "GET" | "POST" | "PATCH"
  /** From the version on: `/paymentLinks`. */
  path: string
  body?: Readonly<Record<string, unknown>>
  /** What makes the call the same call; repeated, it does nothing twice. */
  idempotency?: readonly string[]
}>

/**
 * One call of Adyen's Checkout API, read with a schema; numbers arrive as their text.
 * @throws AdyenRefusal when Adyen says no for good; Error when it cannot answer now and the call may be tried again.
 * https://docs.adyen.com/development-resources/error-codes and .../api-idempotency
 */
export async function callAdyen<T>(
  call: AdyenCall,
  schema: z.ZodType<T>,
  account: AdyenAccount,
  io: Io
): Promise<T> {
  const { apiKey } = account.config
  if (!apiKey) {
    throw new GatewayRefusedError(
      `The Adyen account "${account.id}" has no apiKey, so nothing can be done at Adyen from here: add apiKey from ` +
        `Developers > API credentials in the Customer Area, or do it in the Customer Area.`
    )
  }
  const response = await io.request({
    method: call.method,
    url: `${addressOf(account)}/${checkoutVersion}${call.path}`,
    headers: {
      "x-api-key": apiKey,
      ...(call.body ? { "content-type": "application/json" } : {}),
      ...(call.idempotency ? { "idempotency-key": digest(call.idempotency) } : {}),
    },
    ...(call.body ? { body: JSON.stringify(call.body) } : {}),
  })
  if (response.status >= 200 && response.status < 300) {
    return schema.parse(readJson(response.body, { numbers: "text" }))
  }
  throw errorOf(response, account)
}

/** Adyen's no, with its code. */
export class AdyenRefusal extends GatewayRefusedError {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string | undefined
  ) {
    super(message)
  }
}

/** https://docs.adyen.com/development-resources/live-endpoints */
function addressOf(account: AdyenAccount): string {
  const { livePrefix } = account.config
  if (account.mode === "live" && !livePrefix) {
    throw new GatewayRefusedError(`The live Adyen account "${account.id}" has no livePrefix.`)
  }
  return hostOf(account, {
    live: `https://${livePrefix}-checkout-live.adyenpayments.com/checkout`,
    test: "https://checkout-test.adyen.com",
  })
}

/** At most 64 characters fit into Adyen's idempotency key. */
function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex")
}

const errorBody = z.looseObject({
  errorCode: z.string().nullish(),
  errorType: z.string().nullish(),
  message: z.string().nullish(),
  detail: z.string().nullish(),
})

/** Code 704: the same call is still being worked on. Adyen also says in a header what passes by itself. */
function errorOf({ status, headers, body }: HttpResponse, account: AdyenAccount): Error {
  const told = readError(body)
  const passes =
    status === 408 || status === 429 || headers["transient-error"] === "true" || told?.errorCode === "704"
  if (status === 401) {
    return new AdyenRefusal(
      `Adyen does not accept the apiKey of the account "${account.id}": it was replaced, belongs to the other mode, or ` +
        `is mistyped. Generate it again under Developers > API credentials in the Customer Area.`,
      status,
      told?.errorCode ?? undefined
    )
  }
  if (status < 400 || status >= 500 || passes || !told) {
    return new Error(`Adyen answered ${status}${told?.errorCode ? ` (${told.errorCode})` : ""}`)
  }
  const said = told.message ?? told.detail ?? "no reason given"
  const code = told.errorCode ?? undefined
  if (status === 403) {
    return new AdyenRefusal(
      `Adyen does not let the apiKey of the account "${account.id}" do this for the merchant account ` +
        `"${account.config.merchantAccount}": ${said}. Check both, and the credential's roles, in the Customer Area.`,
      status,
      code
    )
  }
  return new AdyenRefusal(`${said}${code ? ` (${code})` : ""}`, status, code)
}

function readError(body: Uint8Array): z.infer<typeof errorBody> | undefined {
  try {
    return errorBody.safeParse(readJson(body, { numbers: "text" })).data
  } catch {
    return undefined
  }
}
