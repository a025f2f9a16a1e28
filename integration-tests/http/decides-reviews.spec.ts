import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import type { Decided, DecideInput } from "../../src/workflows/decide/decide"
import type { Weighed, Wish } from "../../src/workflows/decide/weigh"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { laneOf, settleAgain, waitForLane, waitForReview, type Lane } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { openDesk, type OwnDesk } from "../support/open-desk"
import { pauseAt, type Moment } from "../support/pause-at"
import { startPaying, type Paying } from "../support/paying"
import { readStoreRows } from "../support/store-rows"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"
import { takeLock } from "../support/subject-lock"

const eur = (amount: string) => ({ amount, currency: "eur" })

describe("a person decides about money in review", () => {
  let sandbox: SandboxSimulator
  let desk: OwnDesk
  let store: OwnStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator()
    desk = await openDesk()
    store = await startStore({
      simulators: { sandbox: sandbox.url },
      env: {
        ...desk.env,
        IPN_OPTIONS: JSON.stringify({ worker: { leaseMs: 1_500, concurrency: 8 } }),
        // Whoever is stopped holds a connection.
        DB_POOL_MAX: "20",
      },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  const preview = (wish: Wish) => desk.run<Weighed>("ipn-preview-decision", wish)

  /** Previews and then decides, as a person does. */
  async function decide(wish: Wish): Promise<Decided> {
    const weighed = await preview(wish)
    if (weighed.kind === "not_found") throw new Error("nothing to decide about")
    return decideOn(wish, weighed.now.seen)
  }
  const decideOn = (wish: Wish, seen: string) =>
    desk.run<Decided>("ipn-decide", {
      ...wish,
      seen,
      actor_id: "user_1",
      note: "as agreed on the phone",
    } satisfies DecideInput)

  /** A buyer who paid another amount than was asked for. */
  async function paid(amount: string): Promise<Paying & { lane: Lane }> {
    const checkout = await startPaying(store)
    await sandbox.pay(sandbox.paymentOf(checkout.sessionId).id, amount)
    return { ...checkout, lane: await waitForReview(store, checkout.sessionId) }
  }

  /** Money for a reference that the store never heard of, as from a payment link made in the gateway's dashboard. */
  async function unknown(reference: string, amount: string): Promise<Lane> {
    await tellUnknown("payment.captured", reference, amount)
    return waitForLane(store, `ref:${reference}`, "is unmatched", ({ state }) => state === "unmatched")
  }
  async function tellUnknown(type: string, reference: string, amount: string): Promise<void> {
    const about = { sessionId: reference, amount, currency: "eur" }
    const message = await signedMessage(store, "sandbox", type, about, { payment: `pay_${reference}` })
    expect(await send(message)).toBe(200)
  }

  async function openIssues(laneId: string): Promise<string[]> {
    const { rows } = await store.sql.query<{ kind: string }>(
      `select kind from ipn_issue where lane_id = $1 and status in ('open', 'acknowledged')`,
      [laneId]
    )
    return rows.map(({ kind }) => kind)
  }

  async function settled(lane: Lane, reason: string | null = null): Promise<void> {
    await waitForLane(store, lane.key, `is settled: ${reason ?? "done"}`, (now) => {
      return now.state === "settled" && now.reason === reason && !now.isDue
    })
    expect(await openIssues(lane.id)).toEqual([])
  }

  const refundsOf = ({ sessionId }: Paying) => {
    const path = `/payments/${sandbox.paymentOf(sessionId).id}/refunds`
    return sandbox.calls.filter((call) => call.method === "POST" && call.path === path)
  }

  async function owedBy(orderId: string): Promise<number> {
    const { order } = await store.admin<{ order: { summary: { pending_difference: number } } }>(
      "GET",
      `/admin/orders/${orderId}?fields=id,summary`
    )
    return order.summary.pending_difference
  }

  it("accepts a part: the order is placed and the rest stays owed, as was said before", async () => {
    const { lane, ...checkout } = await paid("20.00")
    const wish = { lane_id: lane.id, kind: "accept_part" } as const
    const before = await readStoreRows(store)
    const weighed = await preview(wish)
    expect(weighed).toMatchObject({
      kind: "possible",
      now: {
        state: "review",
        reason: "amount_short",
        expected: eur(checkout.amount),
        possible: ["accept_part", "accept_full", "refund", "ignore"],
      },
    })
    expect(weighed.kind === "possible" && weighed.will.map(({ text }) => text)).toEqual([
      "will record the payment as authorised",
      `will place the order of cart ${checkout.cartId}`,
      "will record 20.00 EUR as captured",
    ])
    expect(await readStoreRows(store)).toEqual(before)
    expect(await openIssues(lane.id)).toEqual(["amount_mismatch"])

    expect(await decide(wish)).toMatchObject({ kind: "decided" })
    await settled(lane)
    const [order] = await store.ordersOf(checkout.cartId)
    expect(Number(order!.captured)).toBe(20)
    expect(await owedBy(order!.id)).toBeCloseTo(Number(checkout.amount) - 20)
    const { rows } = await store.sql.query(
      `select kind, reason, actor_id, note from ipn_decision where lane_id = $1`,
      [lane.id]
    )
    expect(rows).toEqual([
      { kind: "accept_part", reason: "amount_short", actor_id: "user_1", note: "as agreed on the phone" },
    ])

    // Another payment, found in the dashboard, is attached to what the order still waits for.
    const rest = (Number(checkout.amount) - 20).toFixed(2)
    const link = await unknown("invoice-rest", rest)
    // Named by its number, as a person knows it.
    // Nothing is done to it while another payment of the order is settled.
    const others = await takeLock(store.databaseUrl, checkout.cartId)
    try {
      expect(
        await decide({ lane_id: link.id, kind: "attach", order_id: `#${order!.display_id}` })
      ).toMatchObject({
        kind: "decided",
        will: [{ text: `will count for order #${order!.display_id} with ${rest} EUR` }],
      })
      await others.awaited()
      const { rowCount } = await store.sql.query(
        `select 1 from order_payment_collection where order_id = $1 and deleted_at is null`,
        [order!.id]
      )
      expect(rowCount).toBe(1)
    } finally {
      await others.release()
    }
    await settled(link, "moved")
    await waitUntil("the order is paid", async () => (await owedBy(order!.id)) === 0)
    // So it is from then on, although its collection knows no cart.
    const { rows: attached } = await store.sql.query<{ key: string }>(
      `select 'ref:' || (detail->>'reference') as key from ipn_decision where lane_id = $1`,
      [link.id]
    )
    const again = await takeLock(store.databaseUrl, checkout.cartId)
    try {
      await settleAgain(store, attached[0]!.key)
      await again.awaited()
    } finally {
      await again.release()
    }
    // There is nothing left to attach a third payment to.
    const more = await unknown("invoice-more", rest)
    expect(await preview({ lane_id: more.id, kind: "attach", order_id: order!.id })).toMatchObject({
      kind: "not_possible",
      why: "The order waits for no money.",
    })
  })

  it("accepts less in full: what is missing is written off", async () => {
    const { lane, ...checkout } = await paid("24.90")
    expect(await decide({ lane_id: lane.id, kind: "accept_full" })).toMatchObject({ kind: "decided" })
    await settled(lane)
    const [order] = await store.ordersOf(checkout.cartId)
    expect(Number(order!.captured)).toBe(24.9)
    expect(await owedBy(order!.id)).toBe(0)
  })

  it("gives it back: the gateway is asked once, and there is no order", async () => {
    const { lane, ...checkout } = await paid("20.00")
    const decided = await decide({ lane_id: lane.id, kind: "refund" })
    expect(decided).toMatchObject({ kind: "decided", will: [{ kind: "refund", money: eur("20.00") }] })
    await settled(lane)
    await send(await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "20.00" }))
    await settledTruth(store, checkout)
    expect(refundsOf(checkout)).toHaveLength(1)
    expect(sandbox.paymentOf(checkout.sessionId).refunded).toEqual(eur("20.00"))
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00" })
    await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow("Payment sessions are required")
  })

  it("gives back only what is too much: the order is placed with the rest", async () => {
    const { lane, ...checkout } = await paid("30.00")
    expect(lane.reason).toBe("amount_over")
    const tooMuch = (30 - Number(checkout.amount)).toFixed(2)
    expect(await decide({ lane_id: lane.id, kind: "refund", amount: tooMuch })).toMatchObject({
      kind: "decided",
    })
    await settled(lane)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(refundsOf(checkout)).toHaveLength(1)
  })

  it("sets it aside: the issue is gone and stays gone", async () => {
    const { lane, ...checkout } = await paid("20.00")
    expect(await decide({ lane_id: lane.id, kind: "ignore" })).toMatchObject({ kind: "decided" })
    await settled(lane, "ignored")
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0 })
  })

  it("is told what changed meanwhile instead: by the gateway, or by somebody else", async () => {
    const { lane, ...checkout } = await paid("20.00")
    const wish = { lane_id: lane.id, kind: "refund" } as const
    const weighed = await preview(wish)
    const seen = weighed.kind === "possible" ? weighed.now.seen : ""
    await sandbox.refund(sandbox.paymentOf(checkout.sessionId).id, "5.00")
    await waitForLane(store, lane.key, "knows of the refund", ({ isDue, events }) => !isDue && events > 1)
    expect(await decideOn(wish, seen)).toMatchObject({
      kind: "conflict",
      now: { state: "review", facts: { refunded: [eur("5.00")] } },
    })
    const again = await preview(wish)
    expect(again).toMatchObject({ kind: "possible", will: [{ money: eur("15.00") }] })
    const seenNow = again.kind === "possible" ? again.now.seen : ""
    const both = await Promise.all([decideOn(wish, seenNow), decideOn(wish, seenNow)])
    expect(both.map(({ kind }) => kind).sort()).toEqual(["conflict", "decided"])
    await settled(lane)
    expect(refundsOf(checkout)).toHaveLength(1)
    expect(sandbox.paymentOf(checkout.sessionId).refunded).toEqual(eur("20.00"))
  })

  it("hears the gateway's no, and the payment needs a decision again", async () => {
    const checkout = await startPaying(store)
    // The gateway itself knows nothing of this money.
    await send(await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "20.00" }))
    const lane = await waitForReview(store, checkout.sessionId)
    expect(await decide({ lane_id: lane.id, kind: "refund" })).toMatchObject({ kind: "decided" })
    const decision = await waitUntil("the decision failed", async () => {
      const { rows } = await store.sql.query<{ error: string | null }>(
        `select detail->>'error' as error from ipn_decision where lane_id = $1`,
        [lane.id]
      )
      return rows[0]?.error ?? false
    })
    expect(decision).toMatch(/\w/)
    await waitForReview(store, checkout.sessionId)
    expect(await openIssues(lane.id)).toEqual(["amount_mismatch"])
  })

  it("can only set aside what is nobody's here, and nothing that is settled", async () => {
    const checkout = await startPaying(store)
    const edit = (body: string) => body.replace(/"test":\s*true/, '"test":false')
    await send(await signedMessage(store, "sandbox", "payment.captured", checkout, { edit }))
    const { id } = await waitForReview(store, checkout.sessionId)
    for (const kind of ["accept_part", "accept_full", "refund"] as const) {
      expect(await preview({ lane_id: id, kind })).toMatchObject({
        kind: "not_possible",
        now: { reason: "mode_differs", possible: ["ignore"] },
      })
    }
    const paidCheckout = await startPaying(store)
    await sandbox.pay(sandbox.paymentOf(paidCheckout.sessionId).id)
    await settledTruth(store, paidCheckout)
    const paidLane = await laneOf(store, `ref:${paidCheckout.sessionId}`)
    expect(await preview({ lane_id: paidLane!.id, kind: "ignore" })).toMatchObject({
      kind: "not_possible",
      now: { possible: [] },
    })
    expect(await preview({ lane_id: "ipnlane_none", kind: "ignore" })).toEqual({ kind: "not_found" })
  })

  describe("a payment that the store does not know", () => {
    it("is attached to a cart: its order is placed and paid, and what comes later follows", async () => {
      const checkout = await startPaying(store)
      const lane = await unknown("invoice-77", checkout.amount)
      const wish = { lane_id: lane.id, kind: "attach", cart_id: checkout.cartId } as const
      expect(await preview(wish)).toMatchObject({
        kind: "possible",
        will: [{ text: `will place the order of cart ${checkout.cartId} with ${checkout.amount} EUR` }],
      })
      expect(await decide(wish)).toMatchObject({ kind: "decided" })
      await settled(lane, "moved")
      const order = await store.waitForPaidOrder(checkout.cartId)
      expect(order).toMatchObject({ captures: 1, reservations: 1 })
      expect(Number(order.captured)).toBe(Number(checkout.amount))

      await tellUnknown("refund.succeeded", "invoice-77", checkout.amount)
      await store.waitForOrderThat(checkout.cartId, "is refunded", ({ refunds }) => refunds === 1)
      await settled(lane, "moved")
      expect(await store.ordersOf(checkout.cartId)).toHaveLength(1)
    })

    it("is decided about once the store has done what it tries by itself just then", async () => {
      const lane = await unknown("invoice-tried", "20.00")
      await store.sql.query(
        `update ipn_lane set lease_until = now() + interval '1 second', due_at = now() + interval '1 hour' where id = $1`,
        [lane.id]
      )
      expect(await decide({ lane_id: lane.id, kind: "ignore" })).toMatchObject({ kind: "decided" })
      await settled(lane, "ignored")
    })

    it("of another amount is attached only once it is said what that means", async () => {
      const checkout = await startPaying(store)
      const lane = await unknown("invoice-78", "20.00")
      const wish = { lane_id: lane.id, kind: "attach", cart_id: checkout.cartId } as const
      expect(await decide(wish)).toMatchObject({
        kind: "difference",
        difference: {
          told: eur("20.00"),
          target: eur(checkout.amount),
          difference: eur((20 - Number(checkout.amount)).toFixed(2)),
        },
      })
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0 })
      expect(await decide({ ...wish, accept: "accept_part" })).toMatchObject({ kind: "decided" })
      const order = await store.waitForOrderThat(checkout.cartId, "has the money", ({ captured }) => {
        return Number(captured) === 20
      })
      const rest = Number(checkout.amount) - 20
      await waitUntil("the rest is owed", async () => Math.abs((await owedBy(order.id)) - rest) < 0.001)
    })
  })

  it("money whose cart is deleted: it goes to another cart, or back", async () => {
    const [one, two, other] = [await startPaying(store), await startPaying(store), await startPaying(store)]
    for (const checkout of [one, two]) {
      await store.sql.query(`update cart set deleted_at = now() where id = $1`, [checkout.cartId])
      await sandbox.pay(sandbox.paymentOf(checkout.sessionId).id)
    }
    const [moved, returned] = [
      await waitForReview(store, one.sessionId),
      await waitForReview(store, two.sessionId),
    ]
    expect([moved.reason, returned.reason]).toEqual(["no_cart", "no_cart"])
    expect(await openIssues(moved.id)).toEqual(["money_without_order"])
    expect(await decide({ lane_id: moved.id, kind: "attach", cart_id: other.cartId })).toMatchObject({
      kind: "decided",
    })
    expect(await decide({ lane_id: returned.id, kind: "refund" })).toMatchObject({ kind: "decided" })
    await settled(moved, "moved")
    await settled(returned)
    await store.waitForPaidOrder(other.cartId)
    expect(refundsOf(two)).toHaveLength(1)
    expect(refundsOf(one)).toHaveLength(0)
    // What the ledger had posted before is not counted twice.
    await waitUntil("the ledger has the money once", async () => {
      const { rows } = await store.sql.query<{ lane_id: string; balance: string }>(
        `select lane_id, sum(case when debit like 'assets:gateway:%' then amount::numeric else -amount::numeric end)::text as balance
         from ipn_ledger_entry where gateway_payment_id = $1 group by lane_id`,
        [sandbox.paymentOf(one.sessionId).id]
      )
      const [old, now] = [
        rows.find((row) => row.lane_id === moved.id),
        rows.find((row) => row.lane_id !== moved.id),
      ]
      return Number(old?.balance) === 0 && Number(now?.balance) === Number(one.amount)
    })
  })

  it("money that went to another cart buys its own no more", async () => {
    const [from, to] = [await startPaying(store), await startPaying(store)]
    await price(from, "29.95")
    await sandbox.pay(sandbox.paymentOf(from.sessionId).id)
    const lane = await waitForReview(store, from.sessionId)
    expect(lane.reason).toBe("cart_changed")
    expect(await decide({ lane_id: lane.id, kind: "attach", cart_id: to.cartId })).toMatchObject({
      kind: "decided",
    })
    await settled(lane, "moved")
    await store.waitForPaidOrder(to.cartId)
    await price(from, "19.95")
    await expect(store.buyer.completeCart(from.cartId)).rejects.toThrow("Payment sessions are required")
    expect(await store.ordersOf(from.cartId)).toEqual([])
    await send(await signedMessage(store, "sandbox", "payment.captured", from))
    await settled(lane, "moved")
    expect(await store.ordersOf(to.cartId)).toHaveLength(1)
  })

  /** Medusa drops the session when a buyer changes the cart; staff, scripts and other plugins do not. */
  async function price({ cartId }: Paying, amount: string): Promise<void> {
    await store.sql.query(
      `update cart_line_item set unit_price = $2::numeric, raw_unit_price = jsonb_build_object('value', $2::text, 'precision', 20)
        where cart_id = $1`,
      [cartId, amount]
    )
  }

  /** Four payments, stopped one after the other, each at its own moment, and one crash for all of them. */
  describe("a crash", () => {
    /** Where the process is killed; the writer's own write is undone. */
    const moments: Readonly<Record<string, (laneId: string) => Omit<Moment, "name">>> = {
      "before the gateway is asked to give money back": (laneId) => ({
        table: "ipn_effect",
        on: "insert",
        when: `new.kind = 'give_back' and new.lane_id = '${laneId}'`,
      }),
      "after its answer is stored": (laneId) => ({
        table: "ipn_effect",
        on: "update",
        when: `new.kind = 'give_back' and new.state = 'done' and new.lane_id = '${laneId}'`,
      }),
      // Last: whoever stands here keeps the process from storing what the gateway says of others.
      "after it did, before its answer is stored": (laneId) => ({
        table: "ipn_payment_event",
        on: "insert",
        when: `new.type = 'refund.succeeded' and new.message_id is null and new.lane_id = '${laneId}'`,
      }),
    }
    const attaching = "the expected payment is noted"
    const refunded = new Map<string, Awaited<ReturnType<typeof paid>>>()
    let attached: Readonly<{ lane: Lane; checkout: Paying }>

    beforeAll(async () => {
      const checkout = await startPaying(store)
      attached = { checkout, lane: await unknown("invoice-79", checkout.amount) }
      for (const name of Object.keys(moments)) refunded.set(name, await paid("20.00"))
      const pause = await pauseAt(store.databaseUrl, store.sql, [
        ...[...refunded].map(([name, { lane }]) => ({ name, ...moments[name]!(lane.id) })),
        {
          name: attaching,
          table: "ipn_expected_payment",
          on: "insert",
          when: `new.cart_id = '${checkout.cartId}'`,
        },
      ])
      await decide({ lane_id: attached.lane.id, kind: "attach", cart_id: checkout.cartId })
      await pause.reached([attaching])
      for (const [name, { lane }] of refunded) {
        expect(await decide({ lane_id: lane.id, kind: "refund" })).toMatchObject({ kind: "decided" })
        await pause.reached([name])
      }
      store.kill("SIGKILL")
      await store.exited()
      await pause.cutOff()
      store = await store.restart()
    })

    it.each(Object.keys(moments))("%s: it goes back once", async (name) => {
      const { lane, ...checkout } = refunded.get(name)!
      await settled(lane)
      expect(refundsOf(checkout)).toHaveLength(1)
      expect(sandbox.paymentOf(checkout.sessionId).refunded).toEqual(eur("20.00"))
      const { rows } = await store.sql.query(
        `select detail ? 'done_at' as done, detail->>'error' as error from ipn_decision where lane_id = $1`,
        [lane.id]
      )
      expect(rows).toEqual([{ done: true, error: null }])
    })

    it("while a payment is attached: one paid order", async () => {
      const { checkout, lane } = attached
      const order = await store.waitForPaidOrder(checkout.cartId)
      expect(order).toMatchObject({ captures: 1, reservations: 1 })
      await settled(lane, "moved")
      expect(await store.ordersOf(checkout.cartId)).toHaveLength(1)
    })
  })
})
