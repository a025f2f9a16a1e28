import { model } from "@medusajs/framework/utils"

/**
 * The goods of a cart, kept for its buyer while a payment is under way: our reason and expiry for Medusa's reservations.
 * One row per cart.
 */
const IpnHold = model
  .define("ipn_hold", {
    id: model.id({ prefix: "ipnhold" }).primaryKey(),
    cart_id: model.text(),
    /**
     * `turned`: the reservations are an order's, whose completion is not known to have ended; `ordered` once it is.
     * `released`: nothing is held.
     */
    state: model.enum(["held", "turned", "ordered", "released"]),
    /** The payments that want the goods, and until when each does. */
    claims: model.json(),
    /** When the last of the claims ends. */
    expires_at: model.dateTime(),
    taken_at: model.dateTime(),
    /** The reservations, each with the cart's line that it is for. */
    reservations: model.json(),
    order_id: model.text().nullable(),
    /** When the sweep looks at it next; null when there is nothing to look at. */
    due_at: model.dateTime().nullable(),
    released_at: model.dateTime().nullable(),
    /** Why it was released. */
    because: model.text().nullable(),
  })
  .indexes([
    { on: ["cart_id"], unique: true },
    { name: "IDX_ipn_hold_due", on: ["due_at"], where: "due_at IS NOT NULL" },
    { name: "IDX_ipn_hold_turned", on: ["state"], where: "state = 'turned'" },
  ])

export default IpnHold
