import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { paidOnce, settledTruth } from "../support/invariants"
import { settleAgain, waitForReview } from "../support/lanes"
import { send, signedMessage, type MessageOptions } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { waitUntil } from "../support/store/wait-until"

type Heard = { name: string; data: Record<string, unknown> }

describe("tells other plugins once", () => {
  let simulator: SandboxSimulator
  let store: LentStore

  beforeAll(async () => {
    simulator = await startSandboxSimulator()
    store = await borrowStore({ simulators: { sandbox: simulator.url } })
  })
  afterAll(async () => {
    await store?.stop()
    await simulator?.stop()
  })

  async function tell(checkout: Paying, recording: string, times = 1, options: MessageOptions = {}) {
    const message = await signedMessage(store, "sandbox", recording, checkout, options)
    for (let time = 0; time < times; time++) expect(await send(message)).toBe(200)
  }

  /** What was heard of a checkout once nothing is left to be told. */
  async function heard({ sessionId, cartId }: Paying): Promise<Heard[]> {
    await waitUntil("everything is told", async () => {
      const { rows } = await store.sql.query(
        "select 1 from ipn_outbox where channel = 'bus' and state <> 'sent'"
      )
      return rows.length === 0
    })
    const { rows: sent } = await store.sql.query<{ id: string }>(
      `select id from ipn_outbox where channel = 'bus' and (payload->>'payment_session_id' = $1 or payload->>'cart_id' = $2)`,
      [sessionId, cartId]
    )
    const of = async () =>
      (
        await store.sql.query<Heard>(
          `select name, data from test_heard where data->>'id' = any($1) order by at`,
          [sent.map(({ id }) => id)]
        )
      ).rows
    await waitUntil("the listener has written", async () => (await of()).length >= sent.length)
    return of()
  }
  const names = (events: Heard[]) => events.map(({ name }) => name).sort()

  it("that a payment was captured, although the message came five times and the lane was settled again and again", async () => {
    const checkout = await startPaying(store)
    await tell(checkout, "payment.captured", 5)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    await tell(checkout, "payment.authorized")
    await tell(checkout, "payment.captured", 2)
    await settleAgain(store, `ref:${checkout.sessionId}`)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))

    const events = await heard(checkout)
    expect(names(events)).toEqual(["ipn.order.placed", "ipn.payment.captured", "ipn.payment.paid"])
    const [order] = await store.ordersOf(checkout.cartId)
    expect(events.find(({ name }) => name === "ipn.payment.captured")?.data).toEqual({
      id: expect.stringMatching(/^ipnout_/) as string,
      account_id: "sandbox",
      lane_id: expect.stringMatching(/^ipnlane_/) as string,
      payment_session_id: checkout.sessionId,
      cart_id: checkout.cartId,
      order_id: order?.id,
      test: true,
      amount: checkout.amount,
      currency_code: checkout.currency,
    })
  })

  it("that a dispute opened: as a dispute, and as an issue that resolves itself when it is won", async () => {
    const checkout = await startPaying(store)
    await tell(checkout, "payment.captured")
    await tell(checkout, "dispute.opened", 3)
    await waitUntil("the issue is open", async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_issue where kind = 'dispute_opened' and status = 'open' and cart_id = $1`,
        [checkout.cartId]
      )
      return rows.length === 1
    })
    await tell(checkout, "dispute.won", 3)
    await waitUntil("the issue is resolved", async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_issue where kind = 'dispute_opened' and status = 'resolved' and actor_id is null and cart_id = $1`,
        [checkout.cartId]
      )
      return rows.length === 1
    })
    expect(names(await heard(checkout))).toEqual([
      "ipn.dispute.opened",
      "ipn.dispute.won",
      "ipn.issue.opened",
      "ipn.issue.resolved",
      "ipn.order.placed",
      "ipn.payment.captured",
      "ipn.payment.paid",
    ])
  })

  it("nothing of money that needs a decision, but the issue with what is at stake", async () => {
    const checkout = await startPaying(store)
    await tell(checkout, "payment.captured", 5, { amount: "1.00" })
    await waitForReview(store, checkout.sessionId)
    const events = await heard(checkout)
    expect(names(events)).toEqual(["ipn.issue.opened"])
    expect(events[0]?.data).toMatchObject({
      kind: "amount_mismatch",
      severity: "warning",
      amount: "1.00",
      currency_code: checkout.currency,
      message: `1.00 ${checkout.currency.toUpperCase()} came in, but ${checkout.amount} ${checkout.currency.toUpperCase()} was asked for. No order was placed with it.`,
    })
    const { rows } = await store.sql.query(`select status, count from ipn_issue where cart_id = $1`, [
      checkout.cartId,
    ])
    expect(rows).toEqual([{ status: "open", count: 1 }])
  })

  it("no name, address or card of the buyer", async () => {
    const { rows } = await store.sql.query<{ words: string }>(
      `select string_agg(data::text, ' ') as words from test_heard`
    )
    expect(rows[0]?.words).not.toMatch(/@example\.com|"email"|"name"|address|card/)
  })
})
