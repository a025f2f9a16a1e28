import type { IssueKind } from "./issue-kinds"
import type { Issue } from "./issues"
import type { Money } from "./money"

/** What happened, for a reason of its own within a kind. */
const byReason: ReadonlyMap<string | undefined, string> = new Map(
  Object.entries({
    amount_short: "{told} came in, but {expected} was asked for. No order was placed with it.",
    amount_over: "{told} came in, but only {expected} was asked for.",
    cart_changed: "{told} was paid, but the cart now costs {expected}.",
    order_canceled: "{told} came in for an order that is cancelled.",
    refunded_before_order: "{told} was paid and given back at the gateway before an order was placed.",
    refund_over: "More was refunded at the gateway than was paid: {told}.",
    too_little_stock:
      "A payment of {money} is under way, but there is too little stock to hold its goods: another customer may buy them first.",
    not_stocked:
      "A payment of {money} is under way, but not all of its goods can be held: a variant has no inventory, or no stock location of its sales channel has it.",
    unreadable: "A message from the gateway {account} could not be read.",
    no_email_provider:
      "Emails wait, because no notification provider of this store sends email. Configure one for the channel `email`, for example medusa-plugin-ipn/providers/smtp.",
    bad_address: "An email was not sent, because the address is not one that mail can go to.",
    mail_refused: "The mail server refused an email for good. Look at the address, and at the sender's.",
    webhook_failed: "An alert could not be delivered to your webhook after {count} tries.",
  })
)

const byKind: Readonly<Record<IssueKind, string>> = {
  amount_mismatch: "{told} came in, but {expected} was asked for.",
  currency_mismatch: "{told} came in, but {expected} was asked for: the currencies differ.",
  receiver_mismatch: "A message says that {money} was paid to somebody else's account at the gateway.",
  mode_mismatch: "A message about {money} mixes test money and real money.",
  held_by_gateway: "The gateway holds {money} back and has not decided about it.",
  money_without_order: "{money} was paid, but there is no order for it.",
  unknown_payment: "The gateway {account} told of a payment that this store does not know.",
  paid_twice: "The customer paid {count} times: {money} more than was asked for.",
  paid_after_cancel_or_expiry: "{money} came in after the order was cancelled or the payment had expired.",
  paid_old_session: "{money} was paid in an older checkout that another one had replaced.",
  out_of_stock_after_payment: "{money} was paid, but the goods are no longer in stock.",
  stock_not_held: "The goods of a payment of {money} are not held.",
  needs_decision: "A payment of {money} needs a decision.",
  order_unpaid_too_long: "An order of {money} is still unpaid. It was placed on {since}.",
  refund_only_at_gateway: "A refund of {money} was made at the gateway and could not be recorded here.",
  refund_failed: "A refund of {money} failed at the gateway. The customer has not got the money.",
  capture_reversed: "{money} that an order counted on did not come after all, or the gateway took it back.",
  dispute_opened: "The customer disputes {money}.",
  payout_failed: "A payout of {money} to your bank account failed.",
  verification_burst:
    "Many calls for the account {account} could not be proven ({reason}). Compare the webhook secret with the gateway's.",
  gateway_silent: "{account} has sent no message since {since}, although payments were started.",
  settling_failing: "{count} payments of {account} could not be handled.",
  email_failed: "An email could not be sent after {count} tries.",
  ledger_gap: "The ledger and an order differ by {money}.",
}

const neverSent =
  "{account} has never sent a message that could be proven, although payments were started. Check the notify address at the gateway."
const late = "Messages of {account} have waited to be handled since {since}."
const dueBy = " Answer by {due}."

/**
 * One problem in plain English: what happened, with its amounts. Amounts read as `42.00 EUR`, times as `2026-11-22 19:25 UTC`.
 */
export function tellIssue(
  issue: Pick<Issue, "kind" | "detail" | "money" | "accountId" | "dueAt"> & { subject?: string }
): string {
  const { kind, detail, money, accountId, dueAt } = issue
  const sentence = sentenceFor(kind, detail, issue.subject) + (dueAt === undefined ? "" : dueBy)
  const values: Readonly<Record<string, string | undefined>> = {
    money: spell(money),
    told: spell(detail.told ?? money),
    expected: spell(detail.expected),
    account: accountId,
    reason: detail.reason,
    count: detail.count?.toString(),
    since: detail.since && spellTime(detail.since),
    due: dueAt === undefined ? undefined : spellTime(new Date(dueAt).toISOString()),
  }
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "an unknown amount")
}

function sentenceFor(kind: IssueKind, detail: Issue["detail"], subject: string | undefined): string {
  if (kind === "gateway_silent" && detail.never) return neverSent
  if (kind === "settling_failing" && subject?.endsWith(":late")) return late
  return byReason.get(detail.reason) ?? byKind[kind]
}

function spell(money: Money | undefined): string | undefined {
  return money && `${money.amount} ${money.currency.toUpperCase()}`
}

function spellTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
