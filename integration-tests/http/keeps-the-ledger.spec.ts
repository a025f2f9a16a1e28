import { knex, type Knex } from "@medusajs/framework/mikro-orm/knex"
import { balancesOf, missingEntries, standings } from "../../src/domain/ledger"
import { fold } from "../../src/domain/fold"
import { fromDecimal } from "../../src/domain/money"
import { ourMoney } from "../../src/domain/our-money"
import type { PaymentEvent, PaymentEventType } from "../../src/domain/payment-event"
import type { LanePosting } from "../../src/modules/ipn/ledger/post"
import { Ledger } from "../../src/modules/ipn/ledger/ledger"
import { ledgerHistories } from "../support/ledger-histories"
import type { Database } from "../support/store/database"
import { createSeededDatabase } from "../support/store/start-store"

let database: Database
/** Two processes have a pool each. */
let pools: Knex[]
let here: Ledger
let there: Ledger

beforeAll(async () => {
  database = await createSeededDatabase()
  const open = () => knex({ client: "pg", connection: database.url, pool: { min: 0, max: 10 } })
  pools = [open(), open()]
  ;[here, there] = pools.map((db) => new Ledger(db)) as [Ledger, Ledger]
})
afterAll(async () => {
  await Promise.all(pools?.map((db) => db.destroy()) ?? [])
  await database?.drop()
})
beforeEach(async () => {
  await pools[0]!.raw("truncate ipn_ledger_entry, ipn_lane")
})

const eur = (amount: string) => fromDecimal(amount, "eur")
const at = (day: number, hour = 12) => new Date(Date.UTC(2026, 0, day, hour))
let told = 0
const event = (type: PaymentEventType, more: Partial<PaymentEvent> = {}): PaymentEvent => ({
  key: `evt_${++told}`,
  type,
  test: true,
  gatewayPayment: "pay_1",
  ...more,
})
const captured = (amount: string, day = 1) =>
  event("payment.captured", { resource: "cap_1", money: eur(amount), occurredAt: at(day) })
const posting = (events: PaymentEvent[], more: Partial<LanePosting> = {}): LanePosting => ({
  accountId: "shop",
  laneId: "ipnlane_1",
  ...ourMoney(events, "test"),
  ...more,
})
const balance = async (ledger_account: string, currency_code = "eur") =>
  (await here.balances()).find(
    (one) => one.ledger_account === ledger_account && one.currency_code === currency_code
  )?.balance
async function text(chunks: AsyncIterable<string>): Promise<string> {
  let all = ""
  for await (const chunk of chunks) all += chunk
  return all
}

