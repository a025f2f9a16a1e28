import { model } from "@medusajs/framework/utils"

/** What was asked of a gateway before the buyer left: what its messages are compared with. Outlives Medusa's payment session. */
const IpnExpectedPayment = model
  .define("ipn_expected_payment", {
    id: model.id({ prefix: "ipnexp" }).primaryKey(),
    account_id: model.text(),
    /** Our reference: the Medusa payment session id. */
    reference: model.text(),
    /** Decimal string in major units. */
    amount: model.text(),
    currency_code: model.text(),
    payment_collection_id: model.text().nullable(),
    cart_id: model.text().nullable(),
    /** The gateway's own ids of the payment, oldest first. */
    gateway_payment_ids: model.json(),
    /** When the gateway is asked about it next, without being told anything; null when there is no need. */
    ask_at: model.dateTime().nullable(),
    asked_at: model.dateTime().nullable(),
    asks: model.number().default(0),
  })
  .indexes([
    { on: ["account_id", "reference"], unique: true },
    { on: ["cart_id"] },
    { on: ["payment_collection_id"] },
    { name: "IDX_ipn_expected_payment_ask", on: ["ask_at"], where: "ask_at IS NOT NULL" },
  ])

export default IpnExpectedPayment
