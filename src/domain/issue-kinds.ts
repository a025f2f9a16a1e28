export type Severity = "info" | "warning" | "urgent"

type KindOf = Readonly<{
  severity: Severity
  /** Whose cause never goes away by itself: once a person resolved it, only something new opens it again. */
  lasting?: true
}>

/** Every kind of problem that an owner is told of, and how much it hurries. */
export const issueKinds = {
  amount_mismatch: { severity: "warning" },
  currency_mismatch: { severity: "urgent" },
  receiver_mismatch: { severity: "urgent" },
  mode_mismatch: { severity: "warning" },
  held_by_gateway: { severity: "warning" },
  money_without_order: { severity: "urgent" },
  unknown_payment: { severity: "warning" },
  paid_twice: { severity: "urgent" },
  paid_after_cancel_or_expiry: { severity: "urgent" },
  paid_old_session: { severity: "urgent" },
  out_of_stock_after_payment: { severity: "urgent" },
  stock_not_held: { severity: "warning" },
  needs_decision: { severity: "warning" },
  order_unpaid_too_long: { severity: "info" },
  refund_only_at_gateway: { severity: "warning" },
  refund_failed: { severity: "urgent", lasting: true },
  capture_reversed: { severity: "urgent" },
  dispute_opened: { severity: "warning" },
  payout_failed: { severity: "urgent", lasting: true },
  verification_burst: { severity: "warning" },
  gateway_silent: { severity: "urgent" },
  settling_failing: { severity: "urgent" },
  email_failed: { severity: "warning" },
  ledger_gap: { severity: "warning" },
} as const satisfies Record<string, KindOf>

export type IssueKind = keyof typeof issueKinds

/** Whether only something new opens it again once a person resolved it. */
export function isLasting(kind: IssueKind): boolean {
  const told: KindOf = issueKinds[kind]
  return told.lasting === true
}

/** The kinds that follow from one lane's facts and settlement; the others are found by watching. */
export const laneIssueKinds: readonly IssueKind[] = [
  "amount_mismatch",
  "currency_mismatch",
  "receiver_mismatch",
  "mode_mismatch",
  "held_by_gateway",
  "money_without_order",
  "unknown_payment",
  "paid_twice",
  "paid_after_cancel_or_expiry",
  "paid_old_session",
  "out_of_stock_after_payment",
  "needs_decision",
  "refund_only_at_gateway",
  "refund_failed",
  "capture_reversed",
  "dispute_opened",
  "payout_failed",
]
