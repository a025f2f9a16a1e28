import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { paidOnce, settledTruth, truthOf, type Truth } from "../support/invariants"
import { makeDue, waitForLane } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { readStoreRows } from "../support/store-rows"
import { borrowStore, type LentStore } from "../support/store/kept-store"

/** An order whose stock is reserved and whose money is still to come. */
const waiting: Truth = {
  orders: 1,
  payment_status: "awaiting",
  counted: "0.00",
  captured: "0.00",
  captures: 0,
  transactions: "0.00",
  reservations: 1,
  lane: "settled",
}

describe("orders that wait for their money", () => {
  let simulator: SandboxSimulator
  let store: LentStore

  beforeAll(async () => {
    simulator = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({
      simulators: { sandbox: simulator.url },
      settings: { "orders.when": "pending" },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await simulator?.stop()
  })

  async function tell(checkout: Paying, ...types: string[]): Promise<void> {
    for (const type of types) {
      expect(await send(await signedMessage(store, "sandbox", type, checkout))).toBe(200)
    }
  }

  async function statusOf({ sessionId }: Paying): Promise<string | undefined> {
    const { rows } = await store.sql.query<{ status: string }>(
      `select status from payment_session where id = $1`,
      [sessionId]
    )
    return rows[0]?.status
  }

  async function orderOf({ cartId }: Paying): Promise<string> {
    const orders = await store.ordersOf(cartId)
    expect(orders).toHaveLength(1)
    return orders[0]!.id
  }

  describe('placed as soon as the gateway has the payment in hand (when: "pending")', () => {
    async function waitingOrder(): Promise<Paying> {
      const checkout = await startPaying(store)
      await tell(checkout, "payment.pending")
      expect(await settledTruth(store, checkout)).toEqual(waiting)
      expect(await statusOf(checkout)).toBe("pending_authorization")
      return checkout
    }

    it("is paid by the capture: the same order, once", async () => {
      const checkout = await waitingOrder()
      const order = await orderOf(checkout)
      await tell(checkout, "payment.captured", "payment.captured", "payment.pending")
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect(await orderOf(checkout)).toBe(order)
    })

    it("is authorised, then captured: the same order, once", async () => {
      const checkout = await waitingOrder()
      const order = await orderOf(checkout)
      await tell(checkout, "payment.authorized")
      expect(await settledTruth(store, checkout)).toEqual({ ...waiting, payment_status: "authorized" })
      await tell(checkout, "payment.captured")
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect(await orderOf(checkout)).toBe(order)
    })

    it("is one order, when the browser comes back at the same moment", async () => {
      const checkout = await startPaying(store)
      const message = await signedMessage(store, "sandbox", "payment.pending", checkout)
      await Promise.all([
        send(message),
        store.buyer.completeCart(checkout.cartId).catch(() => undefined),
        send(message),
      ])
      expect(await settledTruth(store, checkout)).toEqual(waiting)
      await tell(checkout, "payment.captured")
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("is placed for a browser that comes back when the message was lost, and paid later", async () => {
      const checkout = await startPaying(store)
      await simulator.pend(simulator.paymentOf(checkout.sessionId).id)
      expect(await store.buyer.completeCart(checkout.cartId)).toMatchObject({ type: "order" })
      expect(await settledTruth(store, checkout)).toEqual(waiting)
      await simulator.pay(simulator.paymentOf(checkout.sessionId).id)
      await simulator.deliver({ shuffle: 3 })
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("is not placed for a payment that nobody began", async () => {
      const checkout = await startPaying(store)
      await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow(/not authorized/)
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, reservations: 0 })
    })

    describe.each([
      ["failed", "error"],
      ["canceled", "canceled"],
      ["expired", "canceled"],
    ])("when the payment %s", (ending, status) => {
      let checkout: Paying
      let order: string

      const laneKey = () => `ref:${checkout.sessionId}`

      /** Makes the end as old as it would be by then, and due. */
      async function after(minutes: number): Promise<void> {
        const { rowCount } = await store.sql.query(
          `update ipn_payment_event event
              set statement = jsonb_set(statement, '{receivedAt}',
                to_jsonb((statement->>'receivedAt')::timestamptz - $3 * interval '1 minute'))
             from ipn_lane lane where lane.id = event.lane_id and lane.key = $1 and event.type = $2`,
          [laneKey(), `payment.${ending}`, minutes]
        )
        expect(rowCount).toBe(1)
        await makeDue(store, laneKey())
      }

      beforeAll(async () => {
        checkout = await waitingOrder()
        order = await orderOf(checkout)
      })

      it("nothing changes while a success may still come", async () => {
        const before = await readStoreRows(store)
        await tell(checkout, `payment.${ending}`)
        const inGrace = await waitForLane(store, laneKey(), "waits", ({ state, reason }) => {
          return state === "waiting" && reason === `${ending}_in_grace`
        })
        expect(inGrace).toMatchObject({ isDue: true, error: null })
        const { rows } = await store.sql.query<{ minutes: number }>(
          `select extract(epoch from due_at - now())::float8 / 60 as minutes from ipn_lane where key = $1`,
          [laneKey()]
        )
        expect(rows[0]?.minutes).toBeGreaterThan(9)
        expect(rows[0]?.minutes).toBeLessThanOrEqual(10)

        await after(9)
        await waitForLane(store, laneKey(), "was looked at and waits on", ({ state, facts }) => {
          const { at } = (facts?.ended ?? {}) as { at?: number }
          return state === "waiting" && at !== undefined && at < Date.now() - 8 * 60_000
        })
        expect(await readStoreRows(store)).toEqual(before)
      })

      it("then its session is closed, and nothing else changes", async () => {
        const before = await readStoreRows(store)
        await after(2)
        await waitForLane(store, laneKey(), "is settled", ({ state, isDue }) => state === "settled" && !isDue)
        expect(await statusOf(checkout)).toBe(status)
        const { payment_session: _, payment_collection: __, ...others } = await readStoreRows(store)
        expect(before).toMatchObject(others)
        expect(await truthOf(store, checkout)).toEqual(waiting)
        expect(await orderOf(checkout)).toBe(order)
      })

      it("and a success after that still pays the order", async () => {
        await tell(checkout, "payment.captured")
        expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
        expect(await orderOf(checkout)).toBe(order)
      })
    })
  })

  describe('placed only once they are paid (when: "paid")', () => {
    beforeAll(async () => {
      await store.admin("POST", "/admin/ipn/settings", { values: { "orders.when": "paid" } })
    })

    it("an authorisation places no order, for the browser neither; the capture does", async () => {
      const checkout = await startPaying(store)
      await tell(checkout, "payment.pending", "payment.authorized")
      expect(await settledTruth(store, checkout)).toMatchObject({
        orders: 0,
        reservations: 0,
        lane: "settled",
      })
      await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow(/not authorized/)
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, reservations: 0 })
      await tell(checkout, "payment.captured")
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("a capture of a part places no order either", async () => {
      const checkout = await startPaying(store)
      await tell(checkout, "payment.captured-partly")
      expect(await settledTruth(store, checkout)).toMatchObject({ orders: 0, captured: "0.00" })
      await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow(/not authorized/)
      await tell(checkout, "payment.captured")
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })
  })
})
