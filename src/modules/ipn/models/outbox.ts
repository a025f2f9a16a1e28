import { model } from "@medusajs/framework/utils"

/** Something to be told to others exactly because of one fact: a bus event, a mail. One row per fact, ever. */
const IpnOutbox = model
  .define("ipn_outbox", {
    id: model.id({ prefix: "ipnout" }).primaryKey(),
    /** What it is told by: `bus`, `mail`, `webhook`. */
    channel: model.text(),
    /** What is told: the name of a bus event, of a mail. */
    topic: model.text(),
    /** The fact that it is told of: unique with channel and topic. */
    fact: model.text(),
    payload: model.json(),
    state: model.enum(["waiting", "sent", "dropped", "failed"]).default("waiting"),
    due_at: model.dateTime().nullable(),
    lease_until: model.dateTime().nullable(),
    attempts: model.number().default(0),
    error: model.text().nullable(),
    sent_at: model.dateTime().nullable(),
    lane_id: model.text().nullable(),
    order_id: model.text().nullable(),
  })
  .indexes([
    { on: ["channel", "topic", "fact"], unique: true },
    { name: "IDX_ipn_outbox_due", on: ["due_at"], where: "state = 'waiting'" },
    { on: ["order_id"] },
  ])

export default IpnOutbox
