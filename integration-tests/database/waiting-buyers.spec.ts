import { Waiting } from "../../src/modules/ipn/waiting/waiting"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"
import { waitUntil } from "../support/store/wait-until"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(async () => database?.drop())

const log = { warn: jest.fn() }
const pollMs = 50
let waiting: Waiting
let queries = 0
const count = () => queries++

beforeEach(() => {
  waiting = new Waiting(database.db, pollMs, log)
  queries = 0
  database.db.on("query", count)
})
afterEach(() => {
  waiting.close()
  database.db.removeListener("query", count)
  expect(log.warn).not.toHaveBeenCalled()
})

const keysOf = (buyer: number) => new Set([`main ref:payses_${buyer}`, `cart_${buyer}`])

/** Another process ends a claim on a buyer's lane. */
async function settleElsewhere(buyer: number): Promise<void> {
  await database.db.raw(
    `insert into ipn_lane (id, account_id, key, state, cart_id, first_due_at) values (?, 'main', ?, 'settled', ?, now())
     on conflict (account_id, key) where deleted_at is null do update set updated_at = now()`,
    [`ipnlane_${buyer}`, `ref:payses_${buyer}`, `cart_${buyer}`]
  )
}

describe("waiting buyers", () => {
  it("cost one query a look, 500 of them as many as one, and none while nobody waits", async () => {
    const all = Array.from({ length: 500 }, (_, buyer) => waiting.wait(keysOf(buyer), waiting.mark(), 60_000))
    const startedAt = Date.now()
    await waitUntil("ten looks", () => queries >= 10)
    const looks = (Date.now() - startedAt) / pollMs
    expect(queries).toBeLessThanOrEqual(Math.ceil(looks) + 1)
    waiting.close()
    expect(await Promise.all(all)).toEqual(Array.from({ length: 500 }, () => false))

    const resting = new Waiting(database.db, pollMs, log)
    await expect(resting.wait(new Set(["x"]), resting.mark(), 3 * pollMs)).resolves.toBe(false)
    await waitUntil("nobody looks any more", () => Reflect.get(resting, "timer") === undefined)
    resting.close()
  })

  it("are woken by what their own process settles, without a query, and only those whom it is about", async () => {
    let others = 0
    const other = waiting.wait(keysOf(2), waiting.mark(), 60_000).then(() => others++)
    const mine = waiting.wait(keysOf(1), waiting.mark(), 60_000)
    waiting.tell("main ref:payses_1", "cart_1")
    await expect(mine).resolves.toBe(true)
    expect(queries).toBe(0)
    expect(others).toBe(0)
    waiting.close()
    await other
  })

  it("are woken by what another process settles, with the next look", async () => {
    const mine = waiting.wait(keysOf(3), waiting.mark(), 60_000)
    const other = waiting.wait(keysOf(4), waiting.mark(), 60_000)
    await settleElsewhere(3)
    await expect(mine).resolves.toBe(true)
    expect(waiting.size).toBe(1)
    await settleElsewhere(4)
    await expect(other).resolves.toBe(true)
  })

  it("are told once of one change", async () => {
    await settleElsewhere(5)
    await expect(waiting.wait(keysOf(5), waiting.mark(), 60_000)).resolves.toBe(true)
    await expect(waiting.wait(keysOf(5), waiting.mark(), 6 * pollMs)).resolves.toBe(false)
  })

  it("miss nothing that changed between reading and waiting", async () => {
    const mark = waiting.mark()
    waiting.tell("cart_6")
    await expect(waiting.wait(keysOf(6), mark, 60_000)).resolves.toBe(true)
    // Nor when so much happened meanwhile that it is not remembered any more.
    const early = waiting.mark()
    for (let change = 0; change < 6_000; change++) waiting.tell(`cart_other_${change}`)
    await expect(waiting.wait(keysOf(6), early, 60_000)).resolves.toBe(true)
  })

  it("go when they are gone", async () => {
    const gone = new AbortController()
    const mine = waiting.wait(keysOf(7), waiting.mark(), 60_000, gone.signal)
    expect(waiting.size).toBe(1)
    gone.abort()
    await expect(mine).resolves.toBe(false)
    expect(waiting.size).toBe(0)
  })

  it("are found by an index, however many payments there were", async () => {
    await database.db.raw(
      `insert into ipn_lane (id, account_id, key, state, first_due_at, updated_at)
       select 'ipnlane_old_' || n, 'main', 'ref:old_' || n, 'settled', now(), now() - interval '1 day'
       from generate_series(1, 20000) n`
    )
    await database.db.raw("analyze ipn_lane")
    const { rows } = await database.db.raw(
      `explain select id from ipn_lane where updated_at > now() - interval '6 seconds' and lease_until is null and deleted_at is null`
    )
    expect(JSON.stringify(rows)).toContain("IDX_ipn_lane_changed")
  })
})
