import { laneIssueKinds } from "../../src/domain/issue-kinds"
import type { Issue } from "../../src/domain/issues"
import { fromDecimal } from "../../src/domain/money"
import { Issues } from "../../src/modules/ipn/issues/issues"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
let issues: Issues
beforeAll(async () => {
  database = await createPluginDatabase()
  issues = new Issues(database.db, { wake: () => undefined })
})
beforeEach(async () => {
  await database.db.raw("truncate ipn_issue, ipn_outbox")
})
afterAll(async () => database?.drop())

const issue = (more: Partial<Issue> = {}): Issue => ({
  kind: "amount_mismatch",
  subject: "ipnlane_1",
  severity: "warning",
  accountId: "main",
  laneId: "ipnlane_1",
  cartId: "cart_1",
  money: fromDecimal("60", "eur"),
  detail: { reason: "amount_short", told: fromDecimal("60", "eur"), expected: fromDecimal("100", "eur") },
  ...more,
})
const scope = { kinds: laneIssueKinds, laneId: "ipnlane_1" }
const actor = { actor_id: "user_1", note: "seen" }
const only = async () => (await issues.list()).issues[0]!
const told = async () => {
  const { rows } = await database.db.raw(`select topic, fact from ipn_outbox order by id`)
  return (rows as { topic: string; fact: string }[]).map(
    ({ topic, fact }) => `${topic.slice("ipn.issue.".length)} ${fact.split(":")[1]}`
  )
}

describe("an issue", () => {
  it("opens, stays, resolves itself and opens again, and each of it is told once", async () => {
    const { opened } = await issues.agree(scope, [issue()])
    expect(opened).toMatchObject([
      {
        status: "open",
        count: 1,
        amount: "60.00",
        message: "60.00 EUR came in, but 100.00 EUR was asked for. No order was placed with it.",
      },
    ])
    expect(await issues.agree(scope, [issue()])).toEqual({ opened: [], resolved: [] })
    expect((await issues.agree(scope, [])).resolved).toMatchObject([{ status: "resolved", actor_id: null }])
    expect(await issues.agree(scope, [])).toEqual({ opened: [], resolved: [] })
    expect((await issues.agree(scope, [issue()])).opened).toMatchObject([{ status: "open", count: 2 }])
    expect((await issues.list()).counts).toEqual({ open: 1, acknowledged: 0, resolved: 0, ignored: 0 })
    expect(await told()).toEqual(["opened 1", "resolved 1", "opened 2"])
  })

  it("that is ignored stays so until its money or detail changes", async () => {
    await issues.agree(scope, [issue()])
    const { id } = await only()
    expect(await issues.ignore(id, actor)).toMatchObject({ kind: "done", issue: { status: "ignored" } })
    expect(await issues.agree(scope, [issue()])).toEqual({ opened: [], resolved: [] })
    expect(await issues.agree(scope, [])).toEqual({ opened: [], resolved: [] })
    expect(await only()).toMatchObject({ status: "ignored", actor_id: "user_1", note: "seen" })
    const { opened } = await issues.agree(scope, [issue({ money: fromDecimal("70", "eur") })])
    expect(opened).toMatchObject([{ status: "open", count: 2, amount: "70.00", actor_id: null, note: null }])
  })

  it("that is acknowledged stays so while it holds, and resolves itself", async () => {
    await issues.agree(scope, [issue()])
    await issues.acknowledge((await only()).id, actor)
    expect((await issues.agree(scope, [issue({ money: fromDecimal("70", "eur") })])).opened).toEqual([])
    expect(await only()).toMatchObject({ status: "acknowledged", amount: "70.00" })
    expect((await issues.agree(scope, [])).resolved).toHaveLength(1)
  })

  it("of another lane, or of a kind that is watched elsewhere, is left alone", async () => {
    await issues.raise(issue({ subject: "ipnlane_2", laneId: "ipnlane_2" }))
    await issues.raise(issue({ kind: "email_failed", subject: "ipnout_1" }))
    await issues.agree(scope, [issue()])
    await issues.agree(scope, [])
    expect((await issues.list({ status: ["open"] })).issues.map(({ subject }) => subject).sort()).toEqual([
      "ipnlane_2",
      "ipnout_1",
    ])
  })

  it("is opened once and told once when ten agree at the same moment, whatever else they resolve", async () => {
    await issues.agree(scope, [issue({ kind: "money_without_order" })])
    const other = issue({ kind: "paid_twice" })
    const held = [issue(), other, issue({ kind: "dispute_opened", subject: "ipnlane_1:dp_1" })]
    const agreed = await Promise.all(
      Array.from({ length: 10 }, (_, index) => issues.agree(scope, index % 2 ? held : [...held].reverse()))
    )
    expect(agreed.flatMap(({ opened }) => opened)).toHaveLength(3)
    expect(agreed.flatMap(({ resolved }) => resolved)).toHaveLength(1)
    expect((await told()).sort()).toEqual(["opened 1", "opened 1", "opened 1", "opened 1", "resolved 1"])
  })

  it("survives those who agree on different things at once: nobody dies of a deadlock", async () => {
    const kinds = ["amount_mismatch", "paid_twice", "no_such", "money_without_order", "paid_old_session"]
    const some = kinds
      .filter((kind) => kind !== "no_such")
      .map((kind) => issue({ kind: kind as Issue["kind"] }))
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        some.map((_, index) =>
          issues.agree(scope, [...some.slice(index), ...some.slice(0, index)].slice(0, index + 1))
        )
      )
    }
    const { resolved } = await issues.agree(scope, [])
    expect(resolved.length).toBeGreaterThan(0)
  })
})

