import { createHash } from "node:crypto"
import type { Facts } from "./fold"
import { fingerprint } from "./fingerprint"
import type { Money } from "./money"

/** All that a person looks at before deciding. */
export type Seen = Readonly<{
  state: string
  reason: string | null
  facts: Facts
  /** How many decisions were made about it before. */
  decisions: number
  /** What the cart or order costs that the payment is about to be attached to. */
  target?: Readonly<{ id: string; money: Money }>
}>

/** The same for the same sight: a decision that comes with another one was made about something that is no more. */
export function seenToken({ state, reason, facts, decisions, target }: Seen): string {
  const refunds = facts.refunds.map((refund) => [refund.resource, refund.state, refund.money?.amount])
  const sight = [
    state,
    reason,
    fingerprint(facts),
    facts.refunded,
    refunds,
    decisions,
    target?.id,
    target?.money,
  ]
  return createHash("sha256").update(JSON.stringify(sight)).digest("base64url").slice(0, 22)
}
