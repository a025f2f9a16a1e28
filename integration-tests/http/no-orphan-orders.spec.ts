import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { makeGoods, type Goods } from "../support/goods"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { deliver, signedMessage } from "../support/messages"
import { ends, pauseAt, type End, type Moment } from "../support/pause-at"
import { startPaying, type Paying } from "../support/paying"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"
import { isLocked } from "../support/subject-lock"

/** Each write of core while a buyer's browser completes a cart, and the one of ours after it. */
const moments: Record<string, (checkout: Paying) => Omit<Moment, "name">> = {
  "the cart is marked": ({ cartId }) => ({
    table: "cart",
    on: "update",
    when: `new.id = '${cartId}' and new.metadata ? 'ipn_completion'`,
  }),
  "the order is made": ({ email }) => ({ table: "order", on: "insert", when: `new.email = '${email}'` }),
  "the order is linked to its cart": ({ cartId }) => ({
    table: "order_cart",
    on: "insert",
    when: `new.cart_id = '${cartId}'`,
  }),
  "the cart is closed": ({ cartId }) => ({
    table: "cart",
    on: "update",
    when: `new.id = '${cartId}' and new.completed_at is not null`,
  }),
  "the payment is made": ({ sessionId }) => ({
    table: "payment",
    on: "insert",
    when: `new.payment_session_id = '${sessionId}'`,
  }),
  "the completion is done": ({ cartId }) => ({
    table: "ipn_effect",
    on: "update",
    when: `new.lane_id = 'cart:${cartId}' and new.state = 'done'`,
  }),
}

