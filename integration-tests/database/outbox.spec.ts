import { fromDecimal } from "../../src/domain/money"
import type { Channel } from "../../src/modules/ipn/outbox/channel"
import type { OutboxRow } from "../../src/modules/ipn/outbox/claim-told"
import { Outbox } from "../../src/modules/ipn/outbox/outbox"
import type { Told } from "../../src/modules/ipn/outbox/tell"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"
import { waitUntil } from "../support/store/wait-until"

let database: PluginDatabase
const running: Outbox[] = []
const logged: string[] = []
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((outbox) => outbox.drain()))
  await database.db.raw("truncate ipn_outbox")
  logged.length = 0
})
afterAll(async () => database?.drop())

const fact = (name: string, more: Partial<Told> = {}): Told => ({
  channel: "bus",
  topic: "ipn.payment.captured",
  fact: name,
  payload: { ...fromDecimal("42.00", "eur") },
  ...more,
})

/** As one process has it. */
function process(channel: Channel): Outbox {
  const log = (line: string) => void logged.push(line)
  const outbox = new Outbox(database.db, { error: log, warn: log } as ConstructorParameters<typeof Outbox>[1])
  outbox.register("bus", channel)
  running.push(outbox)
  return outbox
}
async function rows() {
  const { rows } = await database.db.raw(`select * from ipn_outbox order by id`)
  return rows as {
    fact: string
    state: string
    attempts: number
    error: string | null
    due_at: Date | null
  }[]
}
async function untilAll(state: string, count: number): Promise<void> {
  await waitUntil(`${count} rows are ${state}`, async () => {
    return (await rows()).filter((row) => row.state === state).length === count
  })
}

describe("a fact", () => {
  it("is kept once per channel and topic, however often and by however many it is told at once", async () => {
    const outbox = process({ deliver: () => Promise.resolve() })
    const facts = ["a", "b", "c"].map((name) => fact(name))
    const told = await Promise.all(
      Array.from({ length: 20 }, (_, index) => outbox.tell(index % 2 ? facts : [...facts].reverse()))
    )
    expect(told.reduce((sum, fresh) => sum + fresh, 0)).toBe(3)
    await outbox.tell([fact("a", { channel: "mail" }), fact("a", { topic: "ipn.payment.paid" })])
    expect((await rows()).map(({ fact }) => fact).sort()).toEqual(["a", "a", "a", "b", "c"])
  })

  it("that updates another is told only to those who know the other, and only if it says something else", async () => {
    const outbox = process({ deliver: () => Promise.resolve() })
    const opened = { topic: "ipn.dispute.opened", fact: "d" }
    const update = (due: string | null) =>
      fact(`d:${due}`, {
        topic: "ipn.dispute.updated",
        payload: { due_at: due },
        after: { ...opened, unlessSame: { due_at: due } },
      })
    expect(await outbox.tell([update("monday")])).toBe(0)
    const open = fact("d", { topic: opened.topic, payload: { due_at: "monday", order_id: null } })
    expect(await outbox.tell([open, update("monday")])).toBe(1)
    expect(await outbox.tell([open, update("monday")])).toBe(0)
    expect(await outbox.tell([open, update("friday")])).toBe(1)
    expect(await outbox.tell([open, update("friday")])).toBe(0)
  })
})

describe("two dispatchers", () => {
  it("tell 300 facts once each, between them", async () => {
    const told: string[] = []
    const channel = (name: string): Channel => ({
      async deliver(row) {
        await new Promise((done) => setImmediate(done))
        told.push(`${name} ${row.fact}`)
      },
    })
    const [one, two] = [process(channel("one")), process(channel("two"))]
    await one.tell(Array.from({ length: 300 }, (_, index) => fact(`f${index}`)))
    one.start()
    two.start()
    await untilAll("sent", 300)
    expect(told).toHaveLength(300)
    expect(new Set(told.map((line) => line.split(" ")[1])).size).toBe(300)
    expect(new Set(told.map((line) => line.split(" ")[0])).size).toBe(2)
  })

  it("never hold the same row at once, also when its telling takes longer than others wait", async () => {
    let release = () => {}
    const held = new Promise<void>((done) => (release = done))
    const told: string[] = []
    const slow = process({
      async deliver(row) {
        told.push(`slow ${row.fact}`)
        await held
      },
    })
    const other = process({ deliver: (row) => Promise.resolve(void told.push(`other ${row.fact}`)) })
    await slow.tell([fact("a")])
    slow.start()
    await waitUntil("the slow one has it", () => Promise.resolve(told.length === 1))
    other.start()
    await other.tell([fact("b")])
    await untilAll("sent", 1)
    release()
    await untilAll("sent", 2)
    expect(told).toEqual(["slow a", "other b"])
  })
})