describe("posting", () => {
  it("posts the difference, once", async () => {
    const events = [captured("42.00")]
    expect(await here.post(posting(events))).toBe(1)
    expect(await here.post(posting(events))).toBe(0)
    events.push(event("refund.succeeded", { resource: "re_1", money: eur("2.00"), occurredAt: at(2) }))
    events.push(event("fee", { resource: "fee_1", fee: eur("1.50"), occurredAt: at(2) }))
    expect(await here.post(posting(events))).toBe(2)
    expect(await here.post(posting(events))).toBe(0)
    expect(await balance("assets:gateway:shop")).toBe("38.50")
    expect((await here.list({}, { order: "asc" })).entries).toMatchObject([
      { entry: "payment", amount: "42.00", gateway_change: "42.00", gateway_balance: "42.00" },
      { entry: "refund", amount: "2.00", gateway_change: "-2.00", gateway_balance: "40.00" },
      { entry: "fee", amount: "1.50", gateway_change: "-1.50", gateway_balance: "38.50" },
    ])
  })

  it("posts once when two processes do it at the same moment, ten times over", async () => {
    for (let lane = 0; lane < 20; lane++) {
      const events = [
        captured("42.00"),
        event("dispute.lost", { resource: "dp_1", money: eur("42.00"), occurredAt: at(3) }),
        event("payout.paid", { resource: "po_1", money: eur("1.00"), occurredAt: at(3) }),
      ]
      const lanes = posting(events, { laneId: `ipnlane_${lane}` })
      const counts = await Promise.all(
        Array.from({ length: 10 }, (_, index) => (index % 2 ? here : there).post(lanes))
      )
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4)
    }
    expect((await here.list()).count).toBe(80)
    expect(await balance("assets:gateway:shop")).toBe("-20.00")
    expect(await balance("expenses:disputes")).toBe("840.00")
  })

  it("has after any histories, told in any order, the balances of their facts", async () => {
    const histories = ledgerHistories(150, 7)
    for (const { delivered, ...of } of histories) {
      for (let count = 1; count <= delivered.length; count++) {
        await here.post({ ...of, ...ourMoney(delivered.slice(0, count), "test") })
      }
      expect(await there.post({ ...of, ...ourMoney(delivered, "test") })).toBe(0)
    }
    const wanted = balancesOf(
      histories.flatMap(({ accountId, delivered }) =>
        missingEntries(standings(accountId, fold(delivered)), [])
      )
    )
    const found = (await here.balances()).filter((one) => /[1-9]/.test(one.balance))
    expect(new Map(found.map((one) => [`${one.ledger_account} ${one.currency_code}`, one.balance]))).toEqual(
      new Map(
        [...wanted].flatMap(([name, { amount }]) =>
          /[1-9]/.test(amount) ? [[name, amount] as [string, string]] : []
        )
      )
    )
  })

  it("takes back what is posted for a lane whose events moved to another", async () => {
    const events = [captured("42.00"), event("dispute.lost", { resource: "dp_1", money: eur("42.00") })]
    await here.post(posting(events, { laneId: "ipnlane_by_payment" }))
    await here.post(posting([], { laneId: "ipnlane_by_payment" }))
    await here.post(posting(events, { laneId: "ipnlane_by_reference" }))
    expect(await balance("assets:gateway:shop")).toBe("0.00")
    expect(await balance("income:orders")).toBe("-42.00")
    expect(await balance("expenses:disputes")).toBe("42.00")
  })

  it("dates an entry as the gateway does, but never in the future", async () => {
    await here.post(posting([captured("1.00", 5)]))
    const ahead = new Date(Date.now() + 86_400_000)
    await here.post(posting([{ ...captured("1.00"), occurredAt: ahead }], { laneId: "ipnlane_2" }))
    const { entries } = await here.list({}, { order: "asc" })
    expect(entries[0]?.occurred_at).toEqual(at(5))
    expect(entries[1]?.occurred_at.getTime()).toBeLessThanOrEqual(Date.now())
  })
})

describe("what is posted", () => {
  it("can neither be changed nor deleted", async () => {
    await here.post(posting([captured("42.00")]))
    const db = pools[0]!
    for (const sql of [
      "update ipn_ledger_entry set amount = '1.00'",
      "update ipn_ledger_entry set deleted_at = now()",
      "delete from ipn_ledger_entry",
    ]) {
      await expect(db.raw(sql)).rejects.toThrow("append only")
    }
    expect(await balance("assets:gateway:shop")).toBe("42.00")
  })
})

