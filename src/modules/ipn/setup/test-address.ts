import { randomBytes } from "node:crypto"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { HttpResponse, Io } from "../../../gateways/gateway"
import { probeAnswer, probeHeader } from "../../../receiver/probe"

/** What became of a call of the store to its own notify address. */
export type AddressTest = Readonly<{
  /**
   * `arrived`: the store got exactly the bytes that were sent. `changed`: something on the way changed them, so that no
   * signature can match. `redirected`, which gateways do not follow. `not_this_store`: somebody else answered.
   * `unreachable`: nobody did.
   */
  outcome: "arrived" | "changed" | "redirected" | "not_this_store" | "unreachable"
  notify_url: string
  /** What was answered; null where nothing was. */
  status: number | null
  /** What exactly was wrong: where it was redirected to, or why nobody could be reached. */
  detail: string | null
  took_ms: number
}>

/** What proxies and parsers like to rewrite: spaces, numbers, escapes, letters beyond ASCII, a key twice, line ends. */
const body = Buffer.from(
  '{ "amount": 10.00, "a":1, "a":2, "name": "Zo\\u00eb Zoë ✓",\r\n  "note":"<b>&amp;</b>" }\n'
)

/**
 * Calls an account's notify address as its gateway would: over the network, by the public address. The call is recognised
 * by the receiver, answered and forgotten.
 */
export async function testAddress(
  { notifyUrl }: Pick<ConfiguredAccount, "notifyUrl">,
  io: Pick<Io, "request">
): Promise<AddressTest> {
  const asked = randomBytes(16).toString("hex")
  const startedAt = performance.now()
  const told = (
    outcome: AddressTest["outcome"],
    status: number | null = null,
    detail: string | null = null
  ): AddressTest => ({
    outcome,
    notify_url: notifyUrl,
    status,
    detail,
    took_ms: Math.round(performance.now() - startedAt),
  })
  let response: HttpResponse
  try {
    response = await io.request({
      method: "POST",
      url: notifyUrl,
      headers: { "content-type": "application/json", [probeHeader]: asked },
      body,
    })
  } catch (error) {
    return told("unreachable", null, reasonOf(error))
  }
  const { status, headers } = response
  if (status >= 300 && status < 400) return told("redirected", status, headers["location"] ?? null)
  const answer = Buffer.from(response.body).toString("utf8").trim()
  if (status === 200 && answer === probeAnswer(asked, notifyUrl, body)) return told("arrived", status)
  return told(status === 200 && /^[0-9a-f]{64}$/.test(answer) ? "changed" : "not_this_store", status)
}

/** The cause is what helps: "connect ECONNREFUSED", "certificate has expired". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return (cause instanceof Error ? cause.message || cause.name : String(cause)).slice(0, 200)
}
