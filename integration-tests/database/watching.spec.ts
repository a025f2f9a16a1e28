import { completeSettings } from "../../src/config/settings"
import type { IssueKind } from "../../src/domain/issue-kinds"
import { fromDecimal } from "../../src/domain/money"
import { Issues } from "../../src/modules/ipn/issues/issues"
import { Watching } from "../../src/modules/ipn/issues/watching"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
let issues: Issues
let watching: Watching
beforeAll(async () => {
  database = await createPluginDatabase()
  issues = new Issues(database.db, { wake: () => undefined })
  watching = new Watching(database.db, issues, ["main", "other"])
})
beforeEach(async () => {
  await database.db.raw(
    "truncate ipn_issue, ipn_outbox, ipn_lane, ipn_intake, ipn_message, ipn_refusal, ipn_expected_payment, ipn_payment_event"
  )
})
afterAll(async () => database?.drop())

const decided = (values: Readonly<Record<string, unknown>> = {}) =>
  completeSettings(new Map(Object.entries(values)))
const watch = (values?: Readonly<Record<string, unknown>>) => watching.watchAccounts(decided(values))
async function open(): Promise<[IssueKind, string, string][]> {
  const { issues: found } = await issues.list({ status: ["open"] }, { order: "first_seen_at" })
  return found.map(({ kind, subject, message }) => [kind, subject, message])
}

let made = 0
async function lane(columns: Record<string, unknown>): Promise<void> {
  const id = `ipnlane_${++made}`
  const now = database.db.raw("now()")
  await database
    .db("ipn_lane")
    .insert({ id, account_id: "main", key: `ref:${id}`, first_due_at: now, ...columns })
}
const ago = (minutes: number) => database.db.raw(`now() - interval '${minutes} minutes'`)

it("a quiet shop has no issue", async () => {
  await lane({ state: "settled" })
  await watch()
  expect(await open()).toEqual([])
})

describe("payments that cannot be handled", () => {
  it("are counted by account, and resolve themselves once they are handled", async () => {
    await lane({ state: "failed", error: "no" })
    await lane({ state: "failed", error: "no" })
    await watch()
    await watch()
    expect(await open()).toEqual([["settling_failing", "main", "2 payments of main could not be handled."]])
    await database.db("ipn_lane").update({ state: "settled" })
    await watch()
    expect(await open()).toEqual([])
  })

  it.each<[string, () => Promise<void>]>([
    ["due and taken by nobody", () => lane({ state: "settled", due_at: ago(6) })],
    ["whose worker died", () => lane({ state: "waiting", due_at: ago(6), lease_until: ago(1) })],
    [
      "tried again and again",
      () => lane({ state: "waiting", error: "no", attempts: 3, first_due_at: ago(6), due_at: ago(-10) }),
    ],
    [
      "not even sorted",
      async () => {
        await database
          .db("ipn_intake")
          .insert({ id: "ipnint_1", entries: `[{"id":"ipnmsg_1","account_id":"main"}]`, created_at: ago(6) })
      },
    ],
  ])("or that are %s for five minutes are late", async (_, make) => {
    await make()
    await watch()
    expect((await open()).map(([kind, subject]) => [kind, subject])).toEqual([
      ["settling_failing", "main:late"],
    ])
    expect((await open())[0]![2]).toMatch(
      /^Messages of main have waited to be handled since 20\S+ \S+ UTC\.$/
    )
    await watch({ "accounts.paused": ["main"] })
    expect(await open()).toEqual([])
  })

  it("or whose messages cannot be read are failing, until they are read", async () => {
    const message = (n: number, unreadable: string | null) => ({
      id: `ipnmsg_unreadable_${n}`,
      account_id: "main",
      gateway_id: "sandbox",
      method: "POST",
      query: "",
      headers: "{}",
      body: "",
      ip: "",
      proof: "proven",
      proof_detail: "{}",
      unreadable,
      received_at: ago(1),
    })
    await database.db("ipn_message").insert([message(1, "amount: expected a string"), message(2, null)])
    await watch()
    expect(await open()).toEqual([
      ["settling_failing", "main:unreadable", "A message from the gateway main could not be read."],
    ])
    await database.db("ipn_message").update({ unreadable: null })
    await watch()
    expect(await open()).toEqual([])
  })

  it.each<[string, () => Promise<void>]>([
    ["due for a minute", () => lane({ state: "settled", due_at: ago(1) })],
    ["in hand", () => lane({ state: "waiting", due_at: ago(6), lease_until: ago(-1) })],
    [
      "waiting in its time of grace",
      () => lane({ state: "waiting", first_due_at: ago(9), due_at: ago(-1), attempts: 5 }),
    ],
  ])("are not late while they are %s", async (_, make) => {
    await make()
    await watch()
    expect(await open()).toEqual([])
  })
})

