import { model } from "@medusajs/framework/utils"

/** One comparison of the store with what an account's gateway says of a period. */
const IpnReconciliation = model
  .define("ipn_reconciliation", {
    id: model.id({ prefix: "ipnrec" }).primaryKey(),
    account_id: model.text(),
    from_at: model.dateTime(),
    to_at: model.dateTime(),
    state: model.enum(["waiting", "running", "done", "failed"]).default("waiting"),
    lease_until: model.dateTime().nullable(),
    /** How many payments were compared. */
    compared: model.number().default(0),
    differences: model.number().default(0),
    error: model.text().nullable(),
    actor_id: model.text().nullable(),
    finished_at: model.dateTime().nullable(),
  })
  .indexes([
    { on: ["account_id"] },
    { name: "IDX_ipn_reconciliation_open", on: ["state"], where: "state in ('waiting', 'running')" },
  ])

export default IpnReconciliation
