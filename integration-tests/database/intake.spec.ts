import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ModulesSdkUtils } from "@medusajs/framework/utils"
import type { PoolClient } from "pg"
import { readConfiguration } from "../../src/config/configuration"
import type { PaymentEvent } from "../../src/domain/payment-event"
import type { Gateway } from "../../src/gateways/gateway"
import { entryOf, entryWith, type Entry } from "../../src/modules/ipn/inbox/entry"
import { openIntake } from "../../src/modules/ipn/inbox/intake"
import { createReadEntry } from "../../src/modules/ipn/inbox/read-entry"
import { Sorting } from "../../src/modules/ipn/inbox/sorting"
import { createStoreReceived } from "../../src/modules/ipn/inbox/store-received"
import { addressOf, openPool } from "../../src/modules/ipn/open-pool"
import { Payloads } from "../../src/modules/ipn/privacy/payloads"
import type { Received } from "../../src/receiver/received"
import { capturedBody } from "../../src/receiver/__tests__/accounts"
import { createPluginDatabase, migrate, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(() => database?.drop())
beforeEach(async () => {
  await database.pool.query("truncate ipn_intake, ipn_message, ipn_payment_event, ipn_lane")
})

const { accounts } = readConfiguration({
  publicUrl: "https://shop.example.com",
  accounts: {
    main: {
      gateway: "sandbox",
      mode: "test",
      url: "http://127.0.0.1:4010",
      apiKey: "test-only-api-key-0",
      webhookSecrets: ["test-only-webhook-secret-1"],
    },
  },
})
const payloads = new Payloads(accounts, [])

const logged: string[] = []
const log = {
  warn: (line: string) => void logged.push(line),
  error: (line: string) => void logged.push(line),
}

let made = 0
function captured(more: Partial<PaymentEvent> = {}): PaymentEvent {
  return {
    key: `evt_${++made}`,
    type: "payment.captured",
    test: true,
    reference: "payses_1",
    money: { amount: "10.00", currency: "eur" },
    ...more,
  }
}
/** What is stored of a message that was read before, because not all of it may be stored. */
function entry(
  events: readonly PaymentEvent[],
  { unreadable, ...more }: Partial<Received> & { unreadable?: string } = {}
): string {
  const stored = entryOf(received(more), payloads)
  if (more.verdict?.kind === "unproven") return stored
  return entryWith(JSON.parse(stored) as Entry, { events, ...(unreadable ? { unreadable } : {}) })
}
function received(more: Partial<Received> = {}): Received {
  return {
    id: `ipnmsg_${String(++made).padStart(6, "0")}`,
    accountId: "main",
    gatewayId: "sandbox",
    message: {
      method: "POST",
      url: "https://shop.example.com/hooks/ipn/main",
      query: "a=1",
      headers: { "content-type": "application/json" },
      body: Buffer.from("{}"),
      ip: "203.0.113.9",
      receivedAt: new Date("2026-11-28T10:00:00.000Z"),
    },
    verdict: { kind: "proven", by: "hmac", covers: "body" },
    read: () => ({ events: [] }),
    ...more,
  }
}
const sorting = (known = accounts, opened = payloads) =>
  new Sorting(database.db, createReadEntry(known, opened, log))
const store = (...entries: string[]) => createStoreReceived(database.pool)(entries)

async function rows<T = Record<string, unknown>>(sql: string): Promise<T[]> {
  return (await database.pool.query(sql)).rows as T[]
}
const count = async (table: string) =>
  (await rows<{ count: number }>(`select count(*)::int as count from ${table}`))[0]!.count

it("what came in one commit becomes its messages, their events and the lanes of these", async () => {
  await store(
    entry([captured(), captured({ reference: "payses_2" })]),
    entry([]),
    entry([], { verdict: { kind: "unproven", why: "unsigned" } })
  )
  await sorting().sort()
  expect(await count("ipn_intake")).toBe(0)
  const messages = await rows(
    `select query, headers, body, body_state, ip, proof, proof_detail, unreadable, about from ipn_message order by id`
  )
  const came = {
    query: "a=1",
    headers: { "content-type": "application/json" },
    body: "e30=",
    body_state: "exact",
    ip: "203.0.113.9",
    unreadable: null,
  }
  expect(messages).toEqual([
    {
      ...came,
      proof: "proven",
      proof_detail: { by: "hmac", covers: "body" },
      about: ["ref:payses_1", "ref:payses_2"],
    },
    { ...came, proof: "proven", proof_detail: { by: "hmac", covers: "body" }, about: null },
    { ...came, proof: "unproven", proof_detail: { why: "unsigned" }, about: null },
  ])
  const lanes = await rows<{ key: string; isDue: boolean; events: number }>(
    `select key, due_at <= now() as "isDue",
       (select count(*)::int from ipn_payment_event event where event.lane_id = ipn_lane.id) as events
     from ipn_lane order by key`
  )
  expect(lanes).toEqual([
    { key: expect.stringMatching(/^msg:ipnmsg_/) as string, isDue: true, events: 0 },
    { key: "ref:payses_1", isDue: true, events: 1 },
    { key: "ref:payses_2", isDue: true, events: 1 },
  ])
})

it("what is known already makes a message, and no event, and wakes nobody", async () => {
  const known = captured()
  await store(entry([known]))
  await sorting().sort()
  await database.pool.query(`update ipn_lane set due_at = null, version = 7`)
  await store(entry([known]), entry([known]))
  await sorting().sort()
  expect(await rows(`select due_at, version from ipn_lane`)).toEqual([{ due_at: null, version: 7 }])
  expect(await count("ipn_payment_event")).toBe(1)
  expect(await rows(`select about from ipn_message`)).toEqual(
    Array.from({ length: 3 }, () => ({ about: ["ref:payses_1"] }))
  )
})

it("many processes sort at once: everything once", async () => {
  for (let i = 0; i < 40; i++) await store(...Array.from({ length: 5 }, () => entry([captured()])))
  await Promise.all([1, 2, 3, 4].map(() => sorting().sort()))
  expect(await count("ipn_intake")).toBe(0)
  expect(await count("ipn_message")).toBe(200)
  expect(await count("ipn_payment_event")).toBe(200)
  expect(await rows(`select key from ipn_lane`)).toEqual([{ key: "ref:payses_1" }])
})

it("who only wants what came last in its place does not work off all that lies there", async () => {
  for (let i = 0; i < 40; i++) await store(entry([captured()]))
  await sorting().sort(1)
  expect(await count("ipn_intake")).toBe(8)
  expect(await count("ipn_message")).toBe(32)
})

describe("a proven message", () => {
  /** As the sandbox sends it. */
  const said = (key: string) => ({ ...received().message, body: capturedBody(key) })
  /** The accounts, whose gateway reads otherwise. */
  const reading = (parse: Gateway["parse"]) => {
    const main = accounts.get("main")!
    return new Map([["main", { ...main, gateway: { ...main.gateway, parse } }]])
  }
  const stored = async () =>
    (await rows<{ entries: string }>(`select entries from ipn_intake order by id`)).flatMap(
      ({ entries }) => JSON.parse(entries) as Entry[]
    )
  const messages = () => rows(`select proof, unreadable, about from ipn_message order by id`)

  it("is read when it is sorted, and not before it is acknowledged", async () => {
    const read = jest.fn()
    const [one, two] = [received({ message: said("ev_1"), read }), received({ message: said("ev_2"), read })]
    await store(entryOf(one, payloads), entryOf(two, payloads))
    expect(read).not.toHaveBeenCalled()
    expect((await stored()).map(({ told }) => told)).toEqual([undefined, undefined])
    await sorting().sort()
    expect(
      await rows(`select key, type, message_id, received_at from ipn_payment_event order by key`)
    ).toEqual(
      [one, two].map(({ id, message }, index) => ({
        key: `ev_${index + 1}`,
        type: "payment.captured",
        message_id: id,
        received_at: message.receivedAt,
      }))
    )
    expect(await messages()).toEqual([
      { proof: "proven", unreadable: null, about: ["ref:payses_ev_1"] },
      { proof: "proven", unreadable: null, about: ["ref:payses_ev_2"] },
    ])
    expect(await rows(`select key from ipn_lane order by key`)).toEqual([
      { key: "ref:payses_ev_1" },
      { key: "ref:payses_ev_2" },
    ])
  })

  it.each([
    ["a card's number", { query: "card=4242424242424242" }],
    ["what its sender signs in with", { headers: { authorization: "Basic dGVzdDp0ZXN0" } }],
    ["a secret of the account", { headers: { "verif-hash": "test-only-webhook-secret-1" } }],
  ])("is read before it is stored where %s is taken out of it", async (_, more) => {
    const one = received({
      message: { ...said("ev_1"), ...more },
      read: () => ({ events: [captured({ key: "as_it_came" })] }),
    })
    await store(entryOf(one, payloads))
    await sorting(reading(() => [])).sort()
    expect(await rows(`select key from ipn_payment_event`)).toEqual([{ key: "as_it_came" }])
  })

  it("waits for review where it cannot be read, with a reason that can be stored; others are not kept by it", async () => {
    const long = `${"x".repeat(186)}\u{1f600} is no amount`
    const known = reading((message) => {
      if (Buffer.from(message.body).includes("ev_1")) throw new SyntaxError(long)
      if (Buffer.from(message.body).includes("ev_2")) return [{ ...captured(), later: 1n } as PaymentEvent]
      return [captured({ key: "ev_3" })]
    })
    await store(...["ev_1", "ev_2", "ev_3"].map((key) => entryOf(received({ message: said(key) }), payloads)))
    await sorting(known).sort()
    expect(await messages()).toEqual([
      { proof: "proven", unreadable: `SyntaxError: ${"x".repeat(186)}`, about: null },
      {
        proof: "proven",
        unreadable: expect.stringMatching(/^cannot be stored: TypeError/) as string,
        about: null,
      },
      { proof: "proven", unreadable: null, about: ["ref:payses_1"] },
    ])
    expect(await rows(`select key from ipn_payment_event`)).toEqual([{ key: "ev_3" }])
    expect(logged.join()).toMatch(/a proven message could not be read and waits for review/)
  })

  it("waits in a lane of its own where its account, or the key that it is sealed with, is not known here", async () => {
    const key = { id: "a1b2c3d4e5f6", bytes: Buffer.alloc(32, 7) }
    const sealed = entryOf(received({ message: said("ev_1") }), new Payloads(accounts, [key]))
    const foreign = entryOf(received({ message: said("ev_2"), accountId: "new" }), payloads)
    await store(sealed, foreign, entryOf(received({ message: said("ev_3") }), payloads))
    await sorting().sort()
    expect(await messages()).toEqual([
      { proof: "proven", unreadable: null, about: null },
      { proof: "proven", unreadable: null, about: null },
      { proof: "proven", unreadable: null, about: ["ref:payses_ev_3"] },
    ])
    const ids = [sealed, foreign].map((entry) => (JSON.parse(entry) as Entry).id)
    expect(
      await rows(
        `select account_id, key, due_at <= now() as "isDue" from ipn_lane where key like 'msg:%' order by key`
      )
    ).toEqual([
      { account_id: "main", key: `msg:${ids[0]}`, isDue: true },
      { account_id: "new", key: `msg:${ids[1]}`, isDue: true },
    ])
  })

  it("is read by a process that has the key", async () => {
    const withKey = new Payloads(accounts, [{ id: "a1b2c3d4e5f6", bytes: Buffer.alloc(32, 7) }])
    await store(entryOf(received({ message: said("ev_1") }), withKey))
    await sorting(accounts, withKey).sort()
    expect(await rows(`select key from ipn_payment_event`)).toEqual([{ key: "ev_1" }])
  })

  it("is read by many processes at once and sorted by one; what came behind it is sorted too", async () => {
    for (let i = 0; i < 40; i++) {
      await store(...[0, 1, 2].map((n) => entryOf(received({ message: said(`ev_${i}_${n}`) }), payloads)))
    }
    await Promise.all([1, 2, 3, 4].map(() => sorting().sort()))
    await sorting().sort()
    expect([await count("ipn_intake"), await count("ipn_message")]).toEqual([0, 120])
    expect([await count("ipn_payment_event"), await count("ipn_lane")]).toEqual([120, 120])
  })
})

describe("what tells something that no column takes waits for review, alone", () => {
  /** As a gateway of somebody else's may tell it; what is ours is checked before. */
  const broken: readonly [string, string][] = [
    ["a zero character", entry([captured({ resource: "a\u0000b" })])],
    ["half a surrogate pair", entry([captured({ resource: "a\ud800" })])],
    ["no time", entry([captured()]).replace(/"occurredAt":"[^"]*"/, '"occurredAt":"soon"')],
    [
      "a proof that is no text",
      entry([], { verdict: { kind: "proven", by: "hmac", covers: "body", keyId: "\u0000" } }),
    ],
    ["a header that is no text", entry([]).replace("application/json", "application\\u0000json")],
    ["a reason that is no text", entry([], { unreadable: "expected \ud83d" })],
  ]
  it.each(broken)("%s", async (_, poison) => {
    await store(entry([captured()]))
    await store(entry([captured()]), poison, entry([captured()]))
    await store(entry([captured()]))
    await sorting().sort()
    expect(await count("ipn_intake")).toBe(0)
    expect(await count("ipn_payment_event")).toBe(4)
    expect(
      await rows(`select body, proof, unreadable from ipn_message where unreadable is not null`)
    ).toEqual([
      {
        body: "e30=",
        proof: "proven",
        unreadable: expect.stringMatching(/cannot be sorted/) as string,
      },
    ])
    expect(await count("ipn_message")).toBe(5)
  })
})

it("what cannot be sorted is set apart once, however many processes come upon it", async () => {
  for (let round = 0; round < 5; round++) {
    const poison = entry([], { verdict: { kind: "proven", by: "hmac", covers: "body", keyId: "\u0000" } })
    await store(entry([captured()]), poison, entry([captured()]))
    for (let i = 0; i < 3; i++) await store(entry([captured()]))
    await Promise.all([1, 2, 3, 4].map(() => sorting().sort()))
    await sorting().sort()
  }
  expect([await count("ipn_intake"), await count("ipn_payment_event")]).toEqual([0, 25])
  expect(await rows(`select query, headers from ipn_message where unreadable is not null`)).toEqual(
    Array.from({ length: 5 }, () => ({ query: "a=1", headers: { "content-type": "application/json" } }))
  )
})

it("large messages are sorted a few at a time, and all of them", async () => {
  const large = () => received({ message: { ...received().message, body: Buffer.alloc(250_000, "a") } })
  for (let i = 0; i < 4; i++) {
    await store(
      ...Array.from({ length: 10 }, () =>
        entryOf({ ...large(), verdict: { kind: "unproven", why: "unsigned" } }, payloads)
      )
    )
  }
  const bytes: number[] = []
  const note = ({ bindings }: { bindings: unknown[] }) => bytes.push(String(bindings[0]).length)
  database.db.on("query", note)
  await sorting().sort()
  database.db.removeListener("query", note)
  expect([await count("ipn_intake"), await count("ipn_message")]).toEqual([0, 40])
  expect(Math.max(...bytes)).toBeLessThan(12 * 1024 * 1024)
})

it("why nothing can be sorted is told without what was received", async () => {
  await store(entry([captured({ reference: "payses_secret" })]))
  await database.pool.query("alter table ipn_message rename to ipn_message_away")
  try {
    await expect(sorting().sort()).rejects.toThrow(/^the database cannot store what was received: 42P01$/)
  } finally {
    await database.pool.query("alter table ipn_message_away rename to ipn_message")
  }
  await sorting().sort()
  expect(await count("ipn_payment_event")).toBe(1)
})

describe("behind a pooler that gives each transaction another connection", () => {
  let connection: PoolClient
  let storeOn: (entries: readonly string[]) => Promise<void>
  beforeEach(async () => {
    connection = await database.pool.connect()
    storeOn = createStoreReceived(connection)
  })
  // Not used again: it knows what others do not.
  afterEach(() => connection.release(true))

  it("storing goes on where the statement is not known", async () => {
    await storeOn([entry([captured()])])
    await connection.query("deallocate all")
    await storeOn([entry([captured()])])
    await storeOn([entry([captured()])])
    expect(await count("ipn_intake")).toBe(3)
  })

  it("storing goes on where somebody else prepared it", async () => {
    await connection.query("prepare ipn_store_received as select 1")
    await storeOn([entry([captured()])])
    expect(await count("ipn_intake")).toBe(1)
  })

  it("what is wrong otherwise is told, and nothing stored twice", async () => {
    await connection.query("begin")
    await expect(connection.query("select 1 / 0")).rejects.toThrow("division")
    await expect(storeOn([entry([captured()])])).rejects.toThrow("aborted")
    await connection.query("rollback")
    expect(await count("ipn_intake")).toBe(0)
  })
})

describe("a receiver's own connections are made as Medusa's are", () => {
  const { createPgConnection } = ModulesSdkUtils
  const receives = async (medusas: Knex) => {
    const intake = openIntake({
      database: addressOf(medusas),
      payloads,
      stored: () => undefined,
      countUnproven: async () => 0,
      noteRefusal: () => undefined,
    })
    try {
      await intake.store([entry([captured()])])
    } finally {
      await intake.close()
      await medusas.destroy()
    }
  }

  it("messages are stored in the schema where Medusa's tables lie", async () => {
    await database.pool.query(
      `create schema "the ""shop"; create table "the ""shop".ipn_intake (like ipn_intake including all)`
    )
    await receives(createPgConnection({ clientUrl: database.url, schema: 'the "shop' }))
    expect([await count("ipn_intake"), await count('"the ""shop".ipn_intake')]).toEqual([0, 1])
  })

  it("who has a password for each connection is asked for it", async () => {
    const { username, password, hostname, port, pathname } = new URL(database.url)
    const named = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: pathname.slice(1) }
    Object.assign(process.env, named)
    try {
      const dynamicPassword = jest.fn(async () => password)
      // An address given as a string has the last word on the password, also on Medusa's own connections.
      await receives(createPgConnection({ clientUrl: "", driverOptions: { dynamicPassword } }))
      expect(dynamicPassword).toHaveBeenCalledTimes(1)
    } finally {
      for (const name of Object.keys(named)) delete process.env[name]
    }
    expect(await count("ipn_intake")).toBe(1)
  })

  it("the key of a certificate reaches each of them, and the thread of the own port", async () => {
    const ssl = { cert: "test-only certificate", key: "test-only key" }
    const medusas = createPgConnection({ clientUrl: database.url, driverOptions: { ssl: { ...ssl } } })
    const address = addressOf(medusas)
    await openPool(address, 1).end()
    await openPool(addressOf(medusas), 1).end()
    expect(structuredClone(address).connection).toMatchObject({ ssl })
    expect(structuredClone(addressOf(medusas)).connection).toMatchObject({ ssl })
    await medusas.destroy()
  })
})

it("no migration, back or forth, loses a message that was acknowledged and is not sorted yet", async () => {
  const file = "Migration20261128231500.ts"
  await store(entry([captured()]))
  await expect(migrate(database.db, file, "down")).rejects.toThrow(/let a worker sort them first/)
  expect([await count("ipn_intake"), await count("ipn_message")]).toEqual([1, 0])

  await sorting().sort()
  await migrate(database.db, file, "down")
  // The version before kept what is not sorted beside what is.
  await database.pool.query(
    `insert into ipn_message (id, account_id, gateway_id, method, query, headers, body, body_state, ip, proof, proof_detail, received_at, told)
     select id, account_id, gateway_id, method, query, headers, body, body_state, ip, proof, proof_detail, received_at, told
     from json_populate_record(null::ipn_message, $1::json)`,
    [entry([captured()])]
  )
  await migrate(database.db, file, "up")
  expect([await count("ipn_intake"), await count("ipn_message")]).toEqual([1, 1])
  await sorting().sort()
  expect([await count("ipn_intake"), await count("ipn_message")]).toEqual([0, 2])
  expect(await count("ipn_payment_event")).toBe(2)
})
