import { model } from "@medusajs/framework/utils"

/** A setting that differs from its default, as changed without a deploy. */
const IpnSetting = model
  .define("ipn_setting", {
    id: model.id({ prefix: "ipnset" }).primaryKey(),
    key: model.text(),
    /** `{ "value": ... }` */
    value: model.json(),
    actor_id: model.text(),
  })
  .indexes([{ on: ["key"], unique: true }])

export default IpnSetting