describe("the list", () => {
  beforeEach(async () => {
    for (const [index, accountId] of ["shop", "shop", "other", "shop"].entries()) {
      const day = index + 1
      await here.post(
        posting(
          [captured("10.00", day), event("fee", { resource: "f", fee: eur("1.00"), occurredAt: at(day) })],
          {
            accountId,
            laneId: `ipnlane_${day}`,
            orderId: `order_${day}`,
            gatewayPayment: `pay_${day}`,
          }
        )
      )
    }
  })
  const idsOf = async (...given: Parameters<Ledger["list"]>) =>
    (await here.list(...given)).entries.map(({ entry, order_id }) => `${entry} ${order_id}`)

  it("has the newest first, in pages, each entry with what the gateway held after it", async () => {
    const { entries, count } = await here.list({ accountId: "shop" }, { limit: 4 })
    expect(count).toBe(6)
    expect(entries.map((one) => [one.entry, one.order_id, one.gateway_balance])).toEqual([
      ["fee", "order_4", "27.00"],
      ["payment", "order_4", "28.00"],
      ["fee", "order_2", "18.00"],
      ["payment", "order_2", "19.00"],
    ])
    const rest = await here.list({ accountId: "shop" }, { limit: 4, offset: 4 })
    expect(rest.entries.map((one) => one.gateway_balance)).toEqual(["9.00", "10.00"])
  })

  it("keeps an account's balances whole, whatever the filter leaves out", async () => {
    const { entries } = await here.list({ orderId: "order_2" })
    expect(entries.map((one) => one.gateway_balance)).toEqual(["18.00", "19.00"])
    const { entries: all } = await here.list({ entry: "fee" })
    expect(all.map((one) => `${one.account_id} ${one.gateway_balance}`)).toEqual([
      "shop 27.00",
      "other 9.00",
      "shop 18.00",
      "shop 9.00",
    ])
  })

  it("is filtered by account, currency, entry, order, lane, the gateway's reference, period and ledger account", async () => {
    const fourth = ["fee order_4", "payment order_4"]
    expect(await idsOf({ orderId: "order_4" })).toEqual(fourth)
    expect(await idsOf({ laneId: "ipnlane_4" })).toEqual(fourth)
    expect(await idsOf({ gatewayPayment: "pay_4" })).toEqual(fourth)
    expect(await idsOf({ from: at(4) })).toEqual(fourth)
    expect(await idsOf({ from: at(3), to: at(4) })).toEqual(["fee order_3", "payment order_3"])
    expect(await idsOf({ accountId: "other", entry: ["fee", "refund"] })).toEqual(["fee order_3"])
    expect(await idsOf({ ledgerAccount: "expenses", accountId: "other" })).toEqual(["fee order_3"])
    expect(await idsOf({ ledgerAccount: "assets:gateway:oth" })).toEqual([])
    expect(await idsOf({ currency: "USD" })).toEqual([])
    expect(await idsOf({ currency: "EUR" }, { limit: 1 })).toEqual(["fee order_4"])
  })

  it("shows the order that a payment was attached to after it was posted", async () => {
    await pools[0]!.raw(
      `insert into ipn_lane (id, account_id, key, first_due_at, order_id)
       values ('ipnlane_1', 'shop', 'ref:x', now(), 'order_new')`
    )
    expect(await idsOf({ orderId: "order_new" })).toEqual(["fee order_new", "payment order_new"])
    expect(await idsOf({ orderId: "order_1" })).toEqual([])
  })

  it("gives the balances of a period, which add up to nothing", async () => {
    expect(await here.balances({ accountId: "shop", from: at(2), to: at(4) })).toEqual([
      { ledger_account: "assets:gateway:shop", currency_code: "eur", balance: "9.00" },
      { ledger_account: "expenses:fees:shop", currency_code: "eur", balance: "1.00" },
      { ledger_account: "income:orders", currency_code: "eur", balance: "-10.00" },
    ])
  })

  it("finds one entry by its id", async () => {
    const { entries } = await here.list({ orderId: "order_4", entry: "fee" })
    expect(await here.retrieve(entries[0]!.id)).toMatchObject({ entry: "fee", order_id: "order_4" })
    expect(await here.retrieve("ipnled_none")).toBeUndefined()
  })
})

