import { knex } from "@medusajs/framework/mikro-orm/knex"
import type { Claim } from "../../src/modules/ipn/inbox/claim-lanes"
import { Sorting } from "../../src/modules/ipn/inbox/sorting"
import { Worker } from "../../src/modules/ipn/worker"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(async () => database?.drop())
afterEach(() => jest.useRealTimers())

const log = { warn: () => undefined, error: () => undefined }

it("a worker takes one of Medusa's connections to hold its lanes, however long the database keeps it waiting", async () => {
  const now = database.db.raw("now()")
  await database
    .db("ipn_lane")
    .insert({ id: "ipnlane_1", account_id: "main", key: "ref:1", first_due_at: now, due_at: now })
  jest.useFakeTimers({
    doNotFake: ["setTimeout", "setImmediate", "nextTick", "queueMicrotask", "Date", "performance", "hrtime"],
  })
  const medusas = knex({
    client: "pg",
    connection: database.url,
    pool: { min: 0, max: 2 },
    acquireConnectionTimeout: 5_000,
  })
  let finish!: () => void
  const finished = new Promise<void>((resolve) => (finish = resolve))
  let claimed!: (claim: Claim) => void
  const taken = new Promise<Claim>((resolve) => (claimed = resolve))
  const settle = async (claim: Claim) => {
    claimed(claim)
    await finished
  }
  const worker = new Worker(
    medusas,
    new Sorting(medusas, JSON.stringify),
    settle,
    { concurrency: 1, pollMs: 60_000, leaseMs: 30_000 },
    log
  )
  worker.start()
  expect((await taken).laneId).toBe("ipnlane_1")

  const migration = await database.pool.connect()
  try {
    await migration.query("begin; lock table ipn_lane in access exclusive mode")
    jest.advanceTimersByTime(60 * 60_000)
    await medusas.raw("select 1")
  } finally {
    await migration.query("commit")
    migration.release()
    finish()
    await worker.drain()
    await medusas.destroy()
  }
})
