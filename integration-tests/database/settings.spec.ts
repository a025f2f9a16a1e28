import type { Pins } from "../../src/config/settings"
import { Settings } from "../../src/modules/ipn/settings/settings"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(async () => database?.drop())
beforeEach(async () => {
  await database.db.raw("truncate ipn_setting, ipn_setting_change")
})

const accounts = new Set(["main", "other"])
/** As one process has them, with a clock that the test moves. */
function process(pins: Pins = {}) {
  const clock = { now: 0 }
  const settings = new Settings(database.db, pins, accounts, () => clock.now)
  return { settings, clock }
}
const valueOf = async (settings: Settings, key: string) =>
  (await settings.list()).find((listed) => listed.key === key)

describe("a setting", () => {
  it("that was changed holds in this process at once, and in another within a second", async () => {
    const [here, there] = [process(), process()]
    expect((await here.settings.read()).orders.when).toBe("authorized")
    expect((await there.settings.read()).orders.when).toBe("authorized")

    expect(await here.settings.change({ "orders.when": "paid" }, "user_1")).toEqual({
      kind: "changed",
      keys: ["orders.when"],
    })
    expect((await here.settings.read()).orders.when).toBe("paid")
    there.clock.now = 999
    expect((await there.settings.read()).orders.when).toBe("authorized")
    there.clock.now = 1_000
    expect((await there.settings.read()).orders.when).toBe("paid")
  })

  it("is read with one query a second, however often it is asked for", async () => {
    const { settings, clock } = process()
    const queries: string[] = []
    const note = ({ sql }: { sql: string }) => queries.push(sql)
    database.db.on("query", note)
    await Promise.all(Array.from({ length: 50 }, () => settings.read()))
    await settings.read()
    expect(queries).toHaveLength(1)
    clock.now = 1_000
    await settings.read()
    expect(queries).toHaveLength(2)
    database.db.removeListener("query", note)
  })

  it("that is given its default follows the default again", async () => {
    const { settings } = process()
    await settings.change({ "retention.payload_days": 30 }, "user_1")
    expect(await valueOf(settings, "retention.payload_days")).toMatchObject({ value: 30, default: 90 })
    await settings.change({ "retention.payload_days": 90 }, "user_1")
    expect((await database.db("ipn_setting").select("key")).length).toBe(0)
  })

  it("that is pinned in medusa-config cannot be changed, and beats what was stored before", async () => {
    await process().settings.change({ "orders.when": "pending", "orders.partial": "accept" }, "user_1")
    const { settings } = process({ orders: { when: "paid" } })
    expect((await settings.read()).orders).toMatchObject({ when: "paid", partial: "accept" })
    expect(await valueOf(settings, "orders.when")).toMatchObject({ value: "paid", pinned: true })
    expect(await settings.change({ "orders.when": "pending", "orders.partial": "await" }, "user_1")).toEqual({
      kind: "refused",
      problems: [
        {
          key: "orders.when",
          sentence:
            "Setting `orders.when`: it is pinned in medusa-config: change it there, or remove it from `settings`.",
        },
      ],
    })
    expect((await settings.read()).orders.partial).toBe("accept")
  })

  it.each<[Record<string, unknown>, string[]]>([
    [{ "orders.wehn": "paid" }, ["There is no setting `orders.wehn`: did you mean `orders.when`?"]],
    [
      { "orders.when": "paid", "orders.tolerance_percent": 5.5 },
      ["Setting `orders.tolerance_percent`: write at most 5."],
    ],
    [
      { "orders.tolerance_percent": "1", "orders.when": "never" },
      [
        "Setting `orders.tolerance_percent`: write a number without quotes; one from the environment as Number(process.env.NAME).",
        'Setting `orders.when`: choose "pending", "authorized" or "paid".',
      ],
    ],
    [
      { "accounts.paused": ["main", "gone"] },
      ['Setting `accounts.paused`: no account "gone" is configured; the accounts are main, other.'],
    ],
    [
      { events: { "gone:fee": "record" } },
      ['Setting `events`: no account "gone" is configured; the accounts are main, other.'],
    ],
    [
      { "retention.payload_days": 100, "retention.message_days": 99 },
      [
        "Setting `retention.payload_days`: a message's bytes cannot be kept for 100 days when the message is dropped after 99: make retention.message_days at least retention.payload_days.",
      ],
    ],
  ])("is changed with all others of its change or with none: %j", async (change, sentences) => {
    const { settings } = process()
    const before = await settings.list()
    const answer = await settings.change({ "orders.late_payment": "review", ...change }, "user_1")
    expect(answer.kind === "refused" && answer.problems.map(({ sentence }) => sentence)).toEqual(sentences)
    expect(await settings.list()).toEqual(before)
    expect((await settings.changes()).count).toBe(0)
  })

  it("is judged together with what a change at the same moment left", async () => {
    // Ten times, on connections that are open already, so that they do come at the same moment.
    await Promise.all([process().settings.list(), process().settings.list()])
    for (let round = 0; round < 10; round++) {
      await database.db.raw("truncate ipn_setting")
      const answers = await Promise.all([
        process().settings.change({ "retention.payload_days": 300 }, "user_1"),
        process().settings.change({ "retention.message_days": 200 }, "user_2"),
      ])
      expect(answers.map(({ kind }) => kind).sort()).toEqual(["changed", "refused"])
    }
  })

  it("tells who changed it, from what and to what, and nothing where nothing changed", async () => {
    const { settings } = process()
    await settings.change({ "orders.cancel_unpaid_after_hours": 48 }, "user_1")
    await settings.change({ "orders.cancel_unpaid_after_hours": 48, "orders.when": "authorized" }, "user_2")
    await settings.change({ "orders.cancel_unpaid_after_hours": null, "reconcile.ask": false }, "user_3")
    expect((await settings.changes("orders.cancel_unpaid_after_hours")).changes).toMatchObject([
      { from: 48, to: null, actor_id: "user_3" },
      { from: null, to: 48, actor_id: "user_1" },
    ])
    expect(await settings.changes(undefined, { limit: 1 })).toMatchObject({ count: 3, changes: [{}] })
  })

  it("is shown with what it does and what it may be", async () => {
    for (const listed of await process().settings.list()) {
      expect(listed.sentence).toMatch(/^[A-Z].+\.$/)
      expect(Object.keys(listed.schema).length).toBeGreaterThan(0)
    }
    expect(await valueOf(process().settings, "orders.when")).toMatchObject({
      schema: { enum: ["pending", "authorized", "paid"] },
    })
  })
})
