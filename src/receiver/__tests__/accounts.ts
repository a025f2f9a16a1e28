import type { ConfiguredAccount } from "../../gateways/configured-account"
import type { Gateway, Verdict } from "../../gateways/gateway"
import sandbox from "../../gateways/sandbox"
import { sign } from "../../gateways/sandbox/sign"
import type { IncomingCall } from "../receiver"

/** Test only. */
const secret = "test-only-webhook-secret"
export const publicUrl = "https://shop.example.com"

/** An account of the sandbox gateway, which signs its messages. */
export const sandboxAccount: ConfiguredAccount = {
  account: {
    id: "sandbox",
    mode: "test",
    config: { url: "http://localhost:9010", apiKey: "test-only-sandbox-api-key", webhookSecrets: [secret] },
  },
  gateway: sandbox as Gateway,
  notifyUrl: `${publicUrl}/hooks/ipn/sandbox`,
  providerId: "pp_ipn_sandbox",
  takenOver: false,
}

/** An account whose gateway is the sandbox with some of its parts replaced. */
export function accountWith(parts: Partial<Gateway>): ConfiguredAccount {
  return { ...sandboxAccount, gateway: { ...(sandbox as Gateway), ...parts } }
}

/** An account whose gateway sends messages that prove nothing. */
export const unsignedAccount = accountWith({ verify: (): Verdict => ({ kind: "unproven", why: "unsigned" }) })

export function accountsOf(...accounts: ConfiguredAccount[]): ReadonlyMap<string, ConfiguredAccount> {
  return new Map(accounts.map((account) => [account.account.id, account]))
}

/** The body of a message that says that 10.00 eur were captured. */
export function capturedBody(eventId: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      id: eventId,
      type: "payment.captured",
      created: 1_750_000_000,
      test: true,
      payment: {
        id: `pay_${eventId}`,
        reference: `payses_${eventId}`,
        status: "captured",
        amount: "10.00",
        currency: "eur",
        authorized: "10.00",
        captured: "10.00",
        refunded: "0.00",
      },
    })
  )
}

/** Headers by which the sandbox signs a body. */
export function signed(body: Uint8Array, at = new Date()): Record<string, string> {
  return { "content-type": "application/json", "sandbox-signature": sign(body, secret, at) }
}

/** A genuine call of the sandbox. */
export function genuineCall(eventId: string, at = new Date()): IncomingCall {
  const body = capturedBody(eventId)
  return { accountId: "sandbox", method: "POST", query: "", headers: signed(body, at), body, ip: "192.0.2.1" }
}
