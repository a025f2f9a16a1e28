import { encodeTime } from "ulid"
import { completeSettings } from "../../src/config/settings"
import { Retention } from "../../src/modules/ipn/privacy/retention"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(async () => database?.drop())

const day = 86_400_000
const now = new Date("2026-11-22T12:00:00Z")
const settings = completeSettings(
  new Map<string, unknown>([
    ["retention.payload_days", 90],
    ["retention.message_days", 395],
  ])
)
const createRetention = () => new Retention(database.db, async () => settings)

const idAt = (prefix: string, daysAgo: number, n: number) =>
  `${prefix}_${encodeTime(now.getTime() - daysAgo * day, 10)}${String(n).padStart(16, "0")}`
const ages = [...Array.from({ length: 50 }, (_, i) => i * 10 + 1)]
const timeOf = (daysAgo: number) => new Date(now.getTime() - daysAgo * day).toISOString()

/** One row of each kind for each age; a message, its event and its lane among them. */
async function insertHistory(perAge = 1): Promise<void> {
  const { db } = database
  const each = <T>(make: (daysAgo: number, n: number) => T) =>
    ages.flatMap((daysAgo) => Array.from({ length: perAge }, (_, n) => make(daysAgo, n)))
  await db.batchInsert(
    "ipn_message",
    each((daysAgo, n) => ({
      id: idAt("ipnmsg", daysAgo, n),
      account_id: "main",
      gateway_id: "sandbox",
      method: "POST",
      query: "a=1",
      headers: '{"x":"y"}',
      body: Buffer.from("personal").toString("base64"),
      ip: "203.0.113.9",
      proof: "confirmed",
      proof_detail: "{}",
      received_at: timeOf(daysAgo),
    })),
    500
  )
  await db.batchInsert(
    "ipn_payment_event",
    each((daysAgo, n) => ({
      id: idAt("ipnev", daysAgo, n),
      account_id: "main",
      key: idAt("key", daysAgo, n),
      lane_id: idAt("ipnlane", daysAgo, n),
      message_id: idAt("ipnmsg", daysAgo, n),
      type: "payment.captured",
      statement: "{}",
      occurred_at: timeOf(daysAgo),
      received_at: timeOf(daysAgo),
    })),
    500
  )
  await db.batchInsert(
    "ipn_lane",
    each((daysAgo, n) => [
      { id: idAt("ipnlane", daysAgo, n), key: `ref:${idAt("ses", daysAgo, n)}` },
      { id: idAt("ipnlanm", daysAgo, n), key: `msg:${idAt("ipnmsg", daysAgo, n)}` },
    ])
      .flat()
      .map((lane) => ({ ...lane, account_id: "main", state: "settled", first_due_at: timeOf(1) })),
    500
  )
  const effects = each((daysAgo, n) =>
    ["complete_cart", "cancel_order", "record_refund"].map((kind) => ({
      id: `${idAt("ipneff", daysAgo, n)}${kind}`,
      lane_id: idAt("ipnlane", daysAgo, n),
      kind,
      object_id: "1",
      state: "done",
      started_at: timeOf(daysAgo),
    }))
  ).flat()
  await db.batchInsert("ipn_effect", effects, 500)
  await db.batchInsert(
    "ipn_outbox",
    each((daysAgo, n) => [
      { id: idAt("ipnout", daysAgo, n), lane_id: idAt("ipnlane", daysAgo, n), state: "sent" },
      { id: idAt("ipnout", daysAgo, n + 1e6), lane_id: null, state: "sent" },
      { id: idAt("ipnout", daysAgo, n + 2e6), lane_id: null, state: "waiting" },
    ])
      .flat()
      .map((row: { id: string; lane_id: string | null; state: string }) => ({
        ...row,
        channel: "bus",
        topic: "t",
        fact: row.id,
        payload: "{}",
      })),
    500
  )
  await db.batchInsert(
    "ipn_expected_payment",
    each((daysAgo, n) => [
      { id: idAt("ipnexp", daysAgo, n), reference: idAt("ses", daysAgo, n) },
      { id: idAt("ipnexp", daysAgo, n + 1e6), reference: idAt("abandoned", daysAgo, n) },
    ])
      .flat()
      .map((row) => ({
        ...row,
        account_id: "main",
        amount: "1",
        currency_code: "eur",
        gateway_payment_ids: "[]",
      })),
    500
  )
}

