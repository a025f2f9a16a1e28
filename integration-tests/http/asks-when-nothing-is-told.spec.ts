import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { waitForLane } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { openReconciler, type Reconciler } from "../support/reconciler"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { waitUntil } from "../support/store/wait-until"

type Schedule = Readonly<{
  /** Minutes until the next question; null when there is none to come. */
  askIn: number | null
  asks: number
  hasAsked: boolean
}>

/** The sandbox keeps its messages back: each of them is lost unless a test sends it. */
describe("a payment of which nothing is told", () => {
  let sandbox: SandboxSimulator
  let store: LentStore
  let other: Reconciler

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({
      simulators: { sandbox: sandbox.url },
      settings: { "orders.when": "pending" },
    })
    other = openReconciler(store)
  })
  afterAll(async () => {
    await other?.close()
    await store?.stop()
    await sandbox?.stop()
  })
  afterEach(() => sandbox.setDown(false))

  const atGateway = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id

  async function scheduleOf({ sessionId }: Paying): Promise<Schedule> {
    const { rows } = await store.sql.query<Schedule>(
      `select extract(epoch from ask_at - now())::float8 / 60 as "askIn", asks, asked_at is not null as "hasAsked"
         from ipn_expected_payment where reference = $1`,
      [sessionId]
    )
    return rows[0]!
  }

  /** As time would: the next question is due, and the last one was a while ago. */
  async function letTimePass({ sessionId }: Paying): Promise<void> {
    const { rowCount } = await store.sql.query(
      `update ipn_expected_payment set ask_at = now(), asked_at = asked_at - interval '1 minute' where reference = $1`,
      [sessionId]
    )
    expect(rowCount).toBe(1)
  }

  const questionsAbout = (payment: string) =>
    sandbox.calls.filter(({ method, path }) => method === "GET" && path === `/payments/${payment}`).length

  /** Whoever asks: this process now, or the store's own job at the turn of the minute. */
  const askDue = async (checkout: Paying) => {
    await other.asking.askDue()
    await waitUntil("the question is asked", async () => {
      const { askIn } = await scheduleOf(checkout)
      return askIn === null || askIn > 0
    })
  }

  async function tell(checkout: Paying, type: string): Promise<void> {
    expect(
      await send(await signedMessage(store, "sandbox", type, checkout, { payment: atGateway(checkout) }))
    ).toBe(200)
  }

  it("is asked about by the store itself: paid at the gateway, the message lost, one paid order", async () => {
    const checkout = await startPaying(store)
    expect(await scheduleOf(checkout)).toMatchObject({ asks: 0, hasAsked: false })
    expect((await scheduleOf(checkout)).askIn).toBeGreaterThan(9)
    expect((await scheduleOf(checkout)).askIn).toBeLessThanOrEqual(11)
    await sandbox.pay(atGateway(checkout))
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })

    await letTimePass(checkout)
    await store.waitForPaidOrder(checkout.cartId, 120_000)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(await scheduleOf(checkout)).toMatchObject({ asks: 1, hasAsked: true })

    await letTimePass(checkout)
    await askDue(checkout)
    expect(await scheduleOf(checkout)).toMatchObject({ askIn: null, asks: 1 })
    expect(questionsAbout(atGateway(checkout))).toBe(1)

    // The message comes after all, three times.
    await sandbox.deliver({ times: 3 })
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("while the gateway is away nothing is concluded, and it is asked again soon; once it is back, one paid order", async () => {
    const checkout = await startPaying(store)
    await sandbox.pay(atGateway(checkout))
    sandbox.setDown(true)
    for (let round = 0; round < 3; round++) {
      await letTimePass(checkout)
      await askDue(checkout)
      const { askIn, asks } = await scheduleOf(checkout)
      expect({ asks, isSoon: askIn !== null && askIn > 3 && askIn < 6 }).toEqual({ asks: 0, isSoon: true })
    }
    expect(questionsAbout(atGateway(checkout))).toBe(3)
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
    sandbox.setDown(false)
    await letTimePass(checkout)
    await askDue(checkout)
    await store.waitForPaidOrder(checkout.cartId)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("a gateway that fails three times in a row is left alone for the rest of the run", async () => {
    await expectPayments("down", 40)
    sandbox.setDown(true)
    const before = sandbox.calls.length
    await other.asking.askDue()
    expect(sandbox.calls.length - before).toBeLessThan(20)
    const { rows } = await store.sql.query(
      `select 1 from ipn_expected_payment where reference like 'payses_down_%' and (ask_at < now() or asks > 0)`
    )
    expect(rows).toEqual([])
    expect([...other.warnings, store.logs()].join("\n")).toMatch(
      /\[ipn\] \[sandbox\] \d+ payments could not be asked about/
    )
    await store.sql.query(`delete from ipn_expected_payment where reference like 'payses_down_%'`)
  })

  it("is asked about once, however many processes ask", async () => {
    await expectPayments("many", 120)
    const third = openReconciler(store)
    try {
      await Promise.all([other.asking.askDue(), third.asking.askDue(), other.asking.askDue()])
    } finally {
      await third.close()
    }
    await waitUntil("all are asked about", async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_expected_payment where reference like 'payses_many_%' and asks = 0`
      )
      return rows.length === 0
    })
    const counts = Array.from({ length: 120 }, (_, n) => questionsAbout(`pay_many_${n + 1}`))
    expect(counts).toEqual(counts.map(() => 1))
    await store.sql.query(`delete from ipn_expected_payment where reference like 'payses_many_%'`)
  })

  it("a refund whose second message is lost is found long after the payment", async () => {
    const checkout = await startPaying(store)
    const payment = atGateway(checkout)
    await tell(checkout, "payment.captured")
    await sandbox.pay(payment)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    await letTimePass(checkout)
    await askDue(checkout)
    expect((await scheduleOf(checkout)).askIn).toBeNull()

    const refund = await sandbox.refund(payment, "5.00", "pending")
    await other.asking.askNow("sandbox", checkout.sessionId)
    await waitForRefund(checkout, "pending")
    const { askIn, asks } = await scheduleOf(checkout)
    expect({ asks, isWithinAnHour: askIn !== null && askIn > 50 && askIn < 67 }).toEqual({
      asks: 0,
      isWithinAnHour: true,
    })

    await sandbox.settleRefund(payment, refund, "succeeded")
    await letTimePass(checkout)
    await askDue(checkout)
    await waitForRefund(checkout, "succeeded")
    await letTimePass(checkout)
    await askDue(checkout)
    expect((await scheduleOf(checkout)).askIn).toBeNull()
  })

  async function waitForRefund({ sessionId }: Paying, state: string): Promise<void> {
    await waitForLane(store, `ref:${sessionId}`, `has a refund that is ${state}`, ({ facts, isDue }) => {
      const refunds = (facts?.refunds ?? []) as { state: string }[]
      return !isDue && refunds.length === 1 && refunds[0]?.state === state
    })
  }

  it("can be asked about now, at most once in ten seconds: what was told, and how much of it was new", async () => {
    const checkout = await startPaying(store)
    const ask = () => other.asking.askNow("sandbox", checkout.sessionId)
    await sandbox.authorize(atGateway(checkout))
    expect(await ask()).toMatchObject({ kind: "asked", newEvents: 1, told: [{ type: "payment.authorized" }] })
    expect(await ask()).toEqual({ kind: "too_soon", retryAfterSeconds: 10 })
    await letTimePass(checkout)
    expect(await ask()).toMatchObject({ kind: "asked", newEvents: 0, told: [{ type: "payment.authorized" }] })
    await store.waitForOrder(checkout.cartId)
    const before = await settledTruth(store, checkout)
    expect(before).toMatchObject({ orders: 1, payment_status: "authorized" })

    sandbox.setDown(true)
    await letTimePass(checkout)
    expect(await ask()).toMatchObject({ kind: "unreachable", why: expect.stringContaining("503") as unknown })
    expect(await truthOf(store, checkout)).toEqual(before)
    expect(await other.asking.askNow("sandbox", "payses_unknown")).toEqual({ kind: "unknown_payment" })
    expect(await other.asking.askNow("paypal", checkout.sessionId)).toMatchObject({ kind: "cannot_be_asked" })
  })

  it("an order that stayed unpaid is asked about before it may be cancelled, and money that is found keeps it", async () => {
    const checkout = await startPaying(store)
    await sandbox.pend(atGateway(checkout))
    await tell(checkout, "payment.pending")
    const { id } = await store.waitForOrder(checkout.cartId)
    await waitForLane(store, `ref:${checkout.sessionId}`, "is settled", ({ isDue }) => !isDue)
    const unpaid = async () =>
      (await other.asking.listUnpaidOrders({ olderThanHours: 48 })).find(({ orderId }) => orderId === id)
    expect(await unpaid()).toBeUndefined()
    await store.sql.query(`update "order" set created_at = now() - interval '49 hours' where id = $1`, [id])
    const order = await unpaid()
    expect(order).toMatchObject({
      payments: [
        { accountId: "sandbox", reference: checkout.sessionId, laneId: expect.any(String) as unknown },
      ],
    })
    if (!order) throw new Error("unreachable: it was just found")

    expect(await other.asking.askBeforeCancelling(order)).toBe("unpaid")
    expect(await other.asking.askBeforeCancelling(order)).toBe("not_answered")
    sandbox.setDown(true)
    await letTimePass(checkout)
    expect(await other.asking.askBeforeCancelling(order)).toBe("not_answered")
    sandbox.setDown(false)

    await sandbox.pay(atGateway(checkout))
    await letTimePass(checkout)
    expect(await other.asking.askBeforeCancelling(order)).toBe("money_told")
    await store.waitForPaidOrder(checkout.cartId)
    expect(await unpaid()).toBeUndefined()
  })

  /** Payments that are due to be asked about, and of which the gateway knows nothing. */
  async function expectPayments(name: string, count: number): Promise<void> {
    await store.sql.query(
      `insert into ipn_expected_payment (id, account_id, reference, amount, currency_code, gateway_payment_ids, ask_at)
       select 'ipnexp_' || $1 || n, 'sandbox', 'payses_' || $1 || '_' || n, '42.00', 'eur',
              jsonb_build_array('pay_' || $1 || '_' || n), now()
         from generate_series(1, $2) n`,
      [name, count]
    )
  }
})
