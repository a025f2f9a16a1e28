import { claimLanes } from "../../src/modules/ipn/inbox/claim-lanes"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(async () => database?.drop())
beforeEach(async () => {
  await database.pool.query(`truncate ipn_lane`)
  await database.pool.query(
    `insert into ipn_lane (id, account_id, key, first_due_at, due_at)
     select 'ipnlane_' || n, 'main', 'ref:' || n, now(), now() - n * interval '1 second' from generate_series(1, 40) n`
  )
})

it("a worker claims as many lanes as it asked for, those that wait longest", async () => {
  const claims = await claimLanes(database.db, 3, 30_000)
  expect(claims.map(({ laneId }) => laneId).sort()).toEqual(["ipnlane_38", "ipnlane_39", "ipnlane_40"])
})

it("workers that claim at once share the lanes: each is one worker's, and none waits for another", async () => {
  const claims = await Promise.all(Array.from({ length: 8 }, () => claimLanes(database.db, 5, 30_000)))
  for (const mine of claims) expect(mine.length).toBeLessThanOrEqual(5)
  const all = claims.flat().map(({ laneId }) => laneId)
  expect(new Set(all).size).toBe(all.length)
  expect(all.length + (await claimLanes(database.db, 40, 30_000)).length).toBe(40)
})

it("a lane that another worker is just claiming is left to it", async () => {
  const another = await database.pool.connect()
  try {
    await another.query(`begin; select 1 from ipn_lane where id = 'ipnlane_40' for update`)
    const claims = await claimLanes(database.db, 2, 30_000)
    expect(claims.map(({ laneId }) => laneId).sort()).toEqual(["ipnlane_38", "ipnlane_39"])
  } finally {
    await another.query("rollback")
    another.release()
  }
})
