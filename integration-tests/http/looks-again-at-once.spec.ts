import { knex, type Knex } from "@medusajs/framework/mikro-orm/knex"
import { completeSettings } from "../../src/config/settings"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { Issues } from "../../src/modules/ipn/issues/issues"
import { gapIssues } from "../../src/modules/ipn/issues/watch-orders"
import { Watching } from "../../src/modules/ipn/issues/watching"
import { Ledger } from "../../src/modules/ipn/ledger/ledger"
import { holdOf, makeGoods, stockOf } from "../support/goods"
import { paidOnce, settledTruth } from "../support/invariants"
import { settledLane, waitForLane } from "../support/lanes"
import { deliver, signedMessage, type MessageOptions } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { waitUntil } from "../support/store/wait-until"

/** What a job sees within the hour, a subscriber sees as it happens. */
describe("looks again at once", () => {
  let sandbox: SandboxSimulator
  let store: LentStore
  let db: Knex
  let issues: Issues
  let watching: Watching
  let ledger: Ledger

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({ simulators: { sandbox: sandbox.url } })
    db = knex({ client: "pg", connection: store.databaseUrl, pool: { min: 0, max: 2 } })
    issues = new Issues(db, { wake: () => undefined })
    watching = new Watching(db, issues, Object.keys(store.accounts))
    ledger = new Ledger(db)
  })
  afterAll(async () => {
    await db?.destroy()
    await store?.stop()
    await sandbox?.stop()
  })

  async function tell(checkout: Paying, type: string, options: MessageOptions = {}): Promise<void> {
    await deliver(await signedMessage(store, "sandbox", type, checkout, options))
    await settledLane(store, checkout.sessionId)
  }

  async function statusOf(kind: string, orderIds: readonly string[]): Promise<string[]> {
    const { rows } = await store.sql.query<{ order_id: string; status: string }>(
      `select order_id, status from ipn_issue where kind = $1 and order_id = any($2)`,
      [kind, orderIds]
    )
    return orderIds.map((id) => rows.find(({ order_id }) => order_id === id)?.status ?? "none")
  }

  async function orderIdOf({ cartId }: Paying): Promise<string> {
    return (await store.waitForOrder(cartId)).id
  }

  describe("at an order", () => {
    it("that is unpaid for too long: cancelled, paid or marked as paid, it is no issue any more; others are", async () => {
      await store.admin("POST", "/admin/ipn/settings", { values: { "orders.when": "pending" } })
      const checkouts: Paying[] = []
      for (let n = 0; n < 4; n++) {
        const checkout = await startPaying(store)
        await tell(checkout, "payment.pending")
        checkouts.push(checkout)
      }
      await store.admin("POST", "/admin/ipn/settings", { values: { "orders.when": "authorized" } })
      const orders = await Promise.all(checkouts.map(orderIdOf))
      const [cancelled, , marked] = orders
      const settings = completeSettings(new Map())
      await watching.watchOrders(settings)
      expect(await statusOf("order_unpaid_too_long", orders)).toEqual(["none", "none", "none", "none"])
      await store.sql.query(
        `update "order" set created_at = created_at - interval '73 hours' where id = any($1)`,
        [orders]
      )
      await watching.watchOrders(settings)
      await watching.watchOrders(settings)
      expect(await statusOf("order_unpaid_too_long", orders)).toEqual(["open", "open", "open", "open"])

      await store.admin("POST", `/admin/orders/${cancelled}/cancel`)
      await tell(checkouts[1]!, "payment.captured")
      const { payment_collection } = await store.admin<{ payment_collection: { id: string } }>(
        "POST",
        "/admin/payment-collections",
        { order_id: marked, amount: Number(checkouts[2]!.amount) }
      )
      await store.admin("POST", `/admin/payment-collections/${payment_collection.id}/mark-as-paid`, {
        order_id: marked,
      })
      await waitUntil("three of four are resolved", async () => {
        const now = await statusOf("order_unpaid_too_long", orders)
        return now.slice(0, 3).every((status) => status === "resolved")
      })
      expect(await statusOf("order_unpaid_too_long", orders)).toEqual([
        "resolved",
        "resolved",
        "resolved",
        "open",
      ])
    })

    it("that differs from the ledger: until both agree, and no sooner", async () => {
      const checkouts = [await startPaying(store), await startPaying(store)]
      for (const checkout of checkouts) await tell(checkout, "payment.captured")
      const orders = await Promise.all(checkouts.map(orderIdOf))
      // Refunds of which Medusa alone knows; the gateway tells of ten.
      for (const [index, amount] of [10, 12].entries()) {
        await db.raw(
          `with booked as (
             insert into refund (id, payment_id, amount, raw_amount)
             select 'ref_' || id, id, :amount::numeric, jsonb_build_object('value', :amount::text, 'precision', 20)
             from payment where payment_session_id = :session returning id
           )
           insert into order_transaction (id, order_id, version, amount, raw_amount, currency_code, reference, reference_id)
           select 'ordtrx_' || id, :order, 1, -(:amount::numeric), jsonb_build_object('value', '-' || :amount::text, 'precision', 20),
             'eur', 'refund', id from booked`,
          { amount, session: checkouts[index]!.sessionId, order: orders[index]! }
        )
      }
      for (const issue of gapIssues(await ledger.drift({ orderIds: orders, quietForMs: 0 }))) {
        await issues.raise(issue)
      }
      expect(await statusOf("ledger_gap", orders)).toEqual(["open", "open"])
      for (const checkout of checkouts) await tell(checkout, "refund.succeeded")
      await waitUntil("the first is resolved, and the second is smaller", async () => {
        const { rows } = await store.sql.query<{ now: string }>(
          `select string_agg(status || ' ' || amount, ', ' order by array_position($1::text[], order_id)) as now
           from ipn_issue where kind = 'ledger_gap' and order_id = any($1)`,
          [orders]
        )
        return rows[0]?.now === "resolved 10.00, open 2.00"
      })
    })
  })

  it("at goods that are there again: who has paid gets the order, and whose payment is pending gets them held", async () => {
    const at = store.seeded.stockLocationId
    const goods = await makeGoods(store, { parts: [{ stock: { [at]: 1 } }] })
    const { variantId, itemIds } = goods
    const [paid, pending] = [await startPaying(store, { variantId }), await startPaying(store, { variantId })]
    const other = await store.buyer.fillCart({ variantId })
    await store.buyer.choosePayment(other, { providerId: "pp_system_default" })
    await store.buyer.completeCart(other)
    await tell(paid, "payment.captured")
    await tell(pending, "payment.pending")
    const lane = await waitForLane(
      store,
      `ref:${paid.sessionId}`,
      "is in review",
      ({ state }) => state === "review"
    )
    expect([lane.reason, await store.ordersOf(paid.cartId)]).toEqual(["out_of_stock", []])
    // Medusa never came to authorise it, and knows of the money all the same: nobody pays for the cart again.
    const { rows: known } = await store.sql.query(
      `select s.status, p.canceled_at from payment_session s join payment p on p.payment_session_id = s.id where s.id = $1`,
      [paid.sessionId]
    )
    expect(known).toEqual([{ status: "authorized", canceled_at: null }])
    expect(await holdOf(store, pending.cartId)).toBeUndefined()

    await store.admin("POST", `/admin/inventory-items/${itemIds[0]}/location-levels/${at}`, {
      stocked_quantity: 3,
    })
    await store.waitForPaidOrder(paid.cartId)
    expect(await settledTruth(store, paid)).toEqual(paidOnce(paid))
    await waitUntil("they are held", async () => (await holdOf(store, pending.cartId))?.state === "held")
    expect(await stockOf(store, goods)).toEqual([{ stocked: 3, reserved: 3, reservations: [1, 1, 1] }])
    await waitUntil("nobody needs to know any more", async () => {
      const { rows } = await store.sql.query<{ status: string }>(
        `select status from ipn_issue where cart_id = any($1) order by kind`,
        [[paid.cartId, pending.cartId]]
      )
      return rows.map(({ status }) => status).join() === "resolved,resolved"
    })
  })

  it("at a gateway that was silent: its first message ends the alarm, before the job would", async () => {
    const checkout = await startPaying(store)
    await issues.raise({
      kind: "gateway_silent",
      subject: "sandbox",
      severity: "urgent",
      accountId: "sandbox",
      detail: { never: true },
    })
    await tell(checkout, "payment.captured")
    await waitUntil(
      "the alarm is over",
      async () => {
        const { rows } = await store.sql.query(
          `select 1 from ipn_issue where kind = 'gateway_silent' and status = 'resolved'`
        )
        return rows.length === 1
      },
      { withinMs: 5_000 }
    )
  })
})
