import { knex, type Knex } from "@medusajs/framework/mikro-orm/knex"
import { readConfiguration } from "../../src/config/configuration"
import { completeSettings } from "../../src/config/settings"
import { Browsing } from "../../src/modules/ipn/browsing/browsing"
import type { MessageFilter } from "../../src/modules/ipn/browsing/message-filter"
import { messageTabs } from "../../src/modules/ipn/browsing/message-state"
import { fillMessages } from "../support/fill-messages"
import { demoAccounts } from "../support/store/accounts"
import type { Database } from "../support/store/database"
import { createSeededDatabase } from "../support/store/start-store"

const messages = 100_000
/** Reading every message takes more blocks than this by far: each fits eight at most. */
const mostBlocks = messages / 8

/** What is looked at does not grow with what was ever received. */
describe("lists stay fast", () => {
  let database: Database
  let db: Knex
  let browsing: Browsing
  let payment: string

  beforeAll(async () => {
    database = await createSeededDatabase()
    db = knex({ client: "pg", connection: database.url, pool: { min: 0, max: 4 } })
    await fillMessages(db, messages)
    const accounts = Object.entries(demoAccounts()).map(([id, { gateway, mode, config }]) => {
      return [id, { gateway, mode, ...config }] as const
    })
    const configuration = readConfiguration({
      publicUrl: "http://localhost:9000",
      accounts: Object.fromEntries(accounts),
    })
    browsing = new Browsing(db, { sort: () => Promise.resolve() }, configuration.accounts, () =>
      Promise.resolve(completeSettings(new Map()))
    )
    payment = String(messages / 4 + 7)
  })
  afterAll(async () => {
    await db?.destroy()
    await database?.drop()
  })

  /** Rows that a list's query touches in the tables that grow, by Postgres' own count. */
  async function blocksOf(work: () => Promise<unknown>): Promise<number> {
    const read = async () => {
      await db.raw("select pg_stat_force_next_flush()")
      const { rows } = await db.raw(
        `select sum(heap_blks_hit + heap_blks_read)::int as blocks from pg_statio_user_tables where relname = 'ipn_message'`
      )
      return (rows as { blocks: number }[])[0]!.blocks
    }
    const before = await read()
    await work()
    return (await read()) - before
  }

  it.each<[string, () => MessageFilter]>([
    ["no filter", () => ({})],
    ["an account", () => ({ accountId: ["paypal"] })],
    ["an account that was never heard of", () => ({ accountId: ["nobody"] })],
    ["what failed", () => ({ state: ["failed"] })],
    ["what waits", () => ({ state: messageTabs.waiting })],
    ["an event type that is rare", () => ({ type: ["dispute.opened"] })],
    ["an event type that never came", () => ({ type: ["payout.paid"] })],
    ["an amount", () => ({ amount: "12.34" })],
    ["an order", () => ({ orderId: `order_${payment}` })],
    ["a reference", () => ({ reference: `payses_${payment}` })],
    ["the gateway's reference", () => ({ reference: `pay_${payment}` })],
    ["a search", () => ({ q: `cart_${payment}` })],
    ["a search in vain", () => ({ q: "nothing like it" })],
    [
      "a day",
      () => ({ from: new Date(Date.now() - 3 * 86_400_000), to: new Date(Date.now() - 2 * 86_400_000) }),
    ],
  ])("by %s", async (_, filter) => {
    const blocks = await blocksOf(() => browsing.messages(filter()))
    expect(blocks).toBeLessThan(mostBlocks / 2)
  })

  it("and say how far they looked", async () => {
    const { messages: rows, count, searchedTo } = await browsing.messages({})
    expect({ rows: rows.length, count }).toEqual({ rows: 20, count: 10_000 })
    expect(searchedTo!.getTime()).toBeLessThan(rows.at(-1)!.received_at.getTime())
    const next = await browsing.messages({ to: searchedTo! })
    expect(next.messages[0]!.received_at.getTime()).toBeLessThanOrEqual(searchedTo!.getTime())
    expect(await browsing.messages({ reference: `payses_${payment}` })).toMatchObject({
      count: 2,
      searchedTo: null,
    })
  })

  it("and the overview counts every message once", async () => {
    const { days } = await browsing.overview(false)
    const { rows } = await db.raw(
      `select count(*)::int as count from ipn_message where received_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '13 days'`
    )
    expect(days.reduce((sum, { received }) => sum + received, 0)).toBe(
      (rows as { count: number }[])[0]!.count
    )
  })
})
