import { knex } from "@medusajs/framework/mikro-orm/knex"
import { claimLanes, endClaim, lapsed, type Claim } from "../../src/modules/ipn/inbox/claim-lanes"
import { maxAttempts, retryDelayMs } from "../../src/modules/ipn/inbox/retry"
import { Sorting } from "../../src/modules/ipn/inbox/sorting"
import { Worker } from "../../src/modules/ipn/worker"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(async () => database?.drop())
beforeEach(async () => {
  const now = database.db.raw("now()")
  await database.db("ipn_lane").del()
  await database
    .db("ipn_lane")
    .insert({ id: "ipnlane_1", account_id: "main", key: "ref:1", first_due_at: now, due_at: now })
})
afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

const log = { warn: () => undefined, error: () => undefined }

describe("a payment that cannot be settled", () => {
  type LaneRow = Readonly<{ state: string; error: string | null; attempts: number; waitsMs: number | null }>
  let settled: Claim[]
  beforeEach(() => {
    settled = []
    // How long it waits is random, up to a bound: here the half of it.
    jest.spyOn(Math, "random").mockReturnValue(0.5)
  })

  const lane = async (): Promise<LaneRow> => {
    const { rows } = await database.db.raw(
      `select state, error, attempts, round(extract(epoch from due_at - updated_at) * 1000)::float8 as "waitsMs"
       from ipn_lane`
    )
    return (rows as LaneRow[])[0]!
  }
  const makeDue = async () => database.db("ipn_lane").update({ due_at: database.db.raw("now()") })
  const lookOnce = async (settle: () => Promise<void> = () => Promise.resolve()): Promise<LaneRow> => {
    const worker = new Worker(
      database.db,
      new Sorting(database.db, JSON.stringify),
      (claim) => {
        settled.push(claim)
        return settle()
      },
      { concurrency: 1, pollMs: 60_000, leaseMs: 30_000 },
      log
    )
    worker.start()
    await worker.drain()
    return lane()
  }
  const about = (ms: number) => expect.closeTo(ms, -3) as unknown as number

  it("now is tried again later each time, and given up after twenty", async () => {
    const fail = () => Promise.reject(new Error("the gateway is away"))
    for (let n = 1; n < maxAttempts; n++) {
      expect(await lookOnce(fail)).toEqual({
        state: "waiting",
        error: "the gateway is away",
        attempts: n,
        waitsMs: about(retryDelayMs(n, 0.5)),
      })
      await makeDue()
    }
    expect(await lookOnce(fail)).toMatchObject({
      state: "failed",
      error: "the gateway is away",
      waitsMs: null,
    })
    expect(settled).toHaveLength(maxAttempts)
  })

  /** As a process does that ends while it settles. */
  const endWhileSettling = async () => {
    await makeDue()
    expect(await claimLanes(database.db, 1, 30_000)).toMatchObject([{ lapses: 0 }])
    await database.db("ipn_lane").update({ lease_until: database.db.raw("now() - interval '1 second'") })
  }

  it("because it ends the process each time waits longer each time, and is given up after twenty", async () => {
    for (let n = 1; n < maxAttempts; n++) {
      await endWhileSettling()
      const waitsMs = about(n === 1 ? 0 : retryDelayMs(n, 0.5))
      expect(await lookOnce()).toEqual({ state: "waiting", error: lapsed, attempts: n, waitsMs })
    }
    await endWhileSettling()
    expect(await lookOnce()).toMatchObject({
      state: "failed",
      error: expect.stringMatching(/The process ended each of the 20 times/) as unknown,
      waitsMs: null,
    })
    expect(settled).toEqual([])
    // Somebody mended it and replays it.
    await makeDue()
    await lookOnce()
    expect(settled).toMatchObject([{ lapses: 0 }])
  })

  it("while processes are ended by others is never given up: only what lapses twenty times in a row is", async () => {
    await database.db("ipn_lane").update({ state: "unmatched", attempts: 50 })
    for (let deploy = 1; deploy <= maxAttempts + 5; deploy++) {
      await endWhileSettling()
      expect(await lookOnce()).toMatchObject({ state: "waiting", error: lapsed, waitsMs: about(0) })
      await lookOnce(() => endSettled(settled.at(-1)!))
    }
    expect(settled).toHaveLength(maxAttempts + 5)
  })

  const endSettled = async (claim: Claim) => {
    expect(await endClaim(database.db, claim, { state: "settled" })).toBe(true)
  }
})

it("a worker takes one of Medusa's connections to hold its lanes, however long the database keeps it waiting", async () => {
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
