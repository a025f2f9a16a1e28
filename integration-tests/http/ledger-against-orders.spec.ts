import { knex, type Knex } from "@medusajs/framework/mikro-orm/knex"
import { fromDecimal } from "../../src/domain/money"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { Ledger } from "../../src/modules/ipn/ledger/ledger"
import { waitForLane } from "../support/lanes"
import { deliver, signedMessage } from "../support/messages"
import { startPaying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import type { Order } from "../support/store/store"

let simulator: SandboxSimulator
let store: LentStore
let db: Knex
let ledger: Ledger

beforeAll(async () => {
  simulator = await startSandboxSimulator({ sendsAtOnce: false })
  store = await borrowStore({ simulators: { sandbox: simulator.url } })
  db = knex({ client: "pg", connection: store.databaseUrl, pool: { min: 0, max: 2 } })
  ledger = new Ledger(db)
})
afterAll(async () => {
  await db?.destroy()
  await store?.stop()
  await simulator?.stop()
})

/** An order that the gateway said is paid, once its payment is settled. */
async function paidOrder(): Promise<Order> {
  const checkout = await startPaying(store)
  await deliver(await signedMessage(store, "sandbox", "payment.captured", checkout))
  const order = await store.waitForPaidOrder(checkout.cartId)
  await waitForLane(store, `ref:${checkout.sessionId}`, "is settled", ({ state }) => state === "settled")
  return order
}
const driftOf = (...orders: Order[]) => ledger.drift({ orderIds: orders.map(({ id }) => id), quietForMs: 0 })

describe("the ledger and the orders", () => {
  it("agree about an order that was paid: settling a payment posts it", async () => {
    const order = await paidOrder()
    expect(await driftOf(order)).toEqual([])
    const { entries } = await ledger.list({ orderId: order.id, entry: "payment" })
    expect(entries).toMatchObject([
      { amount: order.captured, order_id: order.id, order_display_id: order.display_id },
    ])
  })

  it("show what one of them does not know, per order", async () => {
    const [same, more, less] = [await paidOrder(), await paidOrder(), await paidOrder()]
    await ledger.adjust({
      accountId: "sandbox",
      debit: "assets:gateway:sandbox",
      credit: "income:orders",
      money: fromDecimal("0.01", more.currency),
      actorId: "user_1",
      note: "A cent that Medusa does not know",
      orderId: more.id,
    })
    // A refund that is booked in Medusa alone.
    await db.raw(
      `insert into refund (id, payment_id, amount, raw_amount)
       select 'ref_' || payment.id, payment.id, 5, '{"value":"5","precision":20}' from payment
       where payment_collection_id = ?`,
      [less.collectionId]
    )
    await db.raw(
      `insert into order_transaction (id, order_id, version, amount, raw_amount, currency_code, reference, reference_id)
       select 'ordtrx_' || refund.id, ?, 1, -5, '{"value":"-5","precision":20}', ?, 'refund', refund.id
       from refund join payment on payment.id = refund.payment_id where payment_collection_id = ?`,
      [less.id, less.currency, less.collectionId]
    )
    const rows = await driftOf(same, more, less)
    expect(rows).toMatchObject([
      {
        order_id: more.id,
        display_id: more.display_id,
        account_id: "sandbox",
        medusa_amount: more.captured,
        difference: "0.01",
      },
      { order_id: less.id, ledger_amount: less.captured, difference: "5.00" },
    ])
    expect(await ledger.drift({ orderIds: [more.id], quietForMs: 0, accountId: "other" })).toEqual([])
    expect(await ledger.drift({ orderIds: [more.id] })).toEqual([])
    expect(await ledger.drift({ orderIds: [more.id], quietForMs: 0, to: new Date(0) })).toEqual([])
  })

  it("say nothing of payments of providers that the plugin does not know", async () => {
    const checkout = await store.buyer.startCheckout({ providerId: "pp_system_default" })
    await store.buyer.completeCart(checkout.cartId)
    const order = await store.waitForOrder(checkout.cartId)
    const { rows } = await store.sql.query<{ id: string }>(
      "select id from payment where payment_collection_id = $1",
      [order.collectionId]
    )
    await store.admin("POST", `/admin/payments/${rows[0]?.id}/capture`)
    const paid = await store.waitForPaidOrder(checkout.cartId)
    expect(Number(paid.transactions)).toBeGreaterThan(0)
    expect(await driftOf(paid)).toEqual([])
  })
})
