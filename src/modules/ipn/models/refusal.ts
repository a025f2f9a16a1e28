import { model } from "@medusajs/framework/utils"

/** The last few refused calls of an account, in a ring of fixed size: nobody can fill the database from outside. */
const IpnRefusal = model
  .define("ipn_refusal", {
    id: model.id({ prefix: "ipnref" }).primaryKey(),
    account_id: model.text(),
    slot: model.number(),
    why: model.text(),
    detail: model.text().nullable(),
    ip: model.text(),
    refused_at: model.dateTime(),
  })
  .indexes([{ on: ["account_id", "slot"], unique: true }])

export default IpnRefusal
