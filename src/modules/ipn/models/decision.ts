import { model } from "@medusajs/framework/utils"

/** What a person decided about a payment in review. It holds for exactly the facts that the person saw. */
const IpnDecision = model
  .define("ipn_decision", {
    id: model.id({ prefix: "ipndec" }).primaryKey(),
    lane_id: model.text(),
    kind: model.enum(["accept_part", "accept_full", "refund", "attach", "ignore"]),
    /** The reason for the review that was decided. */
    reason: model.text(),
    /** The facts that were decided on; others put the payment in review again. */
    fingerprint: model.text(),
    detail: model.json().nullable(),
    actor_id: model.text(),
    note: model.text(),
  })
  .indexes([{ on: ["lane_id"] }])

export default IpnDecision