async function insertHolds(): Promise<void> {
  for (const daysAgo of ages) {
    for (const [n, state] of ["ordered", "held"].entries()) {
      await database.db("ipn_hold").insert({
        id: idAt("ipnhold", daysAgo, n),
        cart_id: `cart-${daysAgo}-${n}`,
        state,
        claims: "{}",
        expires_at: timeOf(daysAgo),
        taken_at: timeOf(daysAgo),
        reservations: "[]",
      })
    }
  }
}

async function insertComparisons(): Promise<void> {
  for (const daysAgo of ages) {
    for (const [n, state] of ["explained", "open"].entries()) {
      await database.db("ipn_reconciliation").insert({
        id: idAt("ipnrec", daysAgo, n),
        account_id: "main",
        from_at: timeOf(daysAgo),
        to_at: timeOf(daysAgo),
        state: "done",
      })
      await database.db("ipn_difference").insert({
        id: idAt("ipndif", daysAgo, n),
        reconciliation_id: idAt("ipnrec", daysAgo, n),
        account_id: "main",
        kind: "only_here",
        state,
      })
    }
    await database.db("ipn_replay").insert([
      { id: idAt("ipnrep", daysAgo, 0), selection: "{}", state: "done", actor_id: "user_1" },
      { id: idAt("ipnrep", daysAgo, 1), selection: "{}", state: "running", actor_id: "user_1" },
    ])
  }
  await database.db("ipn_refusal").insert([
    {
      id: "ipnref_1",
      account_id: "main",
      slot: 1,
      why: "mismatch",
      ip: "203.0.113.9",
      refused_at: timeOf(91),
    },
    {
      id: "ipnref_2",
      account_id: "main",
      slot: 2,
      why: "mismatch",
      ip: "203.0.113.9",
      refused_at: timeOf(89),
    },
  ])
  await database.db("ipn_day_count").insert(
    ages.map((daysAgo) => ({
      id: `ipnday_${daysAgo}`,
      account_id: "main",
      day: timeOf(daysAgo).slice(0, 10),
      refused: 1,
    }))
  )
}

const counts = async (table: string, where = "true"): Promise<number> => {
  const { rows } = await database.db.raw(`select count(*)::int as n from ${table} where ${where}`)
  return (rows as { n: number }[])[0]!.n
}
const tables = [
  ...["message", "payment_event", "lane", "effect", "outbox", "expected_payment", "refusal", "replay"],
  ...["reconciliation", "difference", "day_count"],
].map((name) => `ipn_${name}`)

beforeEach(async () => {
  await database.db.raw(`truncate ${tables.join(", ")}`)
})

const young = (days: number) => ages.filter((age) => age < days).length

