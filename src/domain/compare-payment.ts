import type { Facts, Tally } from "./fold"
import { equals, type Money } from "./money"

export type DifferenceKind =
  "only_at_gateway" | "only_here" | "amount_differs" | "refund_missing" | "open_too_long"

/** One thing about which we and the gateway do not agree, with what each says. */
export type PaymentDifference = Readonly<{ kind: DifferenceKind; here?: Money; gateway?: Money }>

/** How old an open payment must be to be pointed at: as long as most banks hold an authorisation. */
export const openTooLongMs = 7 * 86_400_000

/**
 * Compares what was told here about one payment with what its gateway says now. Money that is held counts as money:
 * an authorisation that is unknown here is an order that was not placed.
 * @param ageMs how long ago the payment was started
 */
export function comparePayment(here: Facts, gateway: Facts, ageMs: number): PaymentDifference[] {
  const [ours, theirs] = [standingMoney(here), standingMoney(gateway)]
  if (theirs && !ours) return [{ kind: "only_at_gateway", gateway: theirs }]
  if (ours && !theirs) return [{ kind: "only_here", here: ours }]

  const differences: PaymentDifference[] = []
  if (!sameTally(here.captured, gateway.captured)) {
    differences.push({ kind: "amount_differs", ...sides(here.captured, gateway.captured) })
  }
  if (!sameTally(here.refunded, gateway.refunded)) {
    differences.push({ kind: "refund_missing", ...sides(here.refunded, gateway.refunded) })
  }
  if (differences.length === 0 && ageMs >= openTooLongMs && isOpen(gateway)) {
    differences.push({ kind: "open_too_long", ...sides(here.authorized, gateway.authorized) })
  }
  return differences
}

/** What was taken, else what is held. */
function standingMoney(facts: Facts): Money | undefined {
  return facts.captured[0] ?? facts.authorized[0]
}

function isOpen(facts: Facts): boolean {
  return facts.pending && facts.captured.length === 0 && !facts.ended
}

function sameTally(a: Tally, b: Tally): boolean {
  return (
    a.length === b.length &&
    a.every((money, index) => {
      const other = b[index]
      return other !== undefined && equals(money, other)
    })
  )
}

function sides(here: Tally, gateway: Tally): Pick<PaymentDifference, "here" | "gateway"> {
  return { ...(here[0] ? { here: here[0] } : {}), ...(gateway[0] ? { gateway: gateway[0] } : {}) }
}