describe("calls that cannot be proven", () => {
  const refuse = (count: number, minutes: number, account = "main") =>
    database.db("ipn_refusal").insert(
      Array.from({ length: count }, (_, slot) => ({
        id: `ipnref_${account}_${slot}`,
        account_id: account,
        slot,
        why: slot % 2 ? "wrong signature" : "timestamp too old",
        ip: "127.0.0.1",
        refused_at: ago(minutes),
      }))
    )

  it("are an issue when ten come within ten minutes, until they are over", async () => {
    await refuse(10, 1)
    await refuse(9, 1, "other")
    await watch()
    expect(await open()).toEqual([
      [
        "verification_burst",
        "main",
        "Many calls for the account main could not be proven (timestamp too old, wrong signature). Compare the webhook secret with the gateway's.",
      ],
    ])
    await database.db("ipn_refusal").update({ refused_at: ago(11) })
    await watch()
    expect(await open()).toEqual([])
  })
})

describe("a gateway that is silent", () => {
  async function start(minutesAgo: number, heard: boolean, from: "message" | "ask" = "message") {
    const n = String(++made).padStart(6, "0")
    // Medusa's ids are in order of time.
    const reference = `payses_${String(1_000_000 - minutesAgo).padStart(9, "0")}${n}`
    await database.db("ipn_expected_payment").insert({
      id: `ipnexp_${n}`,
      account_id: "main",
      reference,
      amount: "10.00",
      currency_code: "eur",
      gateway_payment_ids: "[]",
      created_at: ago(minutesAgo),
    })
    if (!heard) return
    await lane({ id: `ipnlane_s${n}`, key: `ref:${reference}`, state: "settled" })
    await database.db("ipn_payment_event").insert({
      id: `ipnev_${n}`,
      account_id: "main",
      key: `k${n}`,
      lane_id: `ipnlane_s${n}`,
      message_id: from === "message" ? `ipnmsg_s${n}` : null,
      type: "payment.captured",
      statement: "{}",
      occurred_at: ago(minutesAgo - 1),
      received_at: ago(minutesAgo - 1),
    })
  }

  it("is an issue of its account alone, and resolves itself with the next message", async () => {
    for (let minutes = 600; minutes > 200; minutes -= 20) await start(minutes, true)
    for (let minutes = 190; minutes > 30; minutes -= 20) await start(minutes, false)
    await watch()
    expect((await open()).map(([kind, subject]) => [kind, subject])).toEqual([["gateway_silent", "main"]])
    await watch({ "accounts.paused": ["main"] })
    expect(await open()).toEqual([])
    await watch()
    expect(await open()).toHaveLength(1)
    await start(20, true)
    await watch()
    expect(await open()).toEqual([])
  })

  it("is looked at alone when something is told of it: silent still, or no more", async () => {
    for (let minutes = 600; minutes > 200; minutes -= 20) await start(minutes, true)
    for (let minutes = 190; minutes > 30; minutes -= 20) await start(minutes, false)
    expect(await watching.lookAtAccount("main", decided())).toBeUndefined()
    await watch()
    await issues.raise({
      kind: "gateway_silent",
      subject: "other",
      severity: "urgent",
      accountId: "other",
      detail: {},
    })
    expect(await watching.lookAtAccount("main", decided())).toEqual({ opened: [], resolved: [] })
    await start(20, true)
    await watching.lookAtAccount("main", decided())
    expect((await open()).map(([kind, subject]) => [kind, subject])).toEqual([["gateway_silent", "other"]])
  })

  it("is not heard of by our asking it", async () => {
    for (let minutes = 600; minutes > 200; minutes -= 20) await start(minutes, true)
    for (let minutes = 190; minutes > 30; minutes -= 20) await start(minutes, true, "ask")
    await watch()
    expect((await open()).map(([kind]) => kind)).toEqual(["gateway_silent"])
  })

  it("for as long as the owner allows is no issue", async () => {
    await start(100, true)
    await start(80, false)
    await watch({ "reconcile.silence_hours": 2 })
    expect(await open()).toEqual([])
    await watch({ "reconcile.silence_hours": 1 })
    expect((await open()).map(([kind]) => kind)).toEqual(["gateway_silent"])
  })
})

describe("a dispute", () => {
  it("whose deadline comes near is urgent and told once more, also to who had seen it", async () => {
    const dispute = (hours: number) => ({
      kind: "dispute_opened" as const,
      subject: "ipnlane_1:dp_1",
      severity: "warning" as const,
      laneId: "ipnlane_1",
      money: fromDecimal("10", "eur"),
      detail: { resource: "dp_1" },
      dueAt: Date.now() + hours * 3_600_000,
    })
    const { opened } = await issues.raise(dispute(80))
    await issues.acknowledge(opened[0]!.id, { actor_id: "user_1" })
    await watch()
    expect(await issues.retrieve(opened[0]!.id)).toMatchObject({
      status: "acknowledged",
      severity: "warning",
    })
    await database.db("ipn_issue").update({ due_at: database.db.raw("now() + interval '71 hours'") })
    await Promise.all([watch(), watch(), watch()])
    expect(await issues.retrieve(opened[0]!.id)).toMatchObject({
      status: "open",
      severity: "urgent",
      count: 2,
    })
    const { rows } = await database.db.raw(`select fact from ipn_outbox where topic = 'ipn.issue.opened'`)
    expect(rows).toHaveLength(2)
  })
})
