import type { ReleaseReason } from "./domain/hold"
import type { IssueKind, Severity } from "./domain/issue-kinds"
import type { BusEvent } from "./domain/told-facts"

export type { BusEvent } from "./domain/told-facts"

/** Decimal string in major units, with its currency; null where the gateway told none. */
type Amount = { amount: string | null; currency_code: string | null }

type Payment = Amount & {
  account_id: string
  lane_id: string
  payment_session_id: string | null
  cart_id: string | null
  /** Null before the order stands. */
  order_id: string | null
  /** Whether no real money moved. */
  test: boolean
}

type Payout = Amount & { account_id: string; lane_id: string; test: boolean; gateway_payout_id: string }

type Hold = {
  hold_id: string
  cart_id: string
  payment_session_ids: string[]
  reservation_ids: string[]
  expires_at: string
}

type Issue = Amount & {
  issue_id: string
  kind: IssueKind
  severity: Severity
  message: string
  account_id: string | null
  lane_id: string | null
  order_id: string | null
  cart_id: string | null
  due_at: string | null
  count: number
  by: string | null
}

type Payload<N extends BusEvent> = N extends "ipn.refund.succeeded"
  ? Payment & { gateway_refund_ids: string[] }
  : N extends `ipn.refund.${string}`
    ? Payment & { gateway_refund_id: string }
    : N extends `ipn.dispute.${string}`
      ? Payment & { due_at: string | null; gateway_dispute_id: string }
      : N extends `ipn.payout.${string}`
        ? Payout
        : N extends `ipn.issue.${string}`
          ? Issue
          : N extends "ipn.hold.released"
            ? Hold & { because: ReleaseReason }
            : N extends `ipn.hold.${string}`
              ? Hold
              : Payment

/**
 * The data of an event of this plugin, for a subscriber: `SubscriberArgs<IpnEvent<"ipn.payment.paid">>`. `id` is the same
 * when the same fact is told again.
 */
export type IpnEvent<N extends BusEvent = BusEvent> = N extends BusEvent ? { id: string } & Payload<N> : never
