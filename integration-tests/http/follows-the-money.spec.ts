import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { settledTruth } from "../support/invariants"
import { settleAgain, waitForLane, waitForReview } from "../support/lanes"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import type { Order } from "../support/store/store"

/** Money that moves after the order: both ways, told by the gateway or asked for in the admin. Grace time is none. */
describe("the order follows the money", () => {
  let sandbox: SandboxSimulator
  let store: LentStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({
      simulators: { sandbox: sandbox.url },
      settings: { "orders.failure_grace_minutes": 0 },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  const idOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id

  /** All messages so far arrive, twice each and in any order, and are settled. */
  async function arrive(checkout: Paying): Promise<void> {
    const deliveries = await sandbox.deliver({ times: 2, shuffle: 11 })
    expect(deliveries.filter(({ accepted }) => !accepted)).toEqual([])
    await settledTruth(store, checkout)
  }

  async function orderOf(checkout: Paying): Promise<Order> {
    const orders = await store.ordersOf(checkout.cartId)
    expect(orders).toHaveLength(1)
    return orders[0]!
  }

  async function paid(): Promise<Paying> {
    const checkout = await startPaying(store)
    await sandbox.pay(idOf(checkout))
    await arrive(checkout)
    expect(await orderOf(checkout)).toMatchObject({ payment_status: "captured" })
    return checkout
  }

  async function authorized(): Promise<Paying> {
    const checkout = await startPaying(store)
    await sandbox.authorize(idOf(checkout))
    await arrive(checkout)
    expect(await orderOf(checkout)).toMatchObject({ payment_status: "authorized" })
    return checkout
  }

  async function paymentOf({ sessionId }: Paying): Promise<{ id: string; canceled_at: Date | null }> {
    const { rows } = await store.sql.query<{ id: string; canceled_at: Date | null }>(
      "select id, canceled_at from payment where payment_session_id = $1",
      [sessionId]
    )
    return rows[0]!
  }

  /** What Medusa itself says of the order's money. */
  async function summaryOf(order: Order) {
    const { order: shown } = await store.admin<{
      order: {
        total: number
        summary: { pending_difference: number; paid_total: number; refunded_total: number }
      }
    }>("GET", `/admin/orders/${order.id}?fields=id,total,summary,credit_line_total`)
    const { pending_difference, paid_total, refunded_total } = shown.summary
    return { total: shown.total, pending_difference, paid_total, refunded_total }
  }

  const moneyCalls = (checkout: Paying) =>
    sandbox.calls.filter(
      ({ method, path }) => method === "POST" && path.startsWith(`/payments/${idOf(checkout)}/`)
    )

  async function ledgerOf(checkout: Paying): Promise<Record<string, number>> {
    const { rows } = await store.sql.query<{ entry: string; amount: string }>(
      `select entry, sum(amount::numeric)::text as amount from ipn_ledger_entry entry
       join ipn_lane lane on lane.id = entry.lane_id where lane.key = $1 group by entry`,
      [`ref:${checkout.sessionId}`]
    )
    return Object.fromEntries(rows.map(({ entry, amount }) => [entry, Number(amount)]))
  }

  it("books a refund made in the gateway's dashboard exactly as Medusa books one made in the admin", async () => {
    const [dashboard, admin] = [await paid(), await paid()]
    await sandbox.refund(idOf(dashboard), "10.00")
    await arrive(dashboard)
    await store.admin("POST", `/admin/payments/${(await paymentOf(admin)).id}/refund`, { amount: 10 })
    await arrive(admin)
    const [one, two] = [await orderOf(dashboard), await orderOf(admin)]
    const { payment_status, refunded, transactions, refunds } = one
    expect({ payment_status, refunded: Number(refunded), refunds }).toEqual({
      payment_status: "partially_refunded",
      refunded: 10,
      refunds: 1,
    })
    expect(two).toMatchObject({ payment_status, refunded, transactions, refunds })
    expect(await summaryOf(one)).toEqual(await summaryOf(two))
    expect((await summaryOf(one)).pending_difference).toBe(0)
    // Messages ask the gateway for nothing; the admin asked once.
    expect(moneyCalls(dashboard)).toEqual([])
    expect(moneyCalls(admin)).toHaveLength(1)
    for (const checkout of [dashboard, admin]) {
      expect(await ledgerOf(checkout)).toEqual({ payment: Number(checkout.amount), refund: 10 })
    }
  })

  it("books several refunds up to the whole, from both sides, each once", async () => {
    const checkout = await paid()
    await sandbox.refund(idOf(checkout), "5.00")
    await arrive(checkout)
    await store.admin("POST", `/admin/payments/${(await paymentOf(checkout)).id}/refund`, { amount: 7 })
    await arrive(checkout)
    const rest = (Number(checkout.amount) - 12).toFixed(2)
    await sandbox.refund(idOf(checkout), rest)
    await arrive(checkout)
    const order = await orderOf(checkout)
    expect(order).toMatchObject({ payment_status: "refunded", refunds: 3 })
    expect(Number(order.transactions)).toBe(0)
    expect(await summaryOf(order)).toMatchObject({ total: 0, pending_difference: 0 })
  })

  it("books a refund of one cent, for which Medusa takes no credit line", async () => {
    const checkout = await paid()
    await sandbox.refund(idOf(checkout), "0.01")
    await arrive(checkout)
    expect(await orderOf(checkout)).toMatchObject({ refunds: 1, refunded: "0.01" })
    expect(await ledgerOf(checkout)).toEqual({ payment: Number(checkout.amount), refund: 0.01 })
    await sandbox.refund(idOf(checkout), "2.00")
    await arrive(checkout)
    const order = await orderOf(checkout)
    expect(order).toMatchObject({ refunds: 2, refunded: "2.01" })
    expect(await summaryOf(order)).toMatchObject({ pending_difference: 0, refunded_total: 2.01 })
  })

  describe("an order whose taxes leave fractions of a cent", () => {
    /** Medusa rounds no total: 26.6965 is asked for as 26.70, and 29.6905 as 29.69. */
    const cases: [rate: number, of: "more" | "within", total: number, asked: string][] = [
      [7, "more", 26.6965, "26.70"],
      [19, "more", 29.6905, "29.69"],
      [7, "within", 24.95, "24.95"],
      [19, "within", 24.95, "24.95"],
    ]
    let taxRegion: string

    beforeAll(async () => {
      const { tax_regions } = await store.admin<{ tax_regions: { id: string }[] }>(
        "GET",
        "/admin/tax-regions?country_code=de"
      )
      taxRegion = tax_regions[0]!.id
    })

    async function includeTaxes(is_tax_inclusive: boolean): Promise<void> {
      const path = "/admin/price-preferences"
      const { price_preferences: known } = await store.admin<{ price_preferences: { id: string }[] }>(
        "GET",
        `${path}?attribute=currency_code&value=eur`
      )
      await store.admin("POST", known[0] ? `${path}/${known[0].id}` : path, {
        ...(known[0] ? {} : { attribute: "currency_code", value: "eur" }),
        is_tax_inclusive,
      })
    }

    async function taxed(rate: number, of: "more" | "within"): Promise<Paying> {
      await includeTaxes(of === "within")
      const { tax_rate } = await store.admin<{ tax_rate: { id: string } }>("POST", "/admin/tax-rates", {
        tax_region_id: taxRegion,
        name: "VAT",
        code: "vat",
        rate,
        is_default: true,
      })
      // Filled anew: a copied cart has the taxes of the one that it is a copy of.
      const checkout = await startPaying(store, { variantId: store.seeded.variantIds["t-shirt"] })
      await store.admin("DELETE", `/admin/tax-rates/${tax_rate.id}`)
      await includeTaxes(false)
      await sandbox.pay(idOf(checkout))
      await arrive(checkout)
      return checkout
    }

    it.each(cases)(
      "at %d percent, %s the price: refunds in parts are booked, and the order waits for nothing",
      async (rate, of, total, asked) => {
        const checkout = await taxed(rate, of)
        expect(await summaryOf(await orderOf(checkout))).toMatchObject({ total, pending_difference: 0 })
        expect(await orderOf(checkout)).toMatchObject({
          payment_status: "captured",
          captured: String(Number(asked)),
        })
        await sandbox.refund(idOf(checkout), "10.00")
        await arrive(checkout)
        expect(await orderOf(checkout)).toMatchObject({ payment_status: "partially_refunded", refunds: 1 })
        expect((await summaryOf(await orderOf(checkout))).pending_difference).toBe(0)
        await sandbox.refund(idOf(checkout), (Number(asked) - 10).toFixed(2))
        await arrive(checkout)
        expect(await orderOf(checkout)).toMatchObject({ payment_status: "refunded", refunds: 2 })
        expect((await summaryOf(await orderOf(checkout))).pending_difference).toBe(0)
      }
    )

    it.each(cases)(
      "at %d percent, %s the price: a refund that fails leaves the order as it was",
      async (rate, of, total, asked) => {
        const checkout = await taxed(rate, of)
        const refund = await sandbox.refund(idOf(checkout), asked)
        await arrive(checkout)
        expect(await orderOf(checkout)).toMatchObject({ payment_status: "refunded", refunds: 1 })
        await sandbox.settleRefund(idOf(checkout), refund, "failed")
        await arrive(checkout)
        expect(await orderOf(checkout)).toMatchObject({ payment_status: "captured", refunds: 0 })
        expect(await summaryOf(await orderOf(checkout))).toMatchObject({ total, pending_difference: 0 })
      }
    )
  })

  it("leaves a refund that is pending alone, books it when it succeeds, takes it back when it fails", async () => {
    const checkout = await paid()
    const first = await sandbox.refund(idOf(checkout), "4.00", "pending")
    await arrive(checkout)
    expect(await orderOf(checkout)).toMatchObject({ payment_status: "captured", refunds: 0 })
    await sandbox.settleRefund(idOf(checkout), first, "succeeded")
    await arrive(checkout)
    const refunded = await orderOf(checkout)
    expect(refunded).toMatchObject({ payment_status: "partially_refunded", refunds: 1 })
    await sandbox.settleRefund(idOf(checkout), first, "failed")
    await arrive(checkout)
    const order = await orderOf(checkout)
    expect(order).toMatchObject({ payment_status: "captured", refunds: 0 })
    expect(Number(order.transactions)).toBe(Number(checkout.amount))
    expect(await summaryOf(order)).toMatchObject({ total: Number(checkout.amount), pending_difference: 0 })
    expect(await ledgerOf(checkout)).toEqual({ payment: Number(checkout.amount), refund: 4, reversal: 4 })
  })

  it("books partial captures from the dashboard and the admin, each once", async () => {
    const checkout = await authorized()
    await sandbox.capture(idOf(checkout), "3.00")
    await arrive(checkout)
    expect(await orderOf(checkout)).toMatchObject({ payment_status: "partially_captured", captures: 1 })
    const left = Number((Number(checkout.amount) - 3).toFixed(2))
    await store.admin("POST", `/admin/payments/${(await paymentOf(checkout)).id}/capture`, { amount: left })
    await arrive(checkout)
    const order = await orderOf(checkout)
    expect(order).toMatchObject({ payment_status: "captured", captures: 2 })
    expect(Number(order.transactions)).toBe(Number(checkout.amount))
    expect(moneyCalls(checkout)).toHaveLength(1)
  })

  it("takes a capture back that the gateway says failed, and books the next one", async () => {
    const checkout = await authorized()
    await sandbox.failCapture(idOf(checkout), "3.00")
    await sandbox.capture(idOf(checkout), checkout.amount)
    await arrive(checkout)
    const order = await orderOf(checkout)
    expect(order).toMatchObject({ payment_status: "captured" })
    expect(Number(order.captured)).toBe(Number(checkout.amount))
    expect(Number(order.transactions)).toBe(Number(checkout.amount))
  })

  it("gives an authorisation up when it was voided or lapsed at the gateway, without asking it", async () => {
    for (const end of ["cancel", "expire"] as const) {
      const checkout = await authorized()
      await sandbox[end](idOf(checkout))
      await arrive(checkout)
      expect(await orderOf(checkout)).toMatchObject({ status: "pending", payment_status: "awaiting" })
      expect((await paymentOf(checkout)).canceled_at).not.toBeNull()
      expect(moneyCalls(checkout)).toEqual([])
    }
  })

  it("keeps a dispute out of the order, in the ledger and among the issues with its end", async () => {
    const checkout = await paid()
    const issues = async () => {
      const { rows } = await store.sql.query<{ kind: string; status: string }>(
        `select kind, issue.status from ipn_issue issue join ipn_lane lane on lane.id = issue.lane_id
         where lane.key = $1`,
        [`ref:${checkout.sessionId}`]
      )
      return rows
    }
    await sandbox.dispute(idOf(checkout))
    await arrive(checkout)
    expect(await orderOf(checkout)).toMatchObject({ payment_status: "captured" })
    expect(await issues()).toEqual([{ kind: "dispute_opened", status: "open" }])
    await sandbox.dispute(idOf(checkout), "won")
    await arrive(checkout)
    expect(await issues()).toEqual([{ kind: "dispute_opened", status: "resolved" }])
    expect(await orderOf(checkout)).toMatchObject({ payment_status: "captured", refunds: 0 })
  })

  it("places the order for money paid in an old tab, when the cart still costs the same", async () => {
    const checkout = await startPaying(store)
    const later = await store.buyer.choosePayment(checkout.cartId)
    expect(later.sessionId).not.toBe(checkout.sessionId)
    await sandbox.pay(idOf(checkout))
    await arrive(checkout)
    const order = await orderOf(checkout)
    expect(order).toMatchObject({ payment_status: "captured", captures: 1 })
    expect(Number(order.transactions)).toBe(Number(checkout.amount))

    // Whoever pays the new one too has paid twice: a person decides.
    await sandbox.pay(sandbox.paymentOf(later.sessionId).id)
    await sandbox.deliver()
    const lane = await waitForReview(store, later.sessionId)
    expect(lane.reason).toBe("session_replaced")
    expect((await store.ordersOf(checkout.cartId)).length).toBe(1)
  })

  it("asks a person about money for goods that are gone, and places the order when they are back", async () => {
    const checkout = await startPaying(store)
    const { rows } = await store.sql.query<{ id: string; stocked: string }>(
      `select level.id, level.raw_stocked_quantity->>'value' as stocked from inventory_level level`
    )
    await store.sql.query(
      `update inventory_level set stocked_quantity = 0, raw_stocked_quantity = '{"value":"0","precision":20}'`
    )
    await sandbox.pay(idOf(checkout))
    await sandbox.deliver()
    const lane = await waitForLane(
      store,
      `ref:${checkout.sessionId}`,
      "is in review",
      ({ state }) => state === "review"
    )
    expect(lane.reason).toBe("out_of_stock")
    expect(await store.ordersOf(checkout.cartId)).toEqual([])
    expect(moneyCalls(checkout)).toEqual([])
    for (const { id, stocked } of rows) {
      await store.sql.query(
        `update inventory_level set stocked_quantity = $2::numeric,
           raw_stocked_quantity = jsonb_build_object('value', $2::text, 'precision', 20) where id = $1`,
        [id, stocked]
      )
    }
    await settleAgain(store, `ref:${checkout.sessionId}`)
    await store.waitForPaidOrder(checkout.cartId)
  })
})