describe("a crash", () => {
  it("between telling and the mark tells it again with the same id, and the dead one's mark changes nothing", async () => {
    const told: OutboxRow[] = []
    let finish = () => {}
    const crashed = process({
      deliver: (row) => {
        told.push(row)
        return new Promise((done) => (finish = () => done()))
      },
    })
    await crashed.tell([fact("a")])
    crashed.start()
    await waitUntil("it is told", () => Promise.resolve(told.length === 1))
    await database.db.raw(`update ipn_outbox set lease_until = now() - interval '1 second'`)
    let failed = 0
    const next = process({
      deliver: (row) => {
        told.push(row)
        return ++failed === 1 ? Promise.reject(new Error("not now")) : Promise.resolve()
      },
    })
    next.start()
    await waitUntil("it waits for another try", async () => (await rows())[0]?.error === "not now")
    finish()
    await crashed.drain()
    expect(await rows()).toMatchObject([{ state: "waiting", attempts: 2 }])
    expect(told[1]).toEqual({ ...told[0], attempts: 2 })
  })
})

describe("telling that fails", () => {
  it("is tried again later, and told once it can be", async () => {
    let fails = true
    const outbox = process({
      deliver: () => (fails ? Promise.reject(new Error("Redis is away")) : Promise.resolve()),
    })
    outbox.start()
    await outbox.tell([fact("a")])
    await waitUntil("it failed", async () => (await rows())[0]?.error === "Redis is away")
    const [row] = await rows()
    expect(row).toMatchObject({ state: "waiting", attempts: 1 })
    expect(row!.due_at!.getTime()).toBeLessThanOrEqual(Date.now() + 10_000)
    fails = false
    await database.db.raw(`update ipn_outbox set due_at = now()`)
    outbox.wake()
    await untilAll("sent", 1)
    expect(await rows()).toMatchObject([{ error: null, due_at: null, attempts: 2 }])
    expect(logged).toEqual([
      "[ipn] could not tell ipn.payment.captured by bus (attempt 1 of 20): Redis is away",
    ])
  })

  it("for good is given up after the last attempt, once, and the others go on", async () => {
    const givenUp: string[] = []
    const outbox = process({
      maxAttempts: 1,
      deliver: ({ fact }) => (fact === "bad" ? Promise.reject(new Error("no")) : Promise.resolve()),
      givenUp: ({ fact }, error) => Promise.resolve(void givenUp.push(`${fact}: ${error.message}`)),
    })
    outbox.start()
    await outbox.tell([fact("bad"), fact("good")])
    await untilAll("sent", 1)
    await untilAll("failed", 1)
    await waitUntil("it is given up", () => Promise.resolve(givenUp.length > 0))
    expect(givenUp).toEqual(["bad: no"])
  })

  it("because nobody wants to know is dropped with its reason", async () => {
    const outbox = process({ deliver: () => Promise.resolve({ dropped: "the store sends no such mail" }) })
    outbox.start()
    await outbox.tell([fact("a")])
    await untilAll("dropped", 1)
    expect(await rows()).toMatchObject([{ error: "the store sends no such mail" }])
  })
})

it("what is due later is not told before, and what no channel is registered for waits", async () => {
  const told: string[] = []
  const outbox = process({ deliver: ({ fact }) => Promise.resolve(void told.push(fact)) })
  outbox.start()
  await outbox.tell([
    fact("later", { dueAt: new Date(Date.now() + 60_000) }),
    fact("letter", { channel: "pigeon" }),
    fact("now"),
  ])
  await untilAll("sent", 1)
  expect(told).toEqual(["now"])
})
