import type { LedgerEntry } from "./entries"

/** The columns of the ledger as CSV. Amounts and times are written as they are; texts are guarded. */
const columns: readonly [name: string, of: (entry: LedgerEntry) => string][] = [
  ["id", ({ id }) => id],
  ["occurred_at", ({ occurred_at }) => occurred_at.toISOString()],
  ["posted_at", ({ posted_at }) => posted_at.toISOString()],
  ["account", ({ account_id }) => guarded(account_id)],
  ["entry", ({ entry }) => entry],
  ["debit", ({ debit }) => guarded(debit)],
  ["credit", ({ credit }) => guarded(credit)],
  ["amount", ({ amount }) => amount],
  ["currency", ({ currency_code }) => currency_code.toUpperCase()],
  ["gateway_change", ({ gateway_change }) => gateway_change],
  ["order", ({ order_display_id }) => order_display_id?.toString() ?? ""],
  ["order_id", ({ order_id }) => guarded(order_id ?? "")],
  ["gateway_reference", ({ gateway_payment_id }) => guarded(gateway_payment_id ?? "")],
  ["subject", ({ subject }) => guarded(subject)],
  ["by", ({ actor_id }) => guarded(actor_id ?? "")],
  ["note", ({ note }) => guarded(note ?? "")],
]

/** The first line of the file. */
export const csvHeader = line(columns.map(([name]) => name))

/** Entries as lines of CSV, as RFC 4180 has them: https://www.rfc-editor.org/rfc/rfc4180 */
export function csvLines(entries: readonly LedgerEntry[]): string {
  return entries.map((entry) => line(columns.map(([, of]) => of(entry)))).join("")
}

function line(fields: readonly string[]): string {
  return `${fields.map(quoted).join(",")}\r\n`
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

/**
 * A text that no spreadsheet runs as a formula: https://owasp.org/www-community/attacks/CSV_Injection. Some look behind
 * spaces, and read full-width signs as plain ones.
 */
function guarded(text: string): string {
  return /^[\s\p{Cc}]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/u.test(text) || /^[\t\r\n]/.test(text)
    ? `'${text}`
    : text
}
