import { model } from "@medusajs/framework/utils"

/** One problem that the owner should know of: raised, re-opened and resolved by itself while its cause comes and goes. */
const IpnIssue = model
  .define("ipn_issue", {
    id: model.id({ prefix: "ipniss" }).primaryKey(),
    kind: model.text(),
    /** What it is about, one issue for each: a lane, an account, an order. */
    subject: model.text(),
    severity: model.enum(["info", "warning", "urgent"]),
    status: model.enum(["open", "acknowledged", "resolved", "ignored"]).default("open"),
    account_id: model.text().nullable(),
    lane_id: model.text().nullable(),
    order_id: model.text().nullable(),
    cart_id: model.text().nullable(),
    /** The money at stake: decimal string in major units. */
    amount: model.text().nullable(),
    currency_code: model.text().nullable(),
    detail: model.json().nullable(),
    due_at: model.dateTime().nullable(),
    /** How often it was raised anew. */
    count: model.number().default(1),
    first_seen_at: model.dateTime(),
    last_seen_at: model.dateTime(),
    resolved_at: model.dateTime().nullable(),
    /** Who acknowledged, resolved or ignored it; empty when it resolved itself. */
    actor_id: model.text().nullable(),
    note: model.text().nullable(),
  })
  .indexes([
    { on: ["kind", "subject"], unique: true },
    { on: ["status", "last_seen_at"] },
    { on: ["lane_id"] },
    { on: ["order_id"] },
  ])

export default IpnIssue
