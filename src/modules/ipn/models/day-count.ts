import { model } from "@medusajs/framework/utils"

/** How many messages of an account ended how on one day (UTC): what the charts and the silence alarm read. */
const IpnDayCount = model
  .define("ipn_day_count", {
    id: model.id({ prefix: "ipnday" }).primaryKey(),
    account_id: model.text(),
    day: model.text(),
    received: model.number().default(0),
    refused: model.number().default(0),
    /** The first proven or confirmed message of the day, and the last. */
    first_at: model.dateTime().nullable(),
    last_at: model.dateTime().nullable(),
  })
  .indexes([{ on: ["account_id", "day"], unique: true }])

export default IpnDayCount
