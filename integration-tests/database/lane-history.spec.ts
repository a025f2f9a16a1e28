import { claimLanes, endClaim, type Settlement } from "../../src/modules/ipn/inbox/claim-lanes"
import type { LaneAttempt } from "../../src/modules/ipn/inbox/lane-history"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
beforeEach(async () => {
  const now = database.db.raw("now()")
  await database.db("ipn_lane").del()
  await database
    .db("ipn_lane")
    .insert({ id: "ipnlane_1", account_id: "main", key: "ref:1", first_due_at: now, due_at: now })
})
afterAll(async () => database?.drop())

async function settle(settlement: Settlement): Promise<void> {
  await database.db.raw("update ipn_lane set due_at = now()")
  const [claim] = await claimLanes(database.db, 1, 60_000)
  expect(await endClaim(database.db, claim!, settlement)).toBe(true)
}
async function history(): Promise<LaneAttempt[]> {
  const [row] = await database.db("ipn_lane").select("history")
  return (row as { history: LaneAttempt[] }).history
}
const short = ({ state, reason, error, times }: LaneAttempt) => [state, reason, error, times]

it("each attempt to settle a payment is kept with how it ended, those in a row once with their number", async () => {
  await settle({ state: "waiting", error: "connect ECONNREFUSED" })
  await settle({ state: "waiting", error: "connect ECONNREFUSED" })
  await settle({ state: "review", reason: "amount_short" })
  await settle({ state: "settled" })
  expect((await history()).map(short)).toEqual([
    ["settled", null, null, 1],
    ["review", "amount_short", null, 1],
    ["waiting", null, "connect ECONNREFUSED", 2],
  ])
  for (const { since, at } of await history()) {
    expect(new Date(at).getTime()).toBeGreaterThanOrEqual(new Date(since).getTime())
  }
})

it("twenty are kept, however often it is tried, and long errors are cut", async () => {
  for (let n = 1; n <= 25; n++) await settle({ state: "waiting", error: `${n} ${"x".repeat(2_000)}` })
  const kept = await history()
  expect(kept).toHaveLength(20)
  expect(kept.map(({ error }) => error?.slice(0, 3).trim())).toEqual(
    Array.from({ length: 20 }, (_, back) => `${25 - back} x`.slice(0, 3).trim())
  )
  expect(kept.every(({ error }) => error?.length === 500)).toBe(true)
})
