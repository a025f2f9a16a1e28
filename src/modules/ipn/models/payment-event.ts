import { model } from "@medusajs/framework/utils"

/** One normalised statement about a payment, believed: from a proven or confirmed message, or from asking the gateway. */
const IpnPaymentEvent = model
  .define("ipn_payment_event", {
    id: model.id({ prefix: "ipnev" }).primaryKey(),
    account_id: model.text(),
    /** Same statement, same key: unique per account. */
    key: model.text(),
    lane_id: model.text(),
    /** The message that told it first; empty when we asked the gateway. */
    message_id: model.text().nullable(),
    type: model.text(),
    /** The payment event as JSON. */
    statement: model.json(),
    occurred_at: model.dateTime(),
    received_at: model.dateTime(),
    outcome: model
      .enum(["applied", "already_applied", "ignored", "unmatched", "review", "refused"])
      .nullable(),
    outcome_reason: model.text().nullable(),
    settled_at: model.dateTime().nullable(),
  })
  .indexes([
    { on: ["account_id", "key"], unique: true },
    { on: ["lane_id"] },
    { on: ["message_id"] },
    { on: ["type", "message_id"] },
  ])

export default IpnPaymentEvent
