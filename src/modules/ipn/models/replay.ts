import { model } from "@medusajs/framework/utils"

/** Messages that a person lets be read and settled again, in the background. */
const IpnReplay = model
  .define("ipn_replay", {
    id: model.id({ prefix: "ipnrep" }).primaryKey(),
    /** Which: `{ "message_ids": [...] }`, or `{ "failed_since": "...", "account_id": "..." }`. */
    selection: model.json(),
    state: model.enum(["waiting", "running", "done", "failed"]).default("waiting"),
    lease_until: model.dateTime().nullable(),
    /** The last message that was replayed: where a crash goes on from. */
    cursor: model.text().nullable(),
    total: model.number().default(0),
    done: model.number().default(0),
    failed: model.number().default(0),
    error: model.text().nullable(),
    actor_id: model.text(),
    finished_at: model.dateTime().nullable(),
  })
  .indexes([{ name: "IDX_ipn_replay_open", on: ["state"], where: "state in ('waiting', 'running')" }])

export default IpnReplay
