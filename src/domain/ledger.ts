import type { Facts } from "./fold"
import { add, isPositive, subtract, toMinorUnits, zero, type Money } from "./money"
import type { LedgerTimes } from "./our-money"

/** What an entry of the ledger is. A decrease of what was posted, whatever it was, is a `reversal`. */
export const ledgerEntryKinds = [
  "payment",
  "fee",
  "refund",
  "dispute",
  "reversal",
  "payout",
  "adjustment",
] as const
export type LedgerEntryKind = (typeof ledgerEntryKinds)[number]

/** The names of the ledger's accounts, as they read in a plain-text journal. */
export const ledgerAccounts = {
  /** What a gateway holds for us: the balance that its own pages show. */
  gateway: (accountId: string) => `assets:gateway:${accountId}`,
  /** What a gateway took back while a dispute is open. */
  disputed: (accountId: string) => `assets:disputed:${accountId}`,
  bank: "assets:bank",
  /** What buyers paid, taxes and all. */
  orders: "income:orders",
  /** What went back to buyers. */
  refunds: "income:refunds",
  fees: (accountId: string) => `expenses:fees:${accountId}`,
  /** Disputes that were lost. */
  disputes: "expenses:disputes",
} as const

/** How much should have moved from one account to another because of one subject of a lane. Below zero: the other way. */
export type Standing = Readonly<{
  /** Unique within its lane: `captured:eur`, `dispute:dp_1:eur`. */
  subject: string
  entry: Exclude<LedgerEntryKind, "reversal" | "adjustment">
  debit: string
  credit: string
  money: Money
  /** When the gateway says that it happened, where it says so. */
  at?: Date
}>

/** What the entries about one subject add up to, reversals taken off. */
export type Posted = Readonly<{
  subject: string
  entry: Standing["entry"]
  debit: string
  credit: string
  money: Money
  /** How many entries there are about it. */
  entries: number
}>

/** One entry that is missing: `money`, always more than zero, moves from the account in `credit` to the one in `debit`. */
export type MissingEntry = Readonly<{
  subject: string
  ordinal: number
  entry: LedgerEntryKind
  debit: string
  credit: string
  money: Money
  at?: Date
}>

/**
 * What the ledger should say of a lane. The gateway's balance is then: captured - refunded - fees - disputes that are
 * open or lost - payouts. Money that somebody else received is nothing of ours: give it the facts of `ourMoney`.
 */
export function standings(accountId: string, facts: Facts, times: LedgerTimes = new Map()): Standing[] {
  if (facts.otherReceivers.length > 0) return []
  const gateway = ledgerAccounts.gateway(accountId)
  const disputed = ledgerAccounts.disputed(accountId)
  const say = (
    topic: string,
    entry: Standing["entry"],
    [debit, credit]: readonly [string, string],
    amounts: readonly (Money | undefined)[],
    name = topic
  ): Standing[] => {
    const at = times.get(topic)
    return amounts.flatMap((money) =>
      money
        ? [{ subject: `${name}:${money.currency}`, entry, debit, credit, money, ...(at ? { at } : {}) }]
        : []
    )
  }
  return [
    ...say("captured", "payment", [gateway, ledgerAccounts.orders], facts.captured),
    ...say("refunds", "refund", [ledgerAccounts.refunds, gateway], facts.refunded),
    ...say("fees", "fee", [ledgerAccounts.fees(accountId), gateway], facts.fees),
    ...facts.disputes.flatMap(({ resource, state, money, inquiry }) => {
      if (inquiry) return []
      const topic = `dispute:${resource}`
      return [
        ...(state === "won" ? [] : say(topic, "dispute", [disputed, gateway], [money])),
        ...(state === "lost"
          ? say(topic, "dispute", [ledgerAccounts.disputes, disputed], [money], `dispute-lost:${resource}`)
          : []),
      ]
    }),
    ...facts.payouts
      .filter(({ state }) => state === "paid")
      .flatMap(({ resource, money }) =>
        say(`payout:${resource}`, "payout", [ledgerAccounts.bank, gateway], [money])
      ),
  ]
}

/**
 * The entries that bring what is posted to what should be: the differences. Nothing when both agree, so that posting
 * twice posts nothing. What is posted and should not be (any more) is taken back.
 */
export function missingEntries(wanted: readonly Standing[], posted: readonly Posted[]): MissingEntry[] {
  const known = new Map(posted.map((one) => [one.subject, one]))
  const subjects = new Set(wanted.map(({ subject }) => subject))
  return [
    ...wanted.flatMap((standing) => difference(standing, known.get(standing.subject))),
    // Later things are taken back first: what was lost before what was disputed, refunds before payments.
    ...posted
      .filter(({ subject }) => !subjects.has(subject))
      .reverse()
      .flatMap((one) => difference({ ...one, money: zero(one.money.currency) }, one)),
  ]
}

function difference(standing: Standing, posted: Posted | undefined): MissingEntry[] {
  const { subject, entry, debit, credit, at } = posted
    ? { ...standing, debit: posted.debit, credit: posted.credit }
    : standing
  const missing = posted ? subtract(standing.money, posted.money) : standing.money
  if (toMinorUnits(missing) === 0n) return []
  const about = { subject, ordinal: (posted?.entries ?? 0) + 1, ...(at ? { at } : {}) }
  return isPositive(missing)
    ? [{ ...about, entry, debit, credit, money: missing }]
    : [
        {
          ...about,
          entry: "reversal",
          debit: credit,
          credit: debit,
          money: subtract(zero(missing.currency), missing),
        },
      ]
}

/** What each account holds after some entries, per currency: keys are `assets:bank eur`. */
export function balancesOf(
  entries: readonly Pick<MissingEntry, "debit" | "credit" | "money">[]
): Map<string, Money> {
  const balances = new Map<string, Money>()
  for (const { debit, credit, money } of entries) {
    const [to, from] = [`${debit} ${money.currency}`, `${credit} ${money.currency}`]
    balances.set(to, add(balances.get(to) ?? zero(money.currency), money))
    balances.set(from, subtract(balances.get(from) ?? zero(money.currency), money))
  }
  return balances
}
