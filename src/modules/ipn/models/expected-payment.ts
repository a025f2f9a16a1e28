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
  })
  .indexes([{ on: ["account_id", "reference"], unique: true }, { on: ["cart_id"] }])

export default IpnExpectedPayment