describe("somebody", () => {
  it.each<["acknowledge" | "resolve" | "ignore" | "reopen", string[]]>([
    ["acknowledge", ["open"]],
    ["resolve", ["open", "acknowledged", "ignored"]],
    ["ignore", ["open", "acknowledged"]],
    ["reopen", ["acknowledged", "resolved", "ignored"]],
  ])("can %s what is %s, and is shown what else it has become", async (action, from) => {
    for (const status of ["open", "acknowledged", "resolved", "ignored"]) {
      await database.db.raw("truncate ipn_issue, ipn_outbox")
      await issues.agree(scope, [issue()])
      const { id } = await only()
      await database.db.raw(`update ipn_issue set status = ?`, [status])
      const acted = await issues[action](id, actor)
      expect([status, acted.kind]).toEqual([status, from.includes(status) ? "done" : "not_possible"])
      if (acted.kind === "not_possible") expect(acted.issue.status).toBe(status)
    }
  })

  it("is told that there is no such issue", async () => {
    expect(await issues.resolve("ipniss_none", actor)).toEqual({ kind: "not_found" })
    expect(await issues.retrieve("ipniss_none")).toBeUndefined()
  })

  it("resolves it at the same moment as somebody else: one of both did", async () => {
    await issues.agree(scope, [issue()])
    const { id } = await only()
    const acted = await Promise.all([issues.resolve(id, actor), issues.resolve(id, { actor_id: "user_2" })])
    expect(acted.map(({ kind }) => kind).sort()).toEqual(["done", "not_possible"])
    expect(await told()).toEqual(["opened 1", "resolved 1"])
  })
})

describe("the list", () => {
  beforeEach(async () => {
    await issues.raise(issue({ orderId: "order_100%" }))
    await issues.raise(
      issue({ kind: "paid_twice", subject: "ipnlane_2", laneId: "ipnlane_2", severity: "urgent" })
    )
    await issues.raise(
      issue({
        kind: "gateway_silent",
        subject: "other",
        laneId: undefined,
        accountId: "other",
        severity: "info",
      })
    )
    await issues.ignore((await issues.list({ kind: ["gateway_silent"] })).issues[0]!.id, actor)
  })
  const kinds = async (...args: Parameters<Issues["list"]>) =>
    (await issues.list(...args)).issues.map(({ kind }) => kind)

  it("shows the most urgent first, in pages, with how many there are", async () => {
    expect(await kinds()).toEqual(["paid_twice", "amount_mismatch", "gateway_silent"])
    expect(await kinds({}, { take: 1, skip: 1 })).toEqual(["amount_mismatch"])
    expect(await issues.list({ status: ["open"] })).toMatchObject({
      count: 2,
      counts: { open: 2, acknowledged: 0, resolved: 0, ignored: 1 },
    })
  })

  it.each([
    [{ status: ["ignored" as const] }, ["gateway_silent"]],
    [{ severity: ["urgent" as const] }, ["paid_twice"]],
    [{ account_id: ["other"] }, ["gateway_silent"]],
    [{ order_id: ["order_100%"] }, ["amount_mismatch"]],
    [{ lane_id: ["ipnlane_2"] }, ["paid_twice"]],
    [{ q: "100%" }, ["amount_mismatch"]],
    [{ q: "TWICE" }, ["paid_twice"]],
    [{ q: "%" }, ["amount_mismatch"]],
    [{ q: "nothing like it" }, []],
  ])("by %j shows %j", async (filters, expected) => {
    expect(await kinds(filters)).toEqual(expected)
  })
})
