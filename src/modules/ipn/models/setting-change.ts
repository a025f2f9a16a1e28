import { model } from "@medusajs/framework/utils"

/** Who changed a setting, from what and to what. */
const IpnSettingChange = model
  .define("ipn_setting_change", {
    id: model.id({ prefix: "ipnsch" }).primaryKey(),
    key: model.text(),
    from: model.json().nullable(),
    to: model.json().nullable(),
    actor_id: model.text(),
  })
  .indexes([{ on: ["key"] }])

export default IpnSettingChange