describe("pruning", () => {
  it("empties payloads after their time and keeps what says that the message was there", async () => {
    await insertHistory()
    const pruned = await createRetention().prune(now)
    expect(pruned.payloads).toBe(ages.length - young(90))
    expect(await counts("ipn_message", "body_state <> 'pruned' and body <> '' and ip <> ''")).toBe(young(90))
    expect(
      await counts(
        "ipn_message",
        "body_state = 'pruned' and body = '' and query = '' and ip = '' and headers = '{}'"
      )
    ).toBe(young(395) - young(90))
  })

  it("drops rows after their time, and keeps payment events, payments and all that later work depends on", async () => {
    await insertHistory()
    await insertComparisons()
    await insertHolds()
    const old = ages.length - young(395)
    expect(await createRetention().prune(now)).toEqual({
      payloads: ages.length - young(90),
      messages: old,
      refusals: 1,
      days: old,
      told: old,
      effects: old,
      expected: old,
      holds: old,
      replays: old,
      comparisons: old,
    })
    expect(await counts("ipn_message")).toBe(young(395))
    expect(await counts("ipn_day_count")).toBe(young(395))
    expect(await counts("ipn_hold", "state = 'held'")).toBe(ages.length)
    expect(await counts("ipn_payment_event")).toBe(ages.length)
    expect(await counts("ipn_lane", "key like 'ref:%'")).toBe(ages.length)
    expect(await counts("ipn_lane", "key like 'msg:%'")).toBe(young(395))
    expect(await counts("ipn_effect", "kind = 'complete_cart'")).toBe(young(395))
    expect(await counts("ipn_effect", "kind <> 'complete_cart'")).toBe(ages.length * 2)
    expect(await counts("ipn_outbox", "lane_id is not null or state = 'waiting'")).toBe(ages.length * 2)
    expect(await counts("ipn_outbox", "lane_id is null and state = 'sent'")).toBe(young(395))
    expect(await counts("ipn_expected_payment", "reference like 'ses%'")).toBe(ages.length)
    expect(await counts("ipn_expected_payment", "reference like 'abandoned%'")).toBe(young(395))
    expect(await counts("ipn_reconciliation")).toBe(ages.length + young(395))
    expect(await counts("ipn_difference")).toBe(ages.length + young(395))
    expect(await counts("ipn_replay")).toBe(ages.length + young(395))
  })

  it("keeps what works are still under way on: started effects, open payments", async () => {
    await insertHistory()
    await database.db.raw(`update ipn_effect set state = 'started'`)
    await database.db.raw(`update ipn_lane set state = 'review'`)
    expect(await createRetention().prune(now)).toMatchObject({ effects: 0 })
  })

  it("does not grow with what was stored: after ten times as much the same rows are left as of one time", async () => {
    await insertHistory(1)
    await createRetention().prune(now)
    const small = await counts("ipn_message")
    await database.db.raw(`truncate ${tables.join(", ")}`)
    await insertHistory(200)
    const total = ages.length * 200
    const pruned = await createRetention().prune(now)
    expect(pruned.messages).toBe(total - young(395) * 200)
    expect(await counts("ipn_message")).toBe(small * 200)
    expect(await counts("ipn_message", "body <> ''")).toBe(young(90) * 200)
    // Half a year later, with nothing new: what was young then is old now.
    const later = new Date(now.getTime() + 400 * day)
    await createRetention().prune(later)
    expect(await counts("ipn_message")).toBe(0)
  })

  it("by several processes at once drops everything once, and waits for nobody", async () => {
    await insertHistory(60)
    const locked = await database.db.transaction()
    try {
      const oldest = idAt("ipnmsg", ages.at(-1)!, 0)
      await locked.raw(`select 1 from ipn_message where id = ? for update`, [oldest])
      const all = await Promise.all([1, 2, 3].map(() => createRetention().prune(now)))
      const dropped = all.reduce((sum, { messages }) => sum + messages, 0)
      expect(dropped).toBe((ages.length - young(395)) * 60 - 1)
    } finally {
      await locked.rollback()
    }
    expect((await createRetention().prune(now)).messages).toBe(1)
  })

  it("of one process goes on where it ended, and comes back to what was left two days later", async () => {
    await insertHistory()
    const retention = createRetention()
    await retention.prune(now)
    const reads: string[] = []
    const note = ({ bindings }: { bindings?: unknown[] }) => reads.push(String(bindings?.[0]))
    database.db.on("query", note)
    await retention.prune(now)
    database.db.removeListener("query", note)
    const since = idAt("ipnmsg", 92, 0)
    expect(reads.filter((after) => after.startsWith("ipnmsg_"))[0]).toBe(since)
  })

  it("finds what is old by the primary keys", async () => {
    await insertHistory(200)
    await database.db.raw("analyze")
    const seen: string[] = []
    const note = ({ sql, bindings }: { sql: string; bindings?: unknown[] }) => {
      if (sql.startsWith("with old")) seen.push(JSON.stringify([sql, bindings]))
    }
    database.db.on("query", note)
    await createRetention().prune(new Date(now.getTime() - 380 * day))
    database.db.removeListener("query", note)
    expect(seen.length).toBeGreaterThan(5)
    for (const one of seen) {
      const [sql, bindings] = JSON.parse(one) as [string, string[]]
      const { rows } = await database.db.raw(`explain ${sql.replace(/\$\d+/g, "?")}`, bindings)
      const plan = (rows as Record<string, string>[]).map((row) => row["QUERY PLAN"]).join("\n")
      const table = /from (ipn_\w+) old/.exec(sql)![1]!
      const isSmall = (await counts(table)) < 1_000
      if (!isSmall) expect(plan).toMatch(new RegExp(`${table}_pkey`))
    }
  })
})
