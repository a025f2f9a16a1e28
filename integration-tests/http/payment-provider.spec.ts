import type { ApiCall } from "../../src/gateways/simulation/start-simulator"
import { startPaypalIpnSimulator, type PaypalIpnSimulator } from "../../src/gateways/paypal/simulator"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { startStripeSimulator, type StripeSimulator } from "../../src/gateways/stripe/simulator"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { waitUntil } from "../support/store/wait-until"

/** No message of the sandbox goes out by itself: each spec says which one arrives, and when. */
describe("the payment provider", () => {
  let sandbox: SandboxSimulator
  let paypal: PaypalIpnSimulator
  let stripe: StripeSimulator
  let store: LentStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    paypal = await startPaypalIpnSimulator()
    stripe = await startStripeSimulator()
    store = await borrowStore({
      simulators: { sandbox: sandbox.url, "paypal-later": paypal.url, stripe: stripe.url },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
    await paypal?.stop()
    await stripe?.stop()
  })

  const gatewayIdOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id

  /** Calls of the store that move this payment's money at the gateway. */
  function moneyCalls(checkout: Paying): ApiCall[] {
    const path = `/payments/${gatewayIdOf(checkout)}/`
    return sandbox.calls.filter((call) => call.method === "POST" && call.path.startsWith(path))
  }

  const bodyOf = (call: ApiCall | undefined) => JSON.parse(call?.body.toString() || "{}") as unknown

  async function paymentOf({ sessionId }: Paying): Promise<{ id: string; canceled_at: Date | null }> {
    const { rows } = await store.sql.query<{ id: string; canceled_at: Date | null }>(
      `select id, canceled_at from payment where payment_session_id = $1`,
      [sessionId]
    )
    expect(rows).toHaveLength(1)
    return rows[0]!
  }

  async function capture(checkout: Paying, amount?: number): Promise<unknown> {
    const { id } = await paymentOf(checkout)
    return store.admin("POST", `/admin/payments/${id}/capture`, amount === undefined ? {} : { amount })
  }

  async function refund(checkout: Paying, amount: number): Promise<unknown> {
    const { id } = await paymentOf(checkout)
    return store.admin("POST", `/admin/payments/${id}/refund`, { amount })
  }

  async function authorizedOrder(): Promise<Paying> {
    const checkout = await startPaying(store)
    await sandbox.authorize(gatewayIdOf(checkout))
    await sandbox.deliver()
    await store.waitForOrder(checkout.cartId)
    expect(await settledTruth(store, checkout)).toMatchObject({ orders: 1, payment_status: "authorized" })
    return checkout
  }

  async function paidOrder(): Promise<Paying> {
    const checkout = await startPaying(store)
    await sandbox.pay(gatewayIdOf(checkout))
    await sandbox.deliver()
    await store.waitForPaidOrder(checkout.cartId)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    return checkout
  }

  /** All the gateway's messages so far arrive, twice each and in any order, and are settled. */
  async function echo(checkout: Paying): Promise<void> {
    const deliveries = await sandbox.deliver({ times: 2, shuffle: 7 })
    expect(deliveries.filter(({ accepted }) => !accepted)).toEqual([])
    await settledTruth(store, checkout)
  }

  describe("believes nothing of what a buyer puts into a session", () => {
    let paid: Paying
    let forged: Paying
    const claims = (own?: string) => ({
      status: "captured",
      captured: true,
      captured_at: new Date().toISOString(),
      amount: 0.01,
      currency_code: "eur",
      session_id: paid.sessionId,
      reference: paid.sessionId,
      id: own ?? paid.sessionId,
      gateway: "sandbox",
      gatewayPayment: gatewayIdOf(paid),
      next: { kind: "redirect", url: "https://evil.example" },
    })

    beforeAll(async () => {
      paid = await paidOrder()
      forged = await startPaying(store)
    })

    it("somebody else's paid session in its data places no order", async () => {
      const { payment_collection } = await store.buyer.call<{
        payment_collection: { payment_sessions: { id: string; data: Record<string, unknown> }[] }
      }>("POST", `/store/payment-collections/${forged.collectionId}/payment-sessions`, {
        provider_id: "pp_ipn_sandbox",
        data: claims(),
      })
      const [session] = payment_collection.payment_sessions
      expect(payment_collection.payment_sessions).toHaveLength(1)
      forged = { ...forged, sessionId: session!.id }
      // The claims were taken for what they are; our own words stand over them.
      expect(session!.data).toMatchObject({ status: "captured", session_id: forged.sessionId })
      expect(JSON.stringify(session!.data.next)).toContain(
        `"${String(store.accounts.sandbox!.config.url)}/pay/${gatewayIdOf(forged)}"`
      )
      await expect(store.buyer.completeCart(forged.cartId)).rejects.toThrow(/not authorized/)
      expect(await truthOf(store, forged)).toMatchObject({ orders: 0, captured: "0.00" })
    })

    it("nor does a payment told to core's own webhook route, which hands it to nobody", async () => {
      const tell = async (body: object) =>
        fetch(`${store.baseUrl}/hooks/payment/ipn_sandbox`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        })
      await tell({ action: "captured", data: { session_id: forged.sessionId, amount: forged.amount } })
      await tell({ action: "authorized", data: claims(forged.sessionId) })
      // Core looks at it five seconds later, and says so.
      await waitUntil("core has looked at both", () => {
        return (store.logs().match(/Processing payment\.webhook_received/g) ?? []).length >= 2
      })
      await expect(store.buyer.completeCart(forged.cartId)).rejects.toThrow(/not authorized/)
      expect(await truthOf(store, forged)).toMatchObject({ orders: 0, captured: "0.00" })
      expect(await truthOf(store, paid)).toEqual(paidOnce(paid))
    })

    it("and the forged session still is paid by paying it", async () => {
      await sandbox.pay(gatewayIdOf(forged))
      await sandbox.deliver()
      await store.waitForPaidOrder(forged.cartId)
      expect(await settledTruth(store, forged)).toEqual(paidOnce(forged))
    })
  })

  it.each(["sandbox", "stripe", "paypal-later"])(
    "tells a storefront nothing secret of %s",
    async (account) => {
      const { sessionData } = await startPaying(store, { account })
      const told = JSON.stringify(sessionData)
      const { apiKey, webhookSecrets = [] } = store.accounts[account]!.config as {
        apiKey?: string
        webhookSecrets?: string[]
      }
      for (const secret of [apiKey, ...webhookSecrets]) if (secret) expect(told).not.toContain(secret)
      expect(Object.keys(sessionData).sort()).toEqual(["gateway", "ipn_token", "next", "session_id"])
    }
  )

  describe("an authorised order", () => {
    it("is captured at the gateway once, and the gateway's echo books nothing twice", async () => {
      const checkout = await authorizedOrder()
      await capture(checkout)
      const [call, ...more] = moneyCalls(checkout)
      expect(more).toEqual([])
      expect(call?.path).toMatch(/captures$/)
      expect(call?.headers["idempotency-key"]).toMatch(/^capt_/)
      expect(bodyOf(call)).toEqual({ amount: checkout.amount, currency: "eur" })
      await echo(checkout)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect(moneyCalls(checkout)).toHaveLength(1)
    })

    it("is captured in parts of the right amount", async () => {
      const checkout = await authorizedOrder()
      await capture(checkout, 10)
      expect(moneyCalls(checkout).map(bodyOf)).toEqual([{ amount: "10.00", currency: "eur" }])
      await echo(checkout)
      expect(await settledTruth(store, checkout)).toMatchObject({
        payment_status: "partially_captured",
        captured: "10.00",
        captures: 1,
        transactions: "10.00",
      })
      const rest = (Number(checkout.amount) - 10).toFixed(2)
      await capture(checkout, Number(rest))
      expect(moneyCalls(checkout).map(bodyOf)).toEqual([
        { amount: "10.00", currency: "eur" },
        { amount: rest, currency: "eur" },
      ])
      await echo(checkout)
      expect(await settledTruth(store, checkout)).toEqual({ ...paidOnce(checkout), captures: 2 })
      const keys = moneyCalls(checkout).map(({ headers }) => headers["idempotency-key"])
      expect(new Set(keys).size).toBe(2)
    })

    it("is released at the gateway when the order is cancelled", async () => {
      const checkout = await authorizedOrder()
      const order = await store.waitForOrder(checkout.cartId)
      await store.admin("POST", `/admin/orders/${order.id}/cancel`)
      expect(moneyCalls(checkout).map(({ path }) => path)).toEqual([
        expect.stringMatching(/cancel$/) as unknown,
      ])
      expect(sandbox.payment(gatewayIdOf(checkout)).status).toBe("canceled")
      await echo(checkout)
      expect(await settledTruth(store, checkout)).toMatchObject({
        orders: 1,
        captured: "0.00",
        reservations: 0,
        lane: "settled",
      })
      expect((await paymentOf(checkout)).canceled_at).not.toBeNull()
      expect(moneyCalls(checkout)).toHaveLength(1)
    })
  })

  it("a paid order is refunded at the gateway once, in parts, and the echo books nothing twice", async () => {
    const checkout = await paidOrder()
    await refund(checkout, 5)
    await refund(checkout, 4.95)
    const calls = moneyCalls(checkout)
    expect(calls.map(({ path }) => path.split("/").at(-1))).toEqual(["refunds", "refunds"])
    expect(calls.map(bodyOf)).toEqual([
      { amount: "5.00", currency: "eur" },
      { amount: "4.95", currency: "eur" },
    ])
    for (const { headers } of calls) expect(headers["idempotency-key"]).toMatch(/^ref_/)
    await echo(checkout)
    const [order] = await store.ordersOf(checkout.cartId)
    expect(order).toMatchObject({ refunds: 2, captures: 1, payment_status: "partially_refunded" })
    expect(Number(order?.refunded)).toBe(9.95)
    expect(Number(order?.transactions)).toBe(15)
    expect(sandbox.payment(gatewayIdOf(checkout)).refunded.amount).toBe("9.95")
    expect(moneyCalls(checkout)).toHaveLength(2)
  })

  describe("says in plain words why money was not moved", () => {
    it("the gateway refuses", async () => {
      const checkout = await authorizedOrder()
      await sandbox.capture(gatewayIdOf(checkout)) // in the gateway's dashboard; its message is still on the way
      await expect(capture(checkout)).rejects.toThrow(
        /answered 400: .*"message":"Sandbox refused: Only 0\.00 can be captured\."/
      )
      await echo(checkout)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("the gateway is down; when it is up again the same wish moves the money once", async () => {
      const checkout = await authorizedOrder()
      sandbox.setDown(true)
      try {
        await expect(capture(checkout)).rejects.toThrow(
          /answered 500: .*"message":"The answer of Sandbox was lost \(the sandbox answered 503\), so this capture may have been made or not: ask for \d+\.\d\d EUR again, it is not made twice\."/
        )
      } finally {
        sandbox.setDown(false)
      }
      expect(await truthOf(store, checkout)).toMatchObject({ payment_status: "authorized", captures: 0 })
      await capture(checkout)
      await echo(checkout)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("the gateway is down when the buyer wants to start", async () => {
      sandbox.setDown(true)
      try {
        await expect(startPaying(store)).rejects.toThrow(/Sandbox cannot be reached just now/)
      } finally {
        sandbox.setDown(false)
      }
    })

    it("a gateway that captures only at its own site says so, and what is done there is booked", async () => {
      const checkout = await startPaying(store, { account: "paypal-later" })
      if (checkout.next?.kind !== "form") throw new Error("PayPal is paid by a form")
      const { url, fields } = checkout.next
      await fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" })
      const { id } = paypal.checkoutOf(checkout.sessionId)
      await paypal.pay(id)
      await store.waitForOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toMatchObject({ orders: 1, payment_status: "authorized" })
      await expect(capture(checkout)).rejects.toThrow(
        /answered 400: .*PayPal refused: .*no clientId.*do it at PayPal/
      )
      await paypal.capture(id)
      await store.waitForPaidOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })
  })

  describe("a gateway whose answer is lost", () => {
    const lost =
      /was lost \(fetch failed\), so this .* may have been made or not: ask for 5\.00 EUR again, it is not made twice/
    const madeAlready = /told of so much since the refund of 5\.00 EUR .* is booked: look at the order/

    /** What is asked for is done at the gateway, and its answer never comes. */
    async function lose(ask: () => Promise<unknown>): Promise<void> {
      sandbox.loseAnswersTo(({ method }) => method === "POST")
      try {
        await expect(ask()).rejects.toThrow(lost)
      } finally {
        sandbox.loseAnswersTo()
      }
    }

    /** What the gateway paid back, and what the order knows of it once everything was told and settled. */
    async function refundsOf(checkout: Paying) {
      await echo(checkout)
      const [order] = await store.ordersOf(checkout.cartId)
      expect(Number(order?.transactions).toFixed(2)).toBe(
        (Number(checkout.amount) - Number(order?.refunded)).toFixed(2)
      )
      const { refunded } = sandbox.payment(gatewayIdOf(checkout))
      return { atGateway: refunded.amount, inOrder: Number(order?.refunded).toFixed(2), rows: order?.refunds }
    }

    async function olderBy(checkout: Paying, interval: string): Promise<void> {
      const { rowCount } = await store.sql.query(
        `update ipn_effect set started_at = started_at - $2::interval where lane_id = $1 and state = 'started'`,
        [`session:${checkout.sessionId}`, interval]
      )
      expect(rowCount).toBe(1)
    }

    /** Postgres takes no such row of a table meanwhile. */
    async function refusing(
      table: string,
      when: "insert" | "update",
      work: () => Promise<void>,
      rows = "true"
    ): Promise<void> {
      await store.sql.query(
        `create function refuse_${table}() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$;
         create trigger refuse before ${when} on ${table} for each row when (${rows}) execute function refuse_${table}()`
      )
      try {
        await work()
      } finally {
        await store.sql.query(`drop function refuse_${table} cascade`)
      }
    }

    it("refunds once when it is asked again, and an equal refund after that is another", async () => {
      const checkout = await paidOrder()
      await lose(() => refund(checkout, 5))
      await refund(checkout, 5)
      const keys = moneyCalls(checkout).map(({ headers }) => headers["idempotency-key"])
      expect(keys).toEqual([keys[0], keys[0]])
      expect(await refundsOf(checkout)).toEqual({ atGateway: "5.00", inOrder: "5.00", rows: 1 })
      await refund(checkout, 5)
      expect(await refundsOf(checkout)).toEqual({ atGateway: "10.00", inOrder: "10.00", rows: 2 })
    })

    it("captures a part once when it is asked again", async () => {
      const checkout = await authorizedOrder()
      await lose(() => capture(checkout, 5))
      await capture(checkout, 5)
      await echo(checkout)
      expect(sandbox.payment(gatewayIdOf(checkout)).captured.amount).toBe("5.00")
      expect(await settledTruth(store, checkout)).toMatchObject({
        payment_status: "partially_captured",
        captured: "5.00",
        captures: 1,
        transactions: "5.00",
      })
    })

    it("is asked for no other amount until the first is known", async () => {
      const checkout = await paidOrder()
      await lose(() => refund(checkout, 5))
      await expect(refund(checkout, 3)).rejects.toThrow(
        /answered 400: .*refund of 5\.00 EUR that was asked for on .* was lost.*: ask for 5\.00 EUR again first, it is not made twice, or do this one in Sandbox's own dashboard/
      )
      expect(moneyCalls(checkout)).toHaveLength(1)
      await refund(checkout, 5)
      await refund(checkout, 3)
      expect(await refundsOf(checkout)).toEqual({ atGateway: "8.00", inOrder: "8.00", rows: 2 })
    })

    it("but tells of the refund by message: asking again says so once, and refunds nothing", async () => {
      const checkout = await paidOrder()
      await lose(() => refund(checkout, 5))
      expect(await refundsOf(checkout)).toEqual({ atGateway: "5.00", inOrder: "5.00", rows: 1 })
      await expect(refund(checkout, 5)).rejects.toThrow(madeAlready)
      expect(await refundsOf(checkout)).toEqual({ atGateway: "5.00", inOrder: "5.00", rows: 1 })
      await refund(checkout, 5)
      expect(await refundsOf(checkout)).toEqual({ atGateway: "10.00", inOrder: "10.00", rows: 2 })
    })

    it("is asked by two people at once: as often as they read of a success it captures", async () => {
      const checkout = await authorizedOrder()
      await lose(() => capture(checkout, 5))
      await Promise.all([capture(checkout, 5), capture(checkout, 5)])
      await echo(checkout)
      expect(sandbox.payment(gatewayIdOf(checkout)).captured.amount).toBe("10.00")
      expect(await settledTruth(store, checkout)).toMatchObject({ captured: "10.00", captures: 2 })
    })

    it("refunds once when it is asked again because we could not store its answer", async () => {
      const checkout = await paidOrder()
      await refusing("ipn_payment_event", "insert", async () => {
        await expect(refund(checkout, 5)).rejects.toThrow(
          /answer of Sandbox was lost \(the database cannot store/
        )
      })
      await refund(checkout, 5)
      expect(await refundsOf(checkout)).toEqual({ atGateway: "5.00", inOrder: "5.00", rows: 1 })
    })

    it("captures once when it is asked again because Medusa could not store ours", async () => {
      const checkout = await authorizedOrder()
      const askTwice = async () => {
        await refusing("payment", "update", async () => {
          await expect(capture(checkout)).rejects.toThrow(/answered 500/)
        })
        await capture(checkout)
      }
      // The worker, which was told of the capture, does not book it first.
      await refusing("capture", "insert", askTwice, "new.created_by like 'ipn:%'")
      expect(new Set(moneyCalls(checkout).map(({ headers }) => headers["idempotency-key"])).size).toBe(1)
      await echo(checkout)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("is asked what it did when it may have forgotten the key, and refunds once when it did nothing", async () => {
      const checkout = await paidOrder()
      sandbox.setDown(true)
      try {
        await expect(refund(checkout, 5)).rejects.toThrow(/may have been made or not/)
      } finally {
        sandbox.setDown(false)
      }
      await olderBy(checkout, "24 hours")
      // What else it told for the first time is looked at first.
      await refund(checkout, 5).catch((error: Error) => expect(error.message).toMatch(/told news/))
      const [, asked] = moneyCalls(checkout)
      if (!asked) await refund(checkout, 5)
      const keys = moneyCalls(checkout).map(({ headers }) => headers["idempotency-key"])
      expect(new Set(keys).size).toBe(2)
      expect(await refundsOf(checkout)).toEqual({ atGateway: "5.00", inOrder: "5.00", rows: 1 })
    })

    it("is asked what it did before another amount is refunded, hours later", async () => {
      const checkout = await paidOrder()
      await lose(() => refund(checkout, 5))
      await olderBy(checkout, "2 hours")
      await expect(refund(checkout, 3)).rejects.toThrow(
        /was asked about the refund of 5\.00 EUR .* told news/
      )
      expect(await refundsOf(checkout)).toEqual({ atGateway: "5.00", inOrder: "5.00", rows: 1 })
      await refund(checkout, 3)
      expect(await refundsOf(checkout)).toEqual({ atGateway: "8.00", inOrder: "8.00", rows: 2 })
    })
  })

  describe("asks the gateway when no message told of the payment", () => {
    it("a buyer who paid and comes back has a paid order, though the message is lost", async () => {
      const checkout = await startPaying(store)
      await sandbox.pay(gatewayIdOf(checkout))
      expect((await truthOf(store, checkout)).lane).toBe("none")
      expect(await store.buyer.completeCart(checkout.cartId)).toMatchObject({ type: "order" })
      await store.waitForPaidOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      await echo(checkout)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect(moneyCalls(checkout)).toEqual([])
    })

    it("also when it was asked before, too early", async () => {
      const checkout = await startPaying(store)
      await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow(/not authorized/)
      await sandbox.pay(gatewayIdOf(checkout))
      expect(await store.buyer.completeCart(checkout.cartId)).toMatchObject({ type: "order" })
      await store.waitForPaidOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("also when the first card was declined and only that message came", async () => {
      const checkout = await startPaying(store)
      await sandbox.decline(gatewayIdOf(checkout))
      await sandbox.deliver()
      await sandbox.pay(gatewayIdOf(checkout))
      expect(await store.buyer.completeCart(checkout.cartId)).toMatchObject({ type: "order" })
      await store.waitForPaidOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("places nothing while the gateway cannot be asked, and loses nothing by that", async () => {
      const checkout = await startPaying(store)
      await sandbox.pay(gatewayIdOf(checkout))
      sandbox.setDown(true)
      try {
        await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow(/not authorized/)
      } finally {
        sandbox.setDown(false)
      }
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
      expect(await store.buyer.completeCart(checkout.cartId)).toMatchObject({ type: "order" })
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("does not ask about what it was told: the message is enough", async () => {
      const checkout = await authorizedOrder()
      const asked = sandbox.calls.filter(({ method, path }) => {
        return method === "GET" && path.includes(gatewayIdOf(checkout))
      })
      expect(asked).toEqual([])
    })
  })
})
