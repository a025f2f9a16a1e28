import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { brokenPromises } from "../support/broken-promises"
import { makeGoods } from "../support/goods"
import { settledTruth } from "../support/invariants"
import { send, signedMessage } from "../support/messages"
import { ends, pauseAt, type End, type Moment } from "../support/pause-at"
import { startPaying, type Paying } from "../support/paying"
import { startStore, type OwnStore } from "../support/store/start-store"
import type { Order } from "../support/store/store"

type Where = Omit<Moment, "name">

/** Something that happens at the gateway after the buyer has paid or not paid, and what the store must be in the end. */
type Story = Readonly<{
  before(checkout: Paying, store: OwnStore): Promise<void>
  happens(checkout: Paying, store: OwnStore): Promise<unknown>
  /** `owed`: what the order waits for in the end; nothing unless it is said. */
  truth(
    checkout: Paying
  ): Partial<Record<keyof Order, unknown>> & { balance: number; refunds: number; owed?: number }
  moments: Readonly<Record<string, (checkout: Paying) => Where>>
}>

const plenty = ({ seeded }: OwnStore) => ({ stock: { [seeded.stockLocationId]: 1_000 } })

describe("survives a crash while money goes back, or does not come", () => {
  let sandbox: SandboxSimulator

  beforeAll(async () => {
    sandbox = await startSandboxSimulator()
  })
  afterAll(async () => {
    await sandbox?.stop()
  })

  const idOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id
  const lane = ({ sessionId }: Paying) => `(select id from ipn_lane where key = 'ref:${sessionId}')`
  const order = ({ email }: Paying) => `(select id from "order" where email = '${email}')`
  const effect = (kind: string, on: "insert" | "update") => (checkout: Paying) => ({
    table: "ipn_effect",
    on,
    when: `new.kind = '${kind}' and new.lane_id = ${lane(checkout)}${on === "update" ? " and new.state = 'done'" : ""}`,
  })
  const transaction = (reference: string) => (checkout: Paying) => ({
    table: "order_transaction",
    on: "insert" as const,
    when: `new.order_id = ${order(checkout)} and new.reference = '${reference}'`,
  })
  const creditLine = (sign: "<" | ">") => (checkout: Paying) => ({
    table: "order_credit_line",
    on: "insert" as const,
    when: `new.order_id = ${order(checkout)} and new.amount ${sign} 0`,
  })
  /** Medusa adds up what the payment has, after the rows. */
  const count = (when: string) => (checkout: Paying) => ({
    table: "payment_collection",
    on: "update" as const,
    when: `new.id = '${checkout.collectionId}' and ${when}`,
  })
  const of = (table: string, on: Moment["on"], when: (checkout: Paying) => string) => (checkout: Paying) => ({
    table,
    on,
    when: when(checkout),
  })

  const stories: Readonly<Record<string, Story>> = {
    "a refund in the dashboard": {
      before: (checkout) => sandbox.pay(idOf(checkout)),
      happens: (checkout) => sandbox.refund(idOf(checkout), "10.00"),
      truth: ({ amount }) => ({
        payment_status: "partially_refunded",
        refunds: 1,
        balance: Number(amount) - 10,
      }),
      moments: {
        "the refund is announced": effect("record_refund", "insert"),
        "the refund is recorded": of(
          "refund",
          "insert",
          ({ sessionId }) =>
            `new.payment_id = (select id from payment where payment_session_id = '${sessionId}')`
        ),
        "the refund is counted": count("new.refunded_amount > 0"),
        "the order learns of the refund": transaction("refund"),
        "the order's total becomes less": creditLine(">"),
        "the refund is done": effect("record_refund", "update"),
        "the ledger is posted": of(
          "ipn_ledger_entry",
          "insert",
          (checkout) => `new.entry = 'refund' and new.lane_id = ${lane(checkout)}`
        ),
        "others are to be told": of(
          "ipn_outbox",
          "insert",
          (checkout) => `new.topic = 'ipn.refund.succeeded' and new.lane_id = ${lane(checkout)}`
        ),
        "the lane is settled": of(
          "ipn_lane",
          "update",
          ({ sessionId }) =>
            `new.key = 'ref:${sessionId}' and old.lease_until is not null and new.lease_until is null`
        ),
      },
    },
    "a refund that failed after all": {
      async before(checkout) {
        await sandbox.pay(idOf(checkout))
        refunds.set(checkout.sessionId, await sandbox.refund(idOf(checkout), "10.00"))
      },
      happens: (checkout) => sandbox.settleRefund(idOf(checkout), refunds.get(checkout.sessionId)!, "failed"),
      truth: ({ amount }) => ({ payment_status: "captured", refunds: 0, balance: Number(amount) }),
      moments: {
        "the reversal reaches the order": transaction("refund_reversal"),
        "the order's total comes back": creditLine("<"),
        "the refund's row goes": of(
          "refund",
          "delete",
          ({ sessionId }) =>
            `old.payment_id = (select id from payment where payment_session_id = '${sessionId}')`
        ),
        "the refund is no longer counted": count("old.refunded_amount > 0 and new.refunded_amount = 0"),
      },
    },
    "a capture that failed after all": {
      async before(checkout, store) {
        await sandbox.authorize(idOf(checkout))
        const about = { payment: idOf(checkout), id: `taken_${checkout.sessionId}` }
        const taken = await signedMessage(store, "sandbox", "payment.captured", checkout, about)
        expect(await send(taken)).toBe(200)
        await store.waitForPaidOrder(checkout.cartId)
      },
      async happens(checkout, store) {
        const failed = await signedMessage(store, "sandbox", "capture.failed", checkout, {
          payment: idOf(checkout),
          id: `failed_${checkout.sessionId}`,
          at: new Date(Date.now() + 2_000), // it is told in whole seconds, and after the capture
          edit: (body) => body.replace(/"cap_failed_/, '"cap_taken_'),
        })
        expect(await send(failed)).toBe(200)
      },
      truth: ({ amount }) => ({
        status: "pending",
        payment_status: "authorized",
        captures: 0,
        refunds: 0,
        balance: 0,
        owed: Number(amount),
        reservations: 1,
      }),
      moments: {
        "the capture's reversal reaches the order": transaction("capture_reversal"),
        "the capture's row goes": of(
          "capture",
          "delete",
          ({ sessionId }) =>
            `old.payment_id = (select id from payment where payment_session_id = '${sessionId}')`
        ),
        "not all is captured any more": of(
          "payment",
          "update",
          ({ sessionId }) =>
            `new.payment_session_id = '${sessionId}' and old.captured_at is not null and new.captured_at is null`
        ),
        "the capture is no longer counted": count("old.captured_amount > 0 and new.captured_amount = 0"),
        "the taking back is done": effect("undo_capture", "update"),
      },
    },
    "an authorisation that lapses, on an order that is cancelled then": {
      before: (checkout) => sandbox.authorize(idOf(checkout)),
      happens: (checkout) => sandbox.expire(idOf(checkout)),
      truth: () => ({ status: "canceled", refunds: 0, balance: 0, reservations: 0 }),
      moments: {
        "the payment is voided": of(
          "payment",
          "update",
          ({ sessionId }) => `new.payment_session_id = '${sessionId}' and new.canceled_at is not null`
        ),
        "the authorisation is no longer counted": count(
          "old.authorized_amount > 0 and new.authorized_amount = 0"
        ),
        "the order is cancelled": of(
          "order",
          "update",
          ({ email }) => `new.email = '${email}' and new.status = 'canceled' and old.status <> 'canceled'`
        ),
        "the stock is free again": of(
          "reservation_item",
          "update",
          ({ email }) =>
            `new.deleted_at is not null and exists (select 1 from order_item item join "order" o on o.id = item.order_id where item.item_id = new.line_item_id and o.email = '${email}')`
        ),
      },
    },
    "money that comes after all": {
      async before(checkout, store) {
        await sandbox.authorize(idOf(checkout))
        await store.waitForOrder(checkout.cartId)
        await sandbox.expire(idOf(checkout))
        await store.waitForOrderThat(checkout.cartId, "is cancelled", ({ status }) => status === "canceled")
      },
      // The sandbox itself takes no money for a payment that has expired; real gateways do.
      async happens(checkout, store) {
        const late = await signedMessage(store, "sandbox", "payment.captured", checkout, {
          payment: idOf(checkout),
        })
        expect(await send(late)).toBe(200)
      },
      truth: ({ amount }) => ({
        status: "pending",
        payment_status: "captured",
        refunds: 0,
        balance: Number(amount),
        reservations: 1,
      }),
      moments: {
        "the stock is reserved again": of(
          "reservation_item",
          "insert",
          ({ email }) =>
            `exists (select 1 from order_item item join "order" o on o.id = item.order_id where item.item_id = new.line_item_id and o.email = '${email}' and o.status = 'canceled')`
        ),
        "the order stands again": of(
          "order",
          "update",
          ({ email }) => `new.email = '${email}' and new.status = 'pending' and old.status = 'canceled'`
        ),
        "the cancellation is taken back": of(
          "ipn_effect",
          "update",
          (checkout) =>
            `new.kind = 'cancel_order' and new.state = 'undone' and new.lane_id = ${lane(checkout)}`
        ),
      },
    },
  }
  const refunds = new Map<string, string>()
  const all = Object.entries(stories).flatMap(([story, { moments }]) =>
    Object.keys(moments).map((moment) => [story, moment] as const)
  )
  /** A process handles 32 payments at a time: two of them stop at all moments for both ends at once. */
  const concurrency = 32
  const stores: OwnStore[] = []
  afterAll(async () => {
    for (const store of stores.reverse()) await store.stop()
  })

  /** The first process of the store, or a further one. */
  async function startOne(): Promise<OwnStore> {
    const first = stores[0]
    return startStore({
      simulators: { sandbox: sandbox.url },
      ...(first && { database: { url: first.databaseUrl } }),
      env: {
        IPN_OPTIONS: JSON.stringify({
          worker: { leaseMs: 1_500, concurrency },
          settings: { orders: { failure_grace_minutes: 0, cancel_unpaid_on_failure: true } },
        }),
        // Whoever is stopped holds a connection.
        DB_POOL_MAX: String(2 * concurrency),
        ...(first && { MEDUSA_WORKER_MODE: "worker" }),
      },
    })
  }

  describe.each<readonly [name: string, count: 1 | 2, crash: readonly End[]]>([
    ["one process", 1, ["cutOff"]],
    ["one process", 1, ["release"]],
    ["two processes", 2, ["cutOff", "release"]],
  ])("%s", (_, count, crash) => {
    const ending = ends.filter(([, end]) => crash.includes(end))
    /** One for each moment and end: all of them are stopped at the same time, by one crash. */
    const stops = ending.flatMap(([, end]) => all.map(([story, moment]) => ({ story, moment, end })))
    const checkouts = new Map<string, Paying>()
    const nameOf = ({ moment, end }: Readonly<{ moment: string; end: End }>) => `${moment}, ${end}`
    const checkoutAt = (stop: Readonly<{ moment: string; end: End }>) => checkouts.get(nameOf(stop))!

    beforeAll(async () => {
      while (stores.length < count) stores.push(await startOne())
      const store = stores[0]!
      for (const stop of stops) {
        // Core reserves one inventory item at a time: who is stopped there must not keep the others from theirs.
        const own = stop.moment.includes("stock")
          ? { variantId: (await makeGoods(store, { parts: [plenty(store)] })).variantId }
          : {}
        const checkout = await startPaying(store, own)
        checkouts.set(nameOf(stop), checkout)
        await stories[stop.story]!.before(checkout, store)
        await settledTruth(store, checkout)
      }
      const paused = stops.map((stop) => ({
        name: nameOf(stop),
        end: stop.end,
        ...stories[stop.story]!.moments[stop.moment]!(checkoutAt(stop)),
      }))
      const pause = await pauseAt(store.databaseUrl, store.sql, paused)
      await Promise.all(stops.map((stop) => stories[stop.story]!.happens(checkoutAt(stop), store)))
      await pause.reached()
      for (const one of stores) one.kill("SIGKILL")
      for (const one of stores) await one.exited()
      await pause.end()
      for (const [at, one] of stores.entries()) stores[at] = await one.restart()
      await sandbox.redeliver()
    })

    describe.each(ending)("SIGKILL %s", (_, end) => {
      it.each(all)("%s: %s", async (story, moment) => {
        const store = stores[0]!
        const checkout = checkoutAt({ moment, end })
        await settledTruth(store, checkout)
        const orders = await store.ordersOf(checkout.cartId)
        expect(orders).toHaveLength(1)
        const { balance, owed = 0, ...truth } = stories[story]!.truth(checkout)
        expect(orders[0]).toMatchObject(truth)
        expect(Number(orders[0]!.transactions)).toBeCloseTo(balance, 2)
        const { order } = await store.admin<{ order: { summary: { pending_difference: number } } }>(
          "GET",
          `/admin/orders/${orders[0]!.id}?fields=id,summary`
        )
        const isCanceled = truth.status === "canceled"
        if (!isCanceled) expect(order.summary.pending_difference).toBe(owed)
        const { rows } = await store.sql.query<{ topic: string; told: number }>(
          `select topic, count(*)::int as told from ipn_outbox where lane_id = ${lane(checkout)} group by topic, fact having count(*) > 1`
        )
        expect(rows).toEqual([])
        expect(await brokenPromises(store, [checkout])).toEqual([])
      })
    })
  })

  it("makes no call to the gateway that moves money", () => {
    expect(sandbox.calls.filter(({ path }) => /captures|refunds|cancel/.test(path))).toEqual([])
  })
})
