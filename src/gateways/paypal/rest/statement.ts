import type { PaymentEvent } from "../../../domain/payment-event"
import type { PaypalAccount } from "../options"
import type { Authorization, Capture, Refund } from "./objects"

/** What PayPal said, without the account's mode. The same fact has the same key, told by a message or by an answer. */
export type Statement = Omit<PaymentEvent, "test">

/** Statements as events of the account, each key once. */
export function asEvents(statements: readonly Statement[], account: PaypalAccount): PaymentEvent[] {
  const events = statements.map((statement) => ({ ...statement, test: account.mode === "test" }))
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

/** The id of another object of a payment, as a capture, authorisation or refund links to it. */
export function relatedId(
  { supplementary_data, links }: Pick<Capture | Authorization | Refund, "supplementary_data" | "links">,
  kind: "authorization" | "capture"
): string | undefined {
  const told = supplementary_data?.related_ids?.[`${kind}_id`]
  if (told) return told
  const pattern = new RegExp(`/v2/payments/${kind}s/([\\w-]{1,64})$`)
  const up = links?.find((link) => link.rel === "up" && pattern.test(link.href))
  return up && pattern.exec(up.href)?.[1]
}
