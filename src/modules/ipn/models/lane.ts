import { model } from "@medusajs/framework/utils"

/**
 * All payment events of one payment, settled one after another. Its key is `ref:<our reference>`,
 * `pay:<gateway's payment id>` until the reference is known, or `msg:<message id>` while a message waits to be confirmed, or to
 * be read by who knows its account.
 */
const IpnLane = model
  .define("ipn_lane", {
    id: model.id({ prefix: "ipnlane" }).primaryKey(),
    account_id: model.text(),
    key: model.text(),
    state: model.enum(["waiting", "settled", "unmatched", "review", "failed"]).default("waiting"),
    reason: model.text().nullable(),
    /** What differs, in numbers, when the state is review. */
    detail: model.json().nullable(),
    error: model.text().nullable(),
    /** When it is to be settled next; null when there is nothing to do. */
    due_at: model.dateTime().nullable(),
    /** Until when a worker's claim holds. */
    lease_until: model.dateTime().nullable(),
    /** Counts claims: a worker whose number is no longer this one has lost its claim. */
    fence: model.number().default(0),
    attempts: model.number().default(0),
    /** Counts new events, so that one that comes while settling is not missed. */
    version: model.number().default(0),
    facts: model.json().nullable(),
    payment_session_id: model.text().nullable(),
    cart_id: model.text().nullable(),
    order_id: model.text().nullable(),
    first_due_at: model.dateTime(),
    settled_at: model.dateTime().nullable(),
    /** How the last times ended that it was settled, the newest first, see lane-history. */
    history: model.json().nullable(),
  })
  .indexes([
    { on: ["account_id", "key"], unique: true },
    { name: "IDX_ipn_lane_due", on: ["due_at"], where: "due_at IS NOT NULL" },
    { on: ["payment_session_id"] },
    { on: ["order_id"] },
    { name: "IDX_ipn_lane_state", on: ["state"], where: "state <> 'settled'" },
    { name: "IDX_ipn_lane_changed", on: ["updated_at"] },
  ])

export default IpnLane
