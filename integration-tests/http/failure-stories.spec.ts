import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { brokenPromises } from "../support/broken-promises"
import { paidOnce, settledTruth } from "../support/invariants"
import { laneOf, makeDue, settledLane, waitForLane, waitForReview } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { readStoreRows } from "../support/store-rows"
import type { Order } from "../support/store/store"

/**
 * What happened to real plugins, told again: docs/promises.md says where each story is. An order is placed as soon as the
 * gateway has the payment in hand, and cancelled when it failed for good or is unpaid for an hour.
 */
describe("stories of failure that happened elsewhere", () => {
  let sandbox: SandboxSimulator
  let store: LentStore
  const checkouts: Paying[] = []

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({
      simulators: { sandbox: sandbox.url },
      settings: {
        "orders.when": "pending",
        "orders.failure_grace_minutes": 0,
        "orders.cancel_unpaid_on_failure": true,
        "orders.cancel_unpaid_after_hours": 1,
      },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  async function paying(): Promise<Paying> {
    const checkout = await startPaying(store)
    checkouts.push(checkout)
    return checkout
  }

  const idOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id

  /** All messages so far arrive, and are settled. */
  async function arrive(checkout: Paying): Promise<void> {
    await sandbox.deliver()
    await settledLane(store, checkout.sessionId)
  }

  async function tell(
    checkout: Paying,
    recording: string,
    more: Parameters<typeof signedMessage>[4] = {}
  ): Promise<void> {
    const message = await signedMessage(store, "sandbox", recording, checkout, {
      payment: idOf(checkout),
      ...more,
    })
    expect(await send(message)).toBe(200)
    await settledLane(store, checkout.sessionId)
  }

  async function paid(): Promise<Paying> {
    const checkout = await paying()
    await sandbox.pay(idOf(checkout))
    await arrive(checkout)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    return checkout
  }

  async function orderOf(checkout: Paying): Promise<Order> {
    const orders = await store.ordersOf(checkout.cartId)
    expect(orders).toHaveLength(1)
    return orders[0]!
  }

  /** The open issues of a checkout: kind and money at stake. */
  async function issuesOf({ sessionId }: Paying): Promise<{ kind: string; amount: string }[]> {
    const { rows } = await store.sql.query<{ kind: string; amount: string }>(
      `select kind, amount from ipn_issue issue
         join ipn_lane lane on lane.id = issue.lane_id
        where lane.key = $1 and issue.status = 'open' order by kind`,
      [`ref:${sessionId}`]
    )
    return rows
  }

  async function paymentIdOf({ sessionId }: Paying): Promise<string> {
    const { rows } = await store.sql.query<{ id: string }>(
      "select id from payment where payment_session_id = $1",
      [sessionId]
    )
    return rows[0]!.id
  }

  const moneyCalls = (checkout: Paying) =>
    sandbox.calls.filter(
      ({ method, path }) => method === "POST" && path.startsWith(`/payments/${idOf(checkout)}/`)
    )

  it("a failure message does not cancel a paid order, nor does a cancellation or an expiry", async () => {
    const checkout = await paid()
    for (const late of ["payment.failed", "payment.canceled", "payment.expired", "payment.attempt_failed"]) {
      await tell(checkout, late)
    }
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect((await orderOf(checkout)).status).toBe("pending")
  })

  describe("the timer for unpaid orders", () => {
    async function waitingSinceHours(checkout: Paying): Promise<void> {
      await sandbox.pend(idOf(checkout))
      await arrive(checkout)
      expect(await orderOf(checkout)).toMatchObject({ status: "pending", captures: 0 })
    }
    /** As time would: the order was placed two hours ago, and its lane is due. */
    async function runOut(checkout: Paying): Promise<void> {
      await store.sql.query(
        `update "order" set created_at = created_at - interval '2 hours' where email = $1`,
        [checkout.email]
      )
      await makeDue(store, `ref:${checkout.sessionId}`)
      await settledLane(store, checkout.sessionId)
    }

    it("does not cancel an order whose money came and whose message was lost: the gateway is asked first", async () => {
      const checkout = await paying()
      await waitingSinceHours(checkout)
      sandbox.rewrite(idOf(checkout), {
        status: "captured",
        authorized: checkout.amount,
        captured: checkout.amount,
        refunded: "0",
        failedCaptures: [],
        refunds: [],
      })
      await runOut(checkout)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect((await orderOf(checkout)).status).toBe("pending")
    })

    it("cancels one that the gateway knows as unpaid, frees its stock, and the money that comes after that brings it back", async () => {
      const checkout = await paying()
      await waitingSinceHours(checkout)
      await runOut(checkout)
      expect(await orderOf(checkout)).toMatchObject({ status: "canceled", reservations: 0 })
      await sandbox.pay(idOf(checkout))
      await arrive(checkout)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect((await orderOf(checkout)).status).toBe("pending")
      expect(moneyCalls(checkout)).toEqual([])
    })

    it("cancels nothing while the gateway cannot be asked", async () => {
      const checkout = await paying()
      await waitingSinceHours(checkout)
      sandbox.setDown(true)
      await store.sql.query(
        `update "order" set created_at = created_at - interval '2 hours' where email = $1`,
        [checkout.email]
      )
      await makeDue(store, `ref:${checkout.sessionId}`)
      await waitForLane(store, `ref:${checkout.sessionId}`, "is tried again", ({ error }) => error !== null)
      expect((await orderOf(checkout)).status).toBe("pending")
      sandbox.setDown(false)
      await makeDue(store, `ref:${checkout.sessionId}`)
      await settledLane(store, checkout.sessionId)
      expect((await orderOf(checkout)).status).toBe("canceled")
    })
  })

  it("money for an order that a person cancelled is shown to a person, with the amount, and books nothing", async () => {
    const checkout = await paying()
    await sandbox.pend(idOf(checkout))
    await arrive(checkout)
    const order = await orderOf(checkout)
    await store.admin("POST", `/admin/orders/${order.id}/cancel`)
    const before = sandbox.calls.length
    await tell(checkout, "payment.captured")
    const lane = await waitForReview(store, checkout.sessionId)
    expect(lane.reason).toBe("order_canceled")
    expect(await issuesOf(checkout)).toEqual([
      { kind: "paid_after_cancel_or_expiry", amount: checkout.amount },
    ])
    expect(await orderOf(checkout)).toMatchObject({ status: "canceled", captures: 0, reservations: 0 })
    expect(sandbox.calls.slice(before).filter(({ method }) => method === "POST")).toEqual([])
  })

  it("a late message does not open a refunded order again, nor move its stock", async () => {
    const checkout = await paid()
    await sandbox.refund(idOf(checkout))
    await arrive(checkout)
    expect(await orderOf(checkout)).toMatchObject({ payment_status: "refunded", refunds: 1 })
    const before = await readStoreRows(store)
    const early = new Date(Date.now() - 60_000)
    for (const late of ["payment.pending", "payment.authorized", "payment.captured"]) {
      await tell(checkout, late, { at: late === "payment.captured" ? new Date() : early })
    }
    expect(await readStoreRows(store)).toEqual(before)
    expect(await issuesOf(checkout)).toEqual([])
  })

  it("a refund in the admin and another in the gateway's dashboard at the same moment are both booked, once each", async () => {
    const checkout = await paid()
    const id = await paymentIdOf(checkout)
    await Promise.all([
      store.admin("POST", `/admin/payments/${id}/refund`, { amount: 5 }),
      sandbox.refund(idOf(checkout), "7.00").then(() => sandbox.deliver()),
    ])
    await arrive(checkout)
    const order = await orderOf(checkout)
    expect(order).toMatchObject({ payment_status: "partially_refunded", refunds: 2 })
    expect(Number(order.refunded)).toBe(12)
    expect(Number(order.transactions)).toBeCloseTo(Number(checkout.amount) - 12, 2)
    expect(moneyCalls(checkout)).toHaveLength(1)
  })

  it("amounts of a currency without decimal places are what they are: 1,995 yen, not 19.95", async () => {
    const cartId = await fillCartInYen(store)
    const checkout = { ...(await store.buyer.choosePayment(cartId)), email: "yen@example.com" }
    expect(sandbox.paymentOf(checkout.sessionId).amount).toEqual({ amount: "2495", currency: "jpy" })
    await sandbox.pay(idOf(checkout))
    await arrive(checkout)
    const order = await orderOf(checkout)
    expect(order).toMatchObject({ currency: "jpy", payment_status: "captured", captures: 1 })
    expect(Number(order.captured)).toBe(2495)
    await sandbox.refund(idOf(checkout), "500")
    await arrive(checkout)
    expect(Number((await orderOf(checkout)).refunded)).toBe(500)
    // One hundredth of the amount, which a plugin that counts in hundredths would take for the whole.
    const other = {
      ...(await store.buyer.choosePayment(await fillCartInYen(store))),
      email: "yen@example.com",
    }
    await tell(other, "payment.captured", { amount: "24" })
    expect(await waitForReview(store, other.sessionId)).toMatchObject({ reason: "amount_short" })
    expect(await store.ordersOf(other.cartId)).toEqual([])
  })

  describe("a gateway that says what cannot be", () => {
    let thrown = 0
    beforeAll(() => {
      thrown = (store.logs().match(/could not settle/g) ?? []).length
    })
    const outcomes = async ({ sessionId }: Paying) => {
      const { rows } = await store.sql.query<{ outcome: string }>(
        `select distinct outcome from ipn_payment_event event join ipn_lane lane on lane.id = event.lane_id
          where lane.key = $1 order by outcome`,
        [`ref:${sessionId}`]
      )
      return rows.map(({ outcome }) => outcome)
    }
    /** Changes what the gateway says of the whole payment and of the object that the message is about. */
    const saying = (payment: Record<string, string>, object: Record<string, string>) => (body: string) => {
      const message = JSON.parse(body) as { payment: object; object?: object }
      return JSON.stringify({
        ...message,
        payment: { ...message.payment, ...payment },
        object: { ...message.object, ...object },
      })
    }
    const twice = ({ amount }: Paying) => (Number(amount) * 2).toFixed(2)

    it("more was refunded than was paid: the order gives all of it back, the rest is an issue and in the ledger", async () => {
      const checkout = await paid()
      const more = (Number(checkout.amount) + 10).toFixed(2)
      await tell(checkout, "refund.succeeded", {
        edit: saying({ refunded: more }, { amount: more }),
      })
      expect(await orderOf(checkout)).toMatchObject({ payment_status: "refunded", refunds: 1 })
      expect(await issuesOf(checkout)).toEqual([{ kind: "refund_only_at_gateway", amount: "10.00" }])
      expect(await outcomes(checkout)).toEqual(["applied"])
      const { rows } = await store.sql.query<{ amount: string }>(
        `select sum(case debit when 'assets:gateway:sandbox' then amount::numeric else -amount::numeric end)::text as amount
           from ipn_ledger_entry entry join ipn_lane lane on lane.id = entry.lane_id where lane.key = $1`,
        [`ref:${checkout.sessionId}`]
      )
      expect(Number(rows[0]!.amount)).toBe(-10)
    })

    it("the whole amount was captured a second time: one order paid once, and an issue with the money", async () => {
      const checkout = await paid()
      await tell(checkout, "payment.captured", {
        edit: saying(
          { captured: twice(checkout), authorized: twice(checkout) },
          { id: "cap_second", amount: checkout.amount, currency: checkout.currency }
        ),
      })
      expect(await laneOf(store, `ref:${checkout.sessionId}`)).toMatchObject({
        state: "review",
        reason: "amount_over",
        error: null,
      })
      expect(await orderOf(checkout)).toMatchObject({ payment_status: "captured", captures: 1 })
      expect(await issuesOf(checkout)).toMatchObject([{ kind: "amount_mismatch" }])
      // Whoever gives it back at the gateway has nothing left to decide.
      await tell(checkout, "refund.succeeded", {
        edit: saying(
          { captured: twice(checkout), authorized: "0.00", refunded: checkout.amount },
          { amount: checkout.amount }
        ),
      })
      expect(await settledTruth(store, checkout)).toMatchObject({ payment_status: "captured", captures: 1 })
    })

    it("a payment that was voided is captured after all: the money counts, once", async () => {
      const checkout = await paying()
      await sandbox.authorize(idOf(checkout))
      await arrive(checkout)
      await sandbox.cancel(idOf(checkout))
      await arrive(checkout)
      expect(await orderOf(checkout)).toMatchObject({ status: "canceled", captures: 0 })
      await tell(checkout, "payment.captured")
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect(await issuesOf(checkout)).toEqual([])
    })

    it("a payment that nobody knows is refunded: kept, tried again for a day, then shown to a person with the amount", async () => {
      const stranger = { sessionId: `payses_nobody_${process.pid}`, amount: "13.00", currency: "eur" }
      const message = await signedMessage(store, "sandbox", "refund.succeeded", stranger)
      expect(await send(message)).toBe(200)
      const key = `ref:${stranger.sessionId}`
      await waitForLane(store, key, "is unmatched", ({ state }) => state === "unmatched")
      await store.sql.query(
        "update ipn_lane set first_due_at = now() - interval '25 hours', due_at = now() where key = $1",
        [key]
      )
      const lane = await waitForLane(store, key, "is in review", ({ state }) => state === "review")
      expect(lane).toMatchObject({ reason: "never_matched", error: null })
      const { rows } = await store.sql.query("select kind, status from ipn_issue where lane_id = $1", [
        lane.id,
      ])
      expect(rows).toEqual([{ kind: "unknown_payment", status: "open" }])
    })

    it("and none of it was thrown out of the worker", () => {
      expect((store.logs().match(/.*could not settle.*/g) ?? []).slice(thrown)).toEqual([])
    })
  })

  it("every promise about money holds for each of them", async () => {
    expect(await brokenPromises(store, checkouts)).toEqual([])
  })
})

/** A cart in yen, in a region that is made for it once. */
async function fillCartInYen(store: LentStore): Promise<string> {
  const { regions } = await store.admin<{ regions: { id: string; currency_code: string }[] }>(
    "GET",
    "/admin/regions?fields=id,currency_code"
  )
  const known = regions.find(({ currency_code }) => currency_code === "jpy")
  const regionId = known?.id ?? (await openJapan(store))
  const address = {
    first_name: "Bea",
    last_name: "Buyer",
    address_1: "1-1",
    city: "Tokyo",
    postal_code: "100-0001",
    country_code: "jp",
  }
  const { cart } = await store.buyer.call<{ cart: { id: string } }>("POST", "/store/carts", {
    region_id: regionId,
    sales_channel_id: store.seeded.salesChannelId,
    email: "yen@example.com",
    shipping_address: address,
    billing_address: address,
    items: [{ variant_id: store.seeded.variantIds["t-shirt"], quantity: 1 }],
  })
  await store.buyer.call("POST", `/store/carts/${cart.id}/shipping-methods`, {
    option_id: store.seeded.shippingOptionId,
  })
  return cart.id
}

async function openJapan({ admin, sql, seeded }: LentStore): Promise<string> {
  const { region } = await admin<{ region: { id: string } }>("POST", "/admin/regions", {
    name: "Japan",
    currency_code: "jpy",
    countries: ["jp"],
    payment_providers: ["pp_ipn_sandbox"],
  })
  const { rows } = await sql.query<{ product_id: string; set_id: string; zone_id: string }>(
    `select (select product_id from product_variant where id = $1) as product_id,
            zone.fulfillment_set_id as set_id, zone.id as zone_id
       from shipping_option option join service_zone zone on zone.id = option.service_zone_id where option.id = $2`,
    [seeded.variantIds["t-shirt"], seeded.shippingOptionId]
  )
  const { product_id, set_id, zone_id } = rows[0]!
  const countries = ["de", "us", "jp"].map((country_code) => ({ type: "country", country_code }))
  await admin("POST", `/admin/fulfillment-sets/${set_id}/service-zones/${zone_id}`, { geo_zones: countries })
  await admin("POST", `/admin/products/${product_id}/variants/${seeded.variantIds["t-shirt"]}`, {
    prices: [
      { currency_code: "jpy", amount: 1995 },
      { currency_code: "eur", amount: 19.95 },
    ],
  })
  await admin("POST", `/admin/shipping-options/${seeded.shippingOptionId}`, {
    prices: [
      { currency_code: "jpy", amount: 500 },
      { currency_code: "eur", amount: 5 },
    ],
  })
  return region.id
}
