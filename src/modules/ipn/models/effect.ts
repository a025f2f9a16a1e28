import { model } from "@medusajs/framework/utils"

/** Evidence of one change made to the store, written before and after it: what a crash left half done can be seen. */
const IpnEffect = model
  .define("ipn_effect", {
    id: model.id({ prefix: "ipneff" }).primaryKey(),
    lane_id: model.text(),
    kind: model.text(),
    /** What tells two effects of a kind apart: a cart, a captured total, a capture. */
    object_id: model.text(),
    state: model.enum(["started", "done", "undone"]),
    detail: model.json().nullable(),
    started_at: model.dateTime(),
    done_at: model.dateTime().nullable(),
  })
  .indexes([
    { on: ["lane_id", "kind", "object_id"], unique: true },
    { on: ["object_id"] },
    { name: "IDX_ipn_effect_open", on: ["started_at"], where: "state = 'started'" },
  ])

export default IpnEffect
