import { model } from "@medusajs/framework/utils"

/** That somebody had the personal data of a customer's payments erased: ids and counts only. */
const IpnErasure = model.define("ipn_erasure", {
  id: model.id({ prefix: "ipnera" }).primaryKey(),
  /** Whose: `{ "customer_id"?, "cart_ids": [...], "order_ids": [...] }` */
  subject: model.json(),
  lanes: model.number(),
  messages: model.number(),
  events: model.number(),
  actor_id: model.text(),
})

export default IpnErasure
