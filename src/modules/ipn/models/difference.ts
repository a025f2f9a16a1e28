import { model } from "@medusajs/framework/utils"

/** One payment about which the store and the gateway do not agree, as found by a comparison. */
const IpnDifference = model
  .define("ipn_difference", {
    id: model.id({ prefix: "ipndif" }).primaryKey(),
    reconciliation_id: model.text(),
    account_id: model.text(),
    kind: model.enum(["only_at_gateway", "only_here", "amount_differs", "refund_missing", "open_too_long"]),
    reference: model.text().nullable(),
    gateway_payment_id: model.text().nullable(),
    lane_id: model.text().nullable(),
    order_id: model.text().nullable(),
    /** Decimal strings in major units. */
    here_amount: model.text().nullable(),
    gateway_amount: model.text().nullable(),
    currency_code: model.text().nullable(),
    /** What the gateway said, as payment events: what pulling stores. */
    told: model.json().nullable(),
    state: model.enum(["open", "pulled", "attached", "explained"]).default("open"),
    actor_id: model.text().nullable(),
    note: model.text().nullable(),
  })
  .indexes([{ on: ["reconciliation_id"] }, { on: ["state"] }])

export default IpnDifference
