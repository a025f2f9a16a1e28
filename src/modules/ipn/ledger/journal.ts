import { exponentOf } from "../../../domain/money"
import type { LedgerEntry } from "./entries"

/**
 * The head of a journal: how amounts are written, and which currencies and accounts there are, so that a typing error
 * in what is added by hand is found by `hledger check --strict`. https://hledger.org/hledger.html#journal
 */
export function journalHead(accounts: readonly string[], currencies: readonly string[]): string {
  return [
    "; The ledger of payment notifications. Times are UTC. Read it with hledger.",
    "decimal-mark .",
    "",
    ...currencies.map(
      (currency) => `commodity 1000.${"0".repeat(exponentOf(currency))} ${currency.toUpperCase()}`
    ),
    "",
    ...accounts.map((account) => `account ${account}`),
    "",
    "",
  ].join("\n")
}

/** Entries as transactions of a journal. */
export function journalLines(entries: readonly LedgerEntry[]): string {
  return entries.map(transaction).join("")
}

function transaction(entry: LedgerEntry): string {
  const { id, occurred_at, debit, credit, amount, currency_code, order_display_id, note } = entry
  const order = order_display_id === null ? [] : [`order #${order_display_id}`]
  const tags = [
    ["account", entry.account_id],
    ["order", entry.order_id],
    ["reference", entry.gateway_payment_id],
    ["about", entry.subject],
    ["by", entry.actor_id],
  ].flatMap(([name, value]) => (value ? [`${name}:${plain(value)}`] : []))
  const currency = currency_code.toUpperCase()
  return [
    `${occurred_at.toISOString().slice(0, 10)} * (${id}) ${[entry.entry, ...order].join(", ")}`,
    `    ; ${tags.join(", ")}`,
    ...(note ? [`    ; ${plain(note)}`] : []),
    `    ${debit}  ${amount} ${currency}`,
    `    ${credit}  -${amount} ${currency}`,
    "",
    "",
  ].join("\n")
}

/** Text that stays within its comment and its tag. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp},;]+/gu, " ").trim()
}
