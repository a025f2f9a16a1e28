import { RefusalCounts } from "../../src/modules/ipn/inbox/refusal-counts"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(async () => database?.drop())
beforeEach(async () => {
  await database.db.raw("truncate ipn_day_count")
})

const counts = () =>
  new RefusalCounts(database.db, (error) => {
    throw error
  })
const rows = async () =>
  database.db("ipn_day_count").select("account_id", "day", "refused").orderBy(["day", "account_id"])
const at = (time: string) => new Date(time)

describe("refused calls", () => {
  it("are counted by account and day, and a flood of them is one row", async () => {
    const counted = counts()
    for (let i = 0; i < 5_000; i++) counted.note({ accountId: "main", at: at("2026-11-22T23:59:59Z") })
    counted.note({ accountId: "main", at: at("2026-11-23T00:00:00Z") })
    counted.note({ accountId: "other", at: at("2026-11-23T00:00:01Z") })
    await counted.flush()
    expect(await rows()).toEqual([
      { account_id: "main", day: "2026-11-22", refused: 5_000 },
      { account_id: "main", day: "2026-11-23", refused: 1 },
      { account_id: "other", day: "2026-11-23", refused: 1 },
    ])
  })

  it("are added up over processes that write at the same time", async () => {
    const processes = Array.from({ length: 6 }, counts)
    for (const one of processes) {
      for (const accountId of ["b", "a", "c"]) one.note({ accountId, at: at("2026-11-22T12:00:00Z") })
    }
    await Promise.all(processes.map(async (one) => one.flush()))
    expect((await rows()).map(({ refused }: { refused: number }) => refused)).toEqual([6, 6, 6])
  })

  it("are written once, however often that is asked for", async () => {
    const counted = counts()
    counted.note({ accountId: "main", at: at("2026-11-22T12:00:00Z") })
    await Promise.all([counted.flush(), counted.flush()])
    await counted.flush()
    expect(await rows()).toEqual([{ account_id: "main", day: "2026-11-22", refused: 1 }])
  })
})
