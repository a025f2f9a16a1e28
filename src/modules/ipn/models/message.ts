import { model } from "@medusajs/framework/utils"

/** One HTTP call from a gateway exactly as received. Refused calls have no row. */
const IpnMessage = model
  .define("ipn_message", {
    id: model.id({ prefix: "ipnmsg" }).primaryKey(),
    account_id: model.text(),
    gateway_id: model.text(),
    method: model.text(),
    query: model.text(),
    headers: model.json(),
    /** The bytes, base64: exact unless `body_state` says otherwise. */
    body: model.text(),
    /** `exact`; `redacted`: card data or a secret was taken out; `sealed`: encrypted; `pruned`: dropped. */
    body_state: model.enum(["exact", "redacted", "sealed", "pruned"]).default("exact"),
    /** The key that body and query are encrypted with, also where they are redacted; null: they are not. */
    seal_key_id: model.text().nullable(),
    ip: model.text(),
    /** `proven`, or `unproven` until the gateway confirmed or denied it. */
    proof: model.enum(["proven", "unproven", "confirmed"]),
    /** How it was proven, or why it could not be: a verdict without its kind. */
    proof_detail: model.json(),
    /** Why a proven message could not be read; such a message waits for review. */
    unreadable: model.text().nullable(),
    /** The keys of the lanes that it told of, also where it told nothing new; null where it told nothing. */
    about: model.json().nullable(),
    received_at: model.dateTime(),
  })
  .indexes([
    { on: ["account_id", "id"] },
    { name: "IDX_ipn_message_unreadable", on: ["id"], where: "unreadable IS NOT NULL" },
    { name: "IDX_ipn_message_unproven", on: ["account_id"], where: "proof = 'unproven'" },
    { name: "IDX_ipn_message_about", on: ["about"], type: "GIN", where: "about IS NOT NULL" },
  ])

export default IpnMessage