/** A crash while core places an order for a buyer's browser: its marker tells later whose order it is, and how far it got. */
describe("no orphan orders", () => {
  let sandbox: SandboxSimulator
  let store: OwnStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await startStore({
      simulators: { sandbox: sandbox.url },
      env: {
        IPN_OPTIONS: JSON.stringify({ worker: { leaseMs: 1_500, concurrency: 8 } }),
        // Whoever is stopped holds a connection.
        DB_POOL_MAX: "40",
      },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  async function orphansOf({ email }: Paying): Promise<number> {
    const { rows } = await store.sql.query<{ count: number }>(
      `select count(*)::int as count from "order" where email = $1 and deleted_at is null`,
      [email]
    )
    return rows[0]!.count
  }

  async function stockUp({ itemIds }: Goods, pieces: number): Promise<void> {
    await store.admin(
      "POST",
      `/admin/inventory-items/${itemIds[0]}/location-levels/${store.seeded.stockLocationId}`,
      { stocked_quantity: pieces }
    )
  }

  describe("when the store is killed while browsers complete carts, each at its moment", () => {
    /** Paid, and the message is on its way: core hears of it by asking the gateway. */
    const paid = new Map<string, Paying>()
    /** Unpaid; their gateway never tells of anything. */
    let swept: Paying
    let retried: Paying
    const nameOf = (moment: string, end: End) => `${moment}, ${end}`

    beforeAll(async () => {
      ;[swept, retried] = [await startPaying(store), await startPaying(store)]
      const stops: Readonly<{ moment: string; end: End; checkout: Paying }>[] = [
        { moment: "the order is linked to its cart", end: "release", checkout: swept },
        { moment: "the cart is closed", end: "release", checkout: retried },
      ]
      for (const moment of Object.keys(moments)) {
        for (const [, end] of ends) {
          const checkout = await startPaying(store)
          await sandbox.pay(sandbox.paymentOf(checkout.sessionId).id)
          paid.set(nameOf(moment, end), checkout)
          stops.push({ moment, end, checkout })
        }
      }
      const pause = await pauseAt(
        store.databaseUrl,
        store.sql,
        stops.map(({ moment, end, checkout }) => ({
          name: `${nameOf(moment, end)} of ${checkout.email}`,
          end,
          ...moments[moment]!(checkout),
        }))
      )
      const answers = stops.map(({ checkout }) =>
        store.buyer.completeCart(checkout.cartId).catch(() => undefined)
      )
      await pause.reached()
      store.kill("SIGKILL")
      await store.exited()
      await pause.end()
      await Promise.all(answers)
      expect([await orphansOf(swept), await orphansOf(retried)]).toEqual([1, 1])
      store = await store.restart()
      for (const checkout of paid.values()) {
        const payment = sandbox.paymentOf(checkout.sessionId).id
        await deliver(await signedMessage(store, "sandbox", "payment.captured", checkout, { payment }))
      }
    })

    describe.each(ends)("a paid cart %s", (_, end) => {
      it.each(Object.keys(moments))("%s: one paid order, once", async (moment) => {
        const checkout = paid.get(nameOf(moment, end))!
        expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      })
    })

    it("the order of an unpaid cart is taken back by a sweep, with the stock that it held", async () => {
      // As time would: core gives up a completion after two minutes.
      await store.sql.query(
        `update ipn_effect set started_at = started_at - interval '1 hour' where object_id = $1 and state = 'started'`,
        [swept.cartId]
      )
      await waitUntil("the sweep came by", async () => (await orphansOf(swept)) === 0, { withinMs: 100_000 })
      expect(await truthOf(store, swept)).toMatchObject({ orders: 0, reservations: 0, captured: "0.00" })
      // The cart can be bought after all.
      await sandbox.pay(sandbox.paymentOf(swept.sessionId).id)
      await store.buyer.completeCart(swept.cartId)
      expect(await settledTruth(store, swept)).toEqual(paidOnce(swept))
    })

    it("the order of an unpaid cart is taken back before the buyer tries again", async () => {
      await sandbox.pay(sandbox.paymentOf(retried.sessionId).id)
      expect(await store.buyer.completeCart(retried.cartId)).toMatchObject({ type: "order" })
      expect(await settledTruth(store, retried)).toEqual(paidOnce(retried))
    })
  })

  it("takes back what core left half made, where its engine could not write for seconds how far it was", async () => {
    const goods = await makeGoods(store, { parts: [{ stock: { [store.seeded.stockLocationId]: 1 } }] })
    const checkout = await startPaying(store, { variantId: goods.variantId })
    await sandbox.pay(sandbox.paymentOf(checkout.sessionId).id)
    await stockUp(goods, 0)
    const linking = await pauseAt(store.databaseUrl, store.sql, [
      { name: "the order is linked to its cart", ...moments["the order is linked to its cart"]!(checkout) },
    ])
    // The engine gives up after seven tries within five seconds. A sequence counts before a write is committed.
    await store.sql.query(
      `create sequence slow_writes;
       create function take_long() returns trigger language plpgsql as $$
         begin perform nextval('slow_writes'); perform pg_sleep(8); return new; end $$;
       create trigger take_long before update on workflow_execution for each row
         when (new.state = 'waiting_to_compensate') execute function take_long()`
    )
    const answer = store.buyer.completeCart(checkout.cartId).catch((error: Error) => error.message)
    await linking.reached()
    await waitUntil("it is written that the goods are not there", async () => {
      const { rows } = await store.sql.query<{ is_called: boolean }>(`select is_called from slow_writes`)
      return rows[0]!.is_called
    })
    await linking.release()
    expect(await answer).toMatch(/temp_failure/)
    await waitUntil("nothing of it is left", async () => (await orphansOf(checkout)) === 0)
    await store.sql.query(
      `drop trigger take_long on workflow_execution; drop function take_long; drop sequence slow_writes`
    )
    // The cart can be bought after all.
    await stockUp(goods, 1)
    expect(await store.buyer.completeCart(checkout.cartId)).toMatchObject({ type: "order" })
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("holds a cart until core has answered, also for a buyer who has gone", async () => {
    const checkout = await startPaying(store)
    await sandbox.pay(sandbox.paymentOf(checkout.sessionId).id)
    const pause = await pauseAt(store.databaseUrl, store.sql, [
      { name: "the order is made", ...moments["the order is made"]!(checkout) },
    ])
    const gone = new AbortController()
    const leaving = fetch(`${store.baseUrl}/store/carts/${checkout.cartId}/complete`, {
      method: "POST",
      headers: { "x-publishable-api-key": store.seeded.publishableKey },
      signal: gone.signal,
    }).catch(() => undefined)
    await pause.reached()
    gone.abort()
    await leaving
    const payment = sandbox.paymentOf(checkout.sessionId).id
    await deliver(await signedMessage(store, "sandbox", "payment.captured", checkout, { payment }))
    // In the same process, so it waits in memory.
    await waitUntil("the message waits for the cart", async () => {
      const claimed = `select 1 from ipn_lane where key = $1 and lease_until is not null`
      return (await store.sql.query(claimed, [`ref:${checkout.sessionId}`])).rowCount === 1
    })
    expect(await isLocked(store.sql, checkout.cartId)).toBe(true)
    await pause.release()
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("makes no call to the gateway that moves money", () => {
    expect(sandbox.calls.filter(({ path }) => /captures|refunds|cancel/.test(path))).toEqual([])
  })
})
