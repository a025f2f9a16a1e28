import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import { isPositive, type Money } from "../../../domain/money"
import { readEntries, selectEntries, type LedgerEntry } from "./entries"

/** An entry that a person writes, for what no gateway tells: `money` moves from the account in `credit` to the one in `debit`. */
export type Adjustment = Readonly<{
  /** The gateway account that it is about. */
  accountId: string
  debit: string
  credit: string
  /** More than zero. */
  money: Money
  /** Who, and why: both are kept. */
  actorId: string
  note: string
  orderId?: string | undefined
  occurredAt?: Date | undefined
  /** The same key again writes nothing and answers with the first entry: for forms that are sent twice. */
  key?: string | undefined
}>

/** The entry, or why there is none, in words for the person who asked. */
export type Adjusted =
  | Readonly<{ kind: "adjusted"; entry: LedgerEntry }>
  | Readonly<{
      kind: "refused"
      reason: "account_name" | "same_account" | "amount" | "note" | "actor" | "time" | "key_used"
      message: string
    }>

const accountName =
  /^(?:assets|liabilities|equity|income|expenses)(?::[A-Za-z0-9][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+)*){1,8}$/

/** Writes an adjustment, once per key. */
export async function adjust(db: Knex, adjustment: Adjustment): Promise<Adjusted> {
  const refused = refuse(adjustment)
  if (refused) return refused
  const { accountId, debit, credit, money, actorId, note, orderId, occurredAt, key } = adjustment
  const subject = `adjustment:${key ?? ulid()}`
  await db.raw(
    `insert into ipn_ledger_entry
       (id, account_id, order_id, subject, ordinal, entry, debit, credit, amount, currency_code, occurred_at, actor_id, note)
     values (?, ?, ?, ?, 1, 'adjustment', ?, ?, ?, ?, ?, ?, ?)
     on conflict (account_id, subject, ordinal) where deleted_at is null do nothing`,
    [
      `ipnled_${ulid()}`,
      accountId,
      orderId ?? null,
      subject,
      debit,
      credit,
      money.amount,
      money.currency,
      (occurredAt ?? new Date()).toISOString(),
      actorId,
      note.trim(),
    ]
  )
  const { rows } = await db.raw(
    `${selectEntries} where entry.account_id = ? and entry.subject = ? and entry.deleted_at is null`,
    [accountId, subject]
  )
  const entry = readEntries<LedgerEntry>(rows)[0]
  if (!entry) throw new Error(`the adjustment ${subject} was not written`)
  const isSame =
    entry.debit === debit &&
    entry.credit === credit &&
    entry.amount === money.amount &&
    entry.currency_code === money.currency
  return isSame
    ? { kind: "adjusted", entry }
    : { kind: "refused", reason: "key_used", message: `Another adjustment has the key "${key}" already.` }
}

function refuse(adjustment: Adjustment): Extract<Adjusted, { kind: "refused" }> | undefined {
  const { debit, credit, money, note, actorId, occurredAt, key } = adjustment
  for (const name of [debit, credit]) {
    if (name.length > 200 || !accountName.test(name)) {
      return no(
        "account_name",
        `"${name.slice(0, 60)}" is no account of the ledger: it begins with assets, liabilities, equity, income or expenses, as in equity:corrections.`
      )
    }
  }
  if (debit === credit) return no("same_account", "Money must move between two different accounts.")
  if (!isPositive(money)) return no("amount", "The amount must be more than zero.")
  if (note.trim() === "") return no("note", "Write why: the note is kept with the entry.")
  if (note.length > 2000) return no("note", "The note is longer than 2,000 characters.")
  if (unstorable.test(note)) return no("note", "The note holds characters that cannot be stored.")
  if (actorId === "") return no("actor", "It must be known who adjusts the ledger.")
  const at = occurredAt?.getTime()
  if (at !== undefined && !(at > 0 && at <= Date.now())) {
    return no("time", "The time must lie in the past.")
  }
  if (key !== undefined && !/^[\w.-]{1,100}$/.test(key)) {
    return no("key_used", "The key is made of letters, digits, dots, hyphens and underscores, at most 100.")
  }
  return undefined
}

/** Postgres keeps neither NUL nor half a surrogate pair. */
const unstorable = /\p{Surrogate}|\u0000/u

function no(
  reason: Extract<Adjusted, { kind: "refused" }>["reason"],
  message: string
): Extract<Adjusted, { kind: "refused" }> {
  return { kind: "refused", reason, message }
}