describe("an adjustment", () => {
  const correction = {
    accountId: "shop",
    debit: "expenses:corrections",
    credit: "assets:gateway:shop",
    money: eur("0.05"),
    actorId: "user_1",
    note: "The gateway rounds otherwise",
  }

  it("is kept with who and why, and is no business of any lane", async () => {
    await here.post(posting([captured("42.00")]))
    const adjusted = await here.adjust({ ...correction, orderId: "order_1" })
    expect(adjusted).toMatchObject({
      kind: "adjusted",
      entry: {
        entry: "adjustment",
        actor_id: "user_1",
        note: "The gateway rounds otherwise",
        order_id: "order_1",
        gateway_change: "-0.05",
      },
    })
    expect(await here.post(posting([captured("42.00")]))).toBe(0)
    expect(await balance("assets:gateway:shop")).toBe("41.95")
  })

  it("is written once however often its form is sent", async () => {
    const sent = await Promise.all(
      [here, there, here].map((one) => one.adjust({ ...correction, key: "form-1" }))
    )
    expect(new Set(sent.map((one) => (one.kind === "adjusted" ? one.entry.id : one.reason))).size).toBe(1)
    expect(await balance("expenses:corrections")).toBe("0.05")
    expect(await here.adjust({ ...correction, money: eur("0.06"), key: "form-1" })).toMatchObject({
      reason: "key_used",
    })
  })

  it.each([
    ["an account that no journal could read", { debit: "assets:bank  5 EUR" }, "account_name"],
    ["an account of no kind", { debit: "money:bank" }, "account_name"],
    ["the same account twice", { debit: "assets:gateway:shop" }, "same_account"],
    ["nothing", { money: eur("0.00") }, "amount"],
    ["less than nothing", { money: eur("-1.00") }, "amount"],
    ["no reason", { note: "  " }, "note"],
    ["what Postgres cannot keep", { note: "a\u0000b" }, "note"],
    ["nobody", { actorId: "" }, "actor"],
    ["the future", { occurredAt: new Date(Date.now() + 60_000) }, "time"],
    ["no time", { occurredAt: new Date("never") }, "time"],
  ])("is refused for %s", async (_, wrong, reason) => {
    expect(await here.adjust({ ...correction, ...wrong })).toMatchObject({ kind: "refused", reason })
    expect((await here.list()).count).toBe(0)
  })
})

describe("the exports", () => {
  it("as CSV have every entry once, whole, and no formula", async () => {
    await here.post(posting([captured("42.00", 1)], { gatewayPayment: "=cmd|' /C calc'!A0" }))
    await here.adjust({
      accountId: "shop",
      debit: "expenses:corrections",
      credit: "assets:gateway:shop",
      money: eur("2.00"),
      actorId: "user_1",
      note: '+1 "quoted",\r\nsecond line',
      occurredAt: at(2),
    })
    const csv = await text(here.asCsv())
    expect(csv.split("\r\n")[0]).toBe(
      "id,occurred_at,posted_at,account,entry,debit,credit,amount,currency,gateway_change,order,order_id,gateway_reference,subject,by,note"
    )
    expect(csv).toContain(",payment,assets:gateway:shop,income:orders,42.00,EUR,42.00,,,'=cmd|' /C calc'!A0,")
    expect(csv).toContain(`,adjustment,expenses:corrections,assets:gateway:shop,2.00,EUR,-2.00,,,,`)
    expect(csv.endsWith(`,user_1,"'+1 ""quoted"",\r\nsecond line"\r\n`)).toBe(true)
  })

  it("of more entries than are read at a time leave none out and have none twice", async () => {
    await pools[0]!.raw(
      `insert into ipn_ledger_entry (id, account_id, entry, debit, credit, amount, currency_code, subject, ordinal, occurred_at)
       select 'ipnled_' || n, 'shop', 'payment', 'assets:gateway:shop', 'income:orders', '0.01', 'eur', 's' || n, 1,
              timestamptz '2026-01-01' + (n % 7) * interval '1 microsecond'
       from generate_series(1, 2500) n`
    )
    const ids = (await text(here.asCsv()))
      .split("\r\n")
      .slice(1, -1)
      .map((line) => line.split(",")[0])
    expect(ids).toHaveLength(2500)
    expect(new Set(ids).size).toBe(2500)
    const journal = await text(here.asJournal({ to: new Date("2026-01-02") }))
    expect(journal.match(/^2026-01-01 \* /gm)).toHaveLength(2500)
  })
})
