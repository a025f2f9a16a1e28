import { model } from "@medusajs/framework/utils"

/**
 * One entry of the double-entry ledger: `amount` moves from the account in `credit` to the account in `debit`. Append
 * only: a correction is another entry.
 */
const IpnLedgerEntry = model
  .define("ipn_ledger_entry", {
    id: model.id({ prefix: "ipnled" }).primaryKey(),
    account_id: model.text(),
    entry: model.enum(["payment", "fee", "refund", "dispute", "reversal", "payout", "adjustment"]),
    debit: model.text(),
    credit: model.text(),
    /** Decimal string in major units, always more than zero. */
    amount: model.text(),
    currency_code: model.text(),
    lane_id: model.text().nullable(),
    /** What it is about within its lane, and the how manyeth entry about it: unique, so that nothing is posted twice. */
    subject: model.text(),
    ordinal: model.number(),
    gateway_payment_id: model.text().nullable(),
    order_id: model.text().nullable(),
    note: model.text().nullable(),
    /** Who made an adjustment; empty for what a gateway told. */
    actor_id: model.text().nullable(),
    occurred_at: model.dateTime(),
  })
  .indexes([
    { on: ["account_id", "subject", "ordinal"], unique: true },
    { on: ["lane_id"] },
    { on: ["order_id"] },
    { on: ["account_id", "currency_code", "occurred_at"] },
  ])

export default IpnLedgerEntry
