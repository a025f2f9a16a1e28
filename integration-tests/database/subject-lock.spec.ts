import { Pool } from "pg"
import { SubjectLock } from "../../src/modules/ipn/subject-lock"
import { createDatabase, type Database } from "../support/store/database"
import { waitUntil } from "../support/store/wait-until"

let database: Database
let sql: Pool
/** Two processes on one database. */
let here: SubjectLock
let there: SubjectLock

/** As Medusa has it, but for a time that one need not wait for. */
const connection = () => ({ connectionString: database.url, connectionTimeoutMillis: 5_000 })

beforeAll(async () => {
  database = await createDatabase()
  sql = new Pool({ connectionString: database.url, max: 2 })
})
afterAll(async () => {
  await sql?.end()
  await database?.drop()
})
beforeEach(() => {
  here = new SubjectLock({ connection: connection() }, 2)
  there = new SubjectLock({ connection: connection() }, 2)
})
afterEach(async () => {
  jest.useRealTimers()
  await here.close()
  await there.close()
})

/** The connections that hold a lock or wait for one. */
async function locks(granted: boolean): Promise<number[]> {
  const { rows } = await sql.query<{ pid: number }>(
    `select pid from pg_locks where locktype = 'advisory' and granted = $1
       and database = (select oid from pg_database where datname = current_database())`,
    [granted]
  )
  return rows.map(({ pid }) => pid)
}

/** Work that ends when it is let go. */
function open(): { end: () => void; work: () => Promise<void> } {
  let end!: () => void
  const ended = new Promise<void>((resolve) => (end = resolve))
  return { end, work: () => ended }
}

/** Time that passes for timers alone. */
function stopTimers(): void {
  jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "Date", "performance"] })
}

it("one at a time works on a subject, across processes", async () => {
  let working = 0
  const seen: number[] = []
  const work = async () => {
    seen.push(++working)
    await sql.query("select 1")
    working--
  }
  await Promise.all([here, there, here, there, here, there].map((lock) => lock.hold("cart_1", work)))
  expect(seen).toEqual([1, 1, 1, 1, 1, 1])
  expect(await locks(true)).toEqual([])
})

it("those who want the same cart wait without a connection, and others go on meanwhile", async () => {
  const { end, work } = open()
  const order: number[] = []
  const held = there.hold("cart_1", work)
  await waitUntil("it is held", async () => (await locks(true)).length === 1)
  const waiting = Array.from({ length: 40 }, (_, n) => here.hold("cart_1", async () => void order.push(n)))
  await waitUntil("somebody waits for it", async () => (await locks(false)).length > 0)
  try {
    expect(await here.hold("cart_2", async () => "done")).toBe("done")
    expect(await here.hold("cart_3", async () => "done", "worker")).toBe("done")
    expect(await locks(false)).toHaveLength(1)
  } finally {
    end()
    await held
    await Promise.all(waiting)
  }
  expect(order).toEqual(Array.from({ length: 40 }, (_, n) => n))
})

it("a worker has its connections, however many carts are being completed", async () => {
  const { end, work } = open()
  const completing = Array.from({ length: 40 }, (_, n) => here.hold(`cart_${n}`, work))
  await waitUntil("no more fit", async () => (await locks(true)).length === 16)
  try {
    const settled = ["cart_a", "cart_b"].map((cart) => here.hold(cart, async () => cart, "worker"))
    expect(await Promise.all(settled)).toEqual(["cart_a", "cart_b"])
  } finally {
    end()
    await Promise.all(completing)
  }
})

it("waits for a connection as long as for the lock", async () => {
  stopTimers()
  const { end, work } = open()
  const completing = Array.from({ length: 17 }, (_, n) => here.hold(`cart_${n}`, work))
  const last = completing[16]!.then(
    () => "done",
    (error: Error) => error.message
  )
  while ((await locks(true)).length < 16);
  jest.advanceTimersByTime(29_000)
  end()
  await Promise.all(completing.slice(0, 16))
  expect(await last).toBe("done")
})

it("gives up after 30 seconds, and who waited behind goes on", async () => {
  const { end, work } = open()
  const held = here.hold("cart_1", work)
  while ((await locks(true)).length < 1);
  stopTimers()
  const impatient = here.hold("cart_1", async () => "done").catch((error: Error) => error.message)
  jest.advanceTimersByTime(20_000)
  const patient = here.hold("cart_1", async () => "done").catch((error: Error) => error.message)
  jest.advanceTimersByTime(10_000)
  expect(await impatient).toBe("others have worked on cart_1 for 30 seconds: try again")
  end()
  await held
  expect(await patient).toBe("done")
})

describe("whose connection ends while the lock is held", () => {
  const terminate = async () => {
    const [pid] = await locks(true)
    await sql.query("select pg_terminate_backend($1)", [pid])
  }

  it("is told so before the next change, and somebody else goes on", async () => {
    const changes: string[] = []
    const cut = here.hold("cart_1", async (lost) => {
      changes.push("first")
      await terminate()
      await there.hold("cart_1", async () => changes.push("somebody else's"))
      lost.throwIfAborted()
      changes.push("second")
    })
    await expect(cut).rejects.toThrow("the lock of cart_1 was lost: terminating connection")
    expect(changes).toEqual(["first", "somebody else's"])
    expect(await here.hold("cart_1", async (lost) => lost.aborted)).toBe(false)
  })

  it("can be given back all the same", async () => {
    const { lost, release } = await here.acquire("cart_1")
    try {
      await terminate()
      await waitUntil("it is told", () => lost.aborted, { withinMs: 10_000 })
    } finally {
      await release()
      await release()
    }
    expect(await here.hold("cart_1", async () => "done")).toBe("done")
  })
})

it("none of the server's own limits ends it", async () => {
  const { rows } = await sql.query<{ name: string }>(
    "select name from pg_settings where name = any('{transaction_timeout, idle_in_transaction_session_timeout, statement_timeout}')"
  )
  const limits = rows.map(({ name }) => `-c ${name}=200`).join(" ")
  const limited = new SubjectLock({ connection: { ...connection(), options: limits } }, 1)
  try {
    const passed = await there.hold("cart_1", async () => {
      const waited = limited.hold("cart_1", async (lost) => {
        // It is Postgres whose time has to pass.
        await sql.query("select pg_sleep(0.3)")
        return !lost.aborted
      })
      await sql.query("select pg_sleep(0.3)")
      return { waited }
    })
    expect(await passed.waited).toBe(true)
  } finally {
    await limited.close()
  }
})
