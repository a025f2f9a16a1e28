import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { settledTruth } from "../support/invariants"
import { laneOf, makeDue, waitForLane, waitForReview } from "../support/lanes"
import { deliver, signedMessage, type MessageOptions } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import type { Order } from "../support/store/store"

/** What the owner decides in the settings holds from the next message on, without a deploy. */
describe("the store obeys the owner's policies", () => {
  let sandbox: SandboxSimulator
  let store: LentStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({ simulators: { sandbox: sandbox.url } })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  const defaults = {
    "orders.when": "authorized",
    "orders.failure_grace_minutes": 0,
    "orders.partial": "await",
    "orders.tolerance_percent": 0,
    "orders.cancel_unpaid_after_hours": null,
    "orders.cancel_unpaid_on_failure": false,
    "orders.late_payment": "revive",
    "accounts.paused": [],
    events: {},
  }

  /** Changes what is given in the settings, all else as it was at first. */
  async function decide(values: Partial<Record<keyof typeof defaults, unknown>>): Promise<void> {
    await store.admin("POST", "/admin/ipn/settings", { values: { ...defaults, ...values } })
  }

  const idOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id
  const key = ({ sessionId }: Paying) => `ref:${sessionId}`
  const asks = () => sandbox.calls.filter(({ method }) => method === "GET").length

  async function tell(checkout: Paying, type: string, options: MessageOptions = {}): Promise<void> {
    await deliver(
      await signedMessage(store, "sandbox", type, checkout, { payment: idOf(checkout), ...options })
    )
  }

  /** Tells and waits until the payment is settled for now. */
  async function settled(checkout: Paying, type: string, options: MessageOptions = {}) {
    await tell(checkout, type, options)
    return settledTruth(store, checkout)
  }

  async function orderOf(checkout: Paying): Promise<Order> {
    const orders = await store.ordersOf(checkout.cartId)
    expect(orders).toHaveLength(1)
    return orders[0]!
  }

  async function summaryOf(order: Order) {
    const { order: shown } = await store.admin<{
      order: { total: number; summary: { pending_difference: number } }
    }>("GET", `/admin/orders/${order.id}?fields=id,total,summary,credit_line_total`)
    return { total: shown.total, owed: shown.summary.pending_difference }
  }

  describe("when an order is placed", () => {
    it.each([
      ["pending", [1, 1, 1]],
      ["authorized", [0, 1, 1]],
      ["paid", [0, 0, 1]],
    ])("%s", async (when, orders) => {
      await decide({ "orders.when": when })
      const checkout = await startPaying(store)
      const seen: number[] = []
      for (const type of ["payment.pending", "payment.authorized", "payment.captured"]) {
        seen.push((await settled(checkout, type)).orders)
      }
      expect(seen).toEqual(orders)
      expect(await orderOf(checkout)).toMatchObject({ payment_status: "captured", captures: 1 })
    })
  })

  it("waits for the rest of a payment, or takes a part", async () => {
    await decide({ "orders.partial": "await" })
    const waiting = await startPaying(store)
    await tell(waiting, "payment.captured", { amount: "3.00" })
    expect(await waitForReview(store, waiting.sessionId)).toMatchObject({ reason: "amount_short" })
    expect(await store.ordersOf(waiting.cartId)).toEqual([])

    await decide({ "orders.partial": "accept" })
    const taken = await startPaying(store)
    expect(await settled(taken, "payment.captured", { amount: "3.00" })).toMatchObject({
      orders: 1,
      captured: "3.00",
    })
    const owed = Number((Number(taken.amount) - 3).toFixed(2))
    expect(await summaryOf(await orderOf(taken))).toEqual({ total: Number(taken.amount), owed })
  })

  it("writes off what is missing within the tolerance, and nothing beyond it", async () => {
    await decide({ "orders.tolerance_percent": 1 })
    const within = await startPaying(store)
    const amount = (Number(within.amount) - 0.2).toFixed(2)
    expect(await settled(within, "payment.captured", { amount })).toMatchObject({
      orders: 1,
      captured: amount,
    })
    expect(await summaryOf(await orderOf(within))).toEqual({ total: Number(amount), owed: 0 })

    // To Medusa a difference of a cent is none: it takes no credit line for it.
    const byACent = await startPaying(store)
    const almost = (Number(byACent.amount) - 0.01).toFixed(2)
    expect(await settled(byACent, "payment.captured", { amount: almost })).toMatchObject({
      orders: 1,
      captured: almost,
    })
    expect(await summaryOf(await orderOf(byACent))).toEqual({ total: Number(byACent.amount), owed: 0 })

    const beyond = await startPaying(store)
    await tell(beyond, "payment.captured", { amount: (Number(beyond.amount) - 0.3).toFixed(2) })
    expect(await waitForReview(store, beyond.sessionId)).toMatchObject({ reason: "amount_short" })
  })

  it("settles what is a little short although the goods are to come back before they are paid", async () => {
    await decide({ "orders.when": "pending", "orders.tolerance_percent": 1 })
    const checkout = await startPaying(store)
    await settled(checkout, "payment.pending")
    await askForReturn(await orderOf(checkout))
    const amount = (Number(checkout.amount) - 0.2).toFixed(2)
    await tell(checkout, "payment.captured", { amount })
    await waitForLane(store, key(checkout), "is settled", ({ state, isDue }) => state === "settled" && !isDue)
    expect(await orderOf(checkout)).toMatchObject({ captured: amount, transactions: amount })
  })

  /** The goods of an order are sent, and the buyer wants to send them back. */
  async function askForReturn({ id }: Order): Promise<void> {
    const { order } = await store.admin<{ order: { items: { id: string }[] } }>(
      "GET",
      `/admin/orders/${id}?fields=id,items.id`
    )
    const items = order.items.map((item) => ({ id: item.id, quantity: 1 }))
    const location_id = store.seeded.stockLocationId
    await store.admin("POST", `/admin/orders/${id}/fulfillments`, { items, location_id })
    const begun = await store.admin<{ return: { id: string } }>("POST", "/admin/returns", {
      order_id: id,
      location_id,
    })
    await store.admin("POST", `/admin/returns/${begun.return.id}/request-items`, { items })
    await store.admin("POST", `/admin/returns/${begun.return.id}/request`, {})
  }

  describe("an order that stays unpaid", () => {
    async function makeTwoHoursOld(orderId: string): Promise<void> {
      await store.sql.query(`update "order" set created_at = created_at - interval '2 hours' where id = $1`, [
        orderId,
      ])
    }

    /** An order that was placed two hours ago and waits for its money. */
    async function unpaid(
      more: Parameters<typeof decide>[0] = {},
      meanwhile: (checkout: Paying) => Promise<void> = () => Promise.resolve()
    ): Promise<Paying> {
      await decide({ "orders.when": "pending", "orders.cancel_unpaid_after_hours": 1, ...more })
      const checkout = await startPaying(store)
      await sandbox.pend(idOf(checkout))
      await tell(checkout, "payment.pending")
      const { id } = await store.waitForOrder(checkout.cartId)
      await waitForLane(
        store,
        key(checkout),
        "waits",
        ({ state, reason }) => state === "waiting" && reason === "order_unpaid"
      )
      await meanwhile(checkout)
      await makeTwoHoursOld(id)
      return checkout
    }

    async function cancelled(
      more: Parameters<typeof decide>[0] = {},
      onTheWay: () => void = () => undefined
    ): Promise<Paying> {
      const checkout = await unpaid(more)
      onTheWay()
      await makeDue(store, key(checkout))
      await store
        .waitForOrderThat(checkout.cartId, "is cancelled", ({ status }) => status === "canceled")
        .catch(async (cause: Error) => {
          const lane = JSON.stringify(await laneOf(store, key(checkout)))
          throw new Error(`${cause.message}; its lane: ${lane}`, { cause })
        })
      return checkout
    }

    it("is cancelled after its hours, and only after the gateway was asked", async () => {
      let before = 0
      const checkout = await cancelled({}, () => (before = asks()))
      expect(asks()).toBeGreaterThan(before)
      expect(await orderOf(checkout)).toMatchObject({ status: "canceled", reservations: 0, captures: 0 })
      expect(sandbox.calls.filter(({ path }) => path.endsWith("/cancel"))).toEqual([])
    })

    it("stands while its gateway cannot be asked", async () => {
      const checkout = await unpaid()
      sandbox.setDown(true)
      try {
        await makeDue(store, key(checkout))
        await waitForLane(store, key(checkout), "could not be settled", ({ error }) => error !== null)
      } finally {
        sandbox.setDown(false)
      }
      expect(await orderOf(checkout)).toMatchObject({ status: "pending", reservations: 1 })
    })

    it("is paid instead when the gateway says so, whose message was lost", async () => {
      const checkout = await unpaid()
      await sandbox.pay(idOf(checkout))
      await makeDue(store, key(checkout))
      const order = await store.waitForPaidOrder(checkout.cartId)
      expect(order).toMatchObject({ status: "pending", reservations: 1 })
    })

    it("stays when a second try paid it, whose message was lost", async () => {
      const checkout = await unpaid({}, async ({ collectionId, sessionId }) => {
        const { payment_collection: chosen } = await store.buyer.call<{
          payment_collection: { payment_sessions: { id: string }[] }
        }>("POST", `/store/payment-collections/${collectionId}/payment-sessions`, {
          provider_id: "pp_ipn_sandbox",
        })
        const second = chosen.payment_sessions.find(({ id }) => id !== sessionId)!
        await sandbox.pay(sandbox.paymentOf(second.id).id)
      })
      await makeDue(store, key(checkout))
      const order = await store.waitForPaidOrder(checkout.cartId)
      await waitForLane(
        store,
        key(checkout),
        "is settled",
        ({ state, isDue }) => state === "settled" && !isDue
      )
      expect(await orderOf(checkout)).toMatchObject({ id: order.id, status: "pending", reservations: 1 })
      const { rows } = await store.sql.query(
        `select state from ipn_effect where kind = 'cancel_order' and object_id = $1`,
        [order.id]
      )
      expect(rows).toEqual([])
    })

    it("stays when it was paid in another way after its authorisation lapsed", async () => {
      await decide({ "orders.when": "authorized", "orders.cancel_unpaid_after_hours": 1 })
      const checkout = await startPaying(store)
      await sandbox.authorize(idOf(checkout))
      await settled(checkout, "payment.authorized")
      await sandbox.expire(idOf(checkout))
      await tell(checkout, "payment.expired")
      await waitForLane(
        store,
        key(checkout),
        "waits for the order",
        ({ state, reason }) => state === "waiting" && reason === "order_unpaid"
      )
      const { id } = await orderOf(checkout)
      const { payment_collection: asked } = await store.admin<{ payment_collection: { id: string } }>(
        "POST",
        "/admin/payment-collections",
        { order_id: id, amount: Number(checkout.amount) }
      )
      await store.admin("POST", `/admin/payment-collections/${asked.id}/mark-as-paid`, { order_id: id })
      await makeTwoHoursOld(id)
      await makeDue(store, key(checkout))
      await waitForLane(
        store,
        key(checkout),
        "is settled",
        ({ state, isDue }) => state === "settled" && !isDue
      )
      const [order] = (await store.ordersOf(checkout.cartId)).slice(-1)
      expect(order).toMatchObject({ status: "pending", transactions: expect.stringContaining("24.95") })
    })

    it("stays when no hours are set", async () => {
      await decide({ "orders.when": "pending" })
      const checkout = await startPaying(store)
      expect(await settled(checkout, "payment.pending")).toMatchObject({ orders: 1, lane: "settled" })
      expect(await laneOf(store, key(checkout))).toMatchObject({ isDue: false })
    })

    it.each([
      [true, "canceled", 0],
      [false, "pending", 1],
    ])("is cancelled when its payment failed: %s", async (cancels, status, reservations) => {
      await decide({ "orders.when": "pending", "orders.cancel_unpaid_on_failure": cancels })
      const checkout = await startPaying(store)
      await settled(checkout, "payment.pending")
      await sandbox.fail(idOf(checkout))
      await settled(checkout, "payment.failed")
      expect(await orderOf(checkout)).toMatchObject({ status, reservations })
    })

    it("stands again when its money comes after all", async () => {
      const checkout = await cancelled()
      await settled(checkout, "payment.captured")
      expect(await orderOf(checkout)).toMatchObject({
        status: "pending",
        payment_status: "captured",
        captures: 1,
        reservations: 1,
      })
    })

    it("is left to a person when its goods are gone by then", async () => {
      const checkout = await cancelled()
      const stock = `update inventory_level set stocked_quantity = $1::numeric,
        raw_stocked_quantity = jsonb_build_object('value', $1::text, 'precision', 20)
        where inventory_item_id in (select inventory_item_id from product_variant_inventory_item where variant_id = $2)`
      const variant = store.seeded.variantIds["t-shirt"]
      await store.sql.query(stock, ["0", variant])
      await tell(checkout, "payment.captured")
      const lane = await waitForLane(store, key(checkout), "is in review", ({ state }) => state === "review")
      expect(lane.reason).toBe("out_of_stock")
      expect(await orderOf(checkout)).toMatchObject({ status: "canceled", reservations: 0 })
      await store.sql.query(stock, ["1000000", variant])
    })

    it("is left to a person when the owner wants it so", async () => {
      const checkout = await cancelled({ "orders.late_payment": "review" })
      await tell(checkout, "payment.captured")
      expect(await waitForReview(store, checkout.sessionId)).toMatchObject({ reason: "order_canceled" })
      expect(await orderOf(checkout)).toMatchObject({ status: "canceled", captures: 0 })
    })

    it("is left to a person when a person had cancelled it", async () => {
      await decide({ "orders.when": "pending" })
      const checkout = await startPaying(store)
      await settled(checkout, "payment.pending")
      await store.admin("POST", `/admin/orders/${(await orderOf(checkout)).id}/cancel`)
      await tell(checkout, "payment.captured")
      expect(await waitForReview(store, checkout.sessionId)).toMatchObject({ reason: "order_canceled" })
      expect(await orderOf(checkout)).toMatchObject({ status: "canceled", captures: 0 })
    })
  })

  describe("per type of event", () => {
    async function refundWith(mode: "handle" | "record" | "ignore") {
      await decide({ events: { "sandbox:refund.succeeded": mode } })
      const checkout = await startPaying(store)
      await settled(checkout, "payment.captured")
      await settled(checkout, "refund.succeeded", { amount: "5.00" })
      const { rows } = await store.sql.query<{ outcome: string; booked: number }>(
        `select event.outcome,
           (select count(*)::int from ipn_ledger_entry entry where entry.lane_id = lane.id and entry.entry = 'refund') as booked
         from ipn_payment_event event join ipn_lane lane on lane.id = event.lane_id
         where lane.key = $1 and event.type = 'refund.succeeded'`,
        [key(checkout)]
      )
      return { ...rows[0]!, refunds: (await orderOf(checkout)).refunds }
    }

    it("handles, records only, or ignores", async () => {
      expect(await refundWith("handle")).toEqual({ outcome: "applied", booked: 1, refunds: 1 })
      expect(await refundWith("record")).toEqual({ outcome: "ignored", booked: 1, refunds: 0 })
      expect(await refundWith("ignore")).toEqual({ outcome: "ignored", booked: 0, refunds: 0 })
    })
  })

  it("keeps what a paused account is told, and settles it when the account goes on", async () => {
    await decide({})
    await store.admin("POST", "/admin/ipn/accounts/sandbox/pause")
    const checkout = await startPaying(store)
    await tell(checkout, "payment.captured")
    await waitForLane(store, key(checkout), "waits", ({ reason }) => reason === "account_paused")
    expect(await store.ordersOf(checkout.cartId)).toEqual([])
    const { messages } = await store.admin<{ messages: { state: string; reason: string }[] }>(
      "GET",
      `/admin/ipn/messages?reference=${checkout.sessionId}`
    )
    expect(messages).toEqual([expect.objectContaining({ state: "waiting", reason: "account_paused" })])
    await store.admin("POST", "/admin/ipn/accounts/sandbox/resume")
    await store.waitForPaidOrder(checkout.cartId)
  })
})
