import { createHmac } from "node:crypto"
import { join } from "node:path"
import Stripe from "stripe"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import {
  startPaystackSimulator,
  type PaystackSimulator,
} from "../../src/gateways/paystack/simulator/start-paystack-simulator"
import {
  startStripeSimulator,
  type StripeEvent,
  type StripeSimulator,
} from "../../src/gateways/stripe/simulator"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { everythingSorted, settleAgain, waitForLane } from "../support/lanes"
import { startPaying, type Paying } from "../support/paying"
import { freePort } from "../../scripts/free-port"
import { repository } from "../support/store/child-process"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

/** Test-only, made up: no account has these. */
const apiKey = "sk_test_onlyForTests0000000000"
const webhookSecret = "whsec_onlyForTestsTakeOver0000000000"
const paystackKey = "sk_test_onlyForTestsPaystack"

/** Of the second address that the same Stripe account calls. */
const idealSecret = "whsec_onlyForTestsIdeal000000000000"
const strangersSecret = "whsec_onlyForTestsAStranger00000000"
/** Nobody listens there. */
const closed = "http://127.0.0.1:1/"
const signer = new Stripe(apiKey)

/** Medusa's Stripe provider, installed four times under names of their own, and Paystack's, twice. */
const providers = [
  { resolve: "@medusajs/payment-stripe", id: "alone", options: { apiKey, webhookSecret, capture: true } },
  { resolve: "@medusajs/payment-stripe", id: "read", options: { apiKey, webhookSecret, capture: true } },
  { resolve: "@medusajs/payment-stripe", id: "held", options: { apiKey, webhookSecret, capture: false } },
  { resolve: "@medusajs/payment-stripe", id: "untouched", options: { apiKey, webhookSecret, capture: true } },
  { resolve: "medusa-payment-paystack", id: "paystack", options: { secret_key: paystackKey } },
  { resolve: "medusa-payment-paystack", id: "read", options: { secret_key: paystackKey } },
]

const takeOver = (simulators: Readonly<{ stripe: string; paystack: string }>) => [
  "stripe_alone",
  "stripe_held",
  "paystack_paystack",
  {
    provider: "stripe_read",
    gateway: "stripe",
    mode: "test" as const,
    webhookSecrets: [webhookSecret],
    apiKey,
    simulator: simulators.stripe,
  },
  {
    provider: "stripe-ideal_read",
    gateway: "stripe",
    mode: "test" as const,
    webhookSecrets: [idealSecret],
    apiKey,
    simulator: simulators.stripe,
  },
  {
    provider: "paystack_read",
    gateway: "paystack",
    mode: "test" as const,
    secretKeys: [paystackKey],
    simulator: simulators.paystack,
  },
]

describe("takes over the webhooks of other payment providers", () => {
  let stripe: StripeSimulator
  let paystack: PaystackSimulator
  let sandbox: SandboxSimulator
  let store: OwnStore

  beforeAll(async () => {
    const port = await freePort()
    stripe = await startStripeSimulator({ apiKey, webhookSecret })
    paystack = await startPaystackSimulator({
      secretKey: paystackKey,
      notifyUrl: `http://localhost:${port}/hooks/payment/paystack_read`,
    })
    sandbox = await startSandboxSimulator()
    store = await startStore({
      port,
      simulators: { sandbox: sandbox.url },
      env: {
        IPN_OTHER_MODULES: JSON.stringify([
          { resolve: join(repository, "integration-tests", "support", "failing-hook") },
        ]),
        IPN_OPTIONS: JSON.stringify({ takeOver: takeOver({ stripe: stripe.url, paystack: paystack.url }) }),
        IPN_OTHER_PROVIDERS: JSON.stringify(providers),
        IPN_TEST_HOSTS: JSON.stringify({ "api.stripe.com": new URL(stripe.url).port }),
        NODE_OPTIONS: `--require ${join(repository, "src/gateways/simulation/redirect-hosts.cjs")}`,
      },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await stripe?.stop()
    await paystack?.stop()
    await sandbox?.stop()
  })

  const hook = (provider: string) => `${store.baseUrl}/hooks/payment/${provider}`

  /** A buyer about to pay with Stripe's provider; its messages go to that provider's webhook from now on. */
  async function startPayingWith(provider: string): Promise<Paying & { intentId: string }> {
    stripe.notify(hook(provider))
    const checkout = await startPaying(store, { providerId: `pp_${provider}` })
    return { ...checkout, intentId: stripe.paymentOf(checkout.sessionId).id }
  }

  /** Pays while no message comes through, and hands out the one that tells of the money. */
  async function payUnheard({ intentId }: { intentId: string }): Promise<StripeEvent> {
    stripe.notify(closed)
    await stripe.pay(intentId)
    const event = stripe.events.find(
      ({ type, data }) => type === "payment_intent.succeeded" && data.object.id === intentId
    )
    if (!event) throw new Error(`Stripe told nothing of ${intentId}`)
    return event
  }

  /** Sends a message as Stripe does, signed by Stripe's own SDK; resolves to the status. */
  async function send(provider: string, event: StripeEvent, secret = webhookSecret): Promise<number> {
    const payload = JSON.stringify(event, null, 2)
    const signature = signer.webhooks.generateTestHeaderString({ payload, secret })
    const headers = { "content-type": "application/json; charset=utf-8", "stripe-signature": signature }
    return (await fetch(hook(provider), { method: "POST", headers, body: payload })).status
  }

  async function messagesOf(account: string): Promise<Record<string, number>> {
    await everythingSorted(store)
    const { rows } = await store.sql.query<{ proof: string; count: number }>(
      `select proof, count(*)::int as count from ipn_message where account_id = $1 group by proof`,
      [account]
    )
    return Object.fromEntries(rows.map(({ proof, count }) => [proof, count]))
  }

  /** The last calls that proved nothing. */
  async function refusalsOf(account: string): Promise<{ why: string; detail: string | null }[]> {
    const { rows } = await store.sql.query<{ why: string; detail: string | null }>(
      `select why, detail from ipn_refusal where account_id = $1`,
      [account]
    )
    return rows
  }

  async function paymentOf(checkout: Paying): Promise<{ id: string; data: Record<string, unknown> }> {
    const { rows } = await store.sql.query<{ id: string; data: Record<string, unknown> }>(
      `select id, data from payment where payment_session_id = $1`,
      [checkout.sessionId]
    )
    if (rows.length !== 1) throw new Error(`${checkout.sessionId} has ${rows.length} payments`)
    return rows[0]!
  }

  describe.each([
    ["read by the provider itself", "stripe_alone", "confirmed"],
    ["read by our reader of the same gateway", "stripe_read", "proven"],
  ])("%s", (_, provider, proof) => {
    it("a paid order is placed once, without the buyer's browser and without moving money", async () => {
      const before = stripe.moneyCalls()
      const checkout = await startPayingWith(provider)
      const told = stripe.deliveries.length
      await stripe.pay(checkout.intentId)
      await store.waitForPaidOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect(stripe.moneyCalls()).toEqual(before)
      const refused = stripe.deliveries.slice(told).filter(({ accepted }) => !accepted)
      expect(refused).toEqual([])
    })

    it("ten at once are one order", async () => {
      const checkout = await startPayingWith(provider)
      const event = await payUnheard(checkout)
      const answers = await Promise.all(Array.from({ length: 10 }, () => send(provider, event)))
      expect(answers).toEqual(Array(10).fill(200))
      await store.waitForPaidOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it.each([1, 2, 3])("the message and the buyer's browser at once are one order (%i)", async () => {
      const checkout = await startPayingWith(provider)
      const event = await payUnheard(checkout)
      const [status] = await Promise.all([
        send(provider, event),
        store.buyer.completeCart(checkout.cartId).catch(() => undefined),
      ])
      expect(status).toBe(200)
      await store.waitForPaidOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("a message after the buyer's browser placed the order changes nothing", async () => {
      const checkout = await startPayingWith(provider)
      const event = await payUnheard(checkout)
      expect(await store.buyer.completeCart(checkout.cartId)).toMatchObject({ type: "order" })
      expect(await send(provider, event)).toBe(200)
      await waitUntil("the message is settled", async () => {
        const { lane } = await truthOf(store, checkout)
        return lane === "settled"
      })
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("a message that tells less money places nothing and waits for a person", async () => {
      const checkout = await startPayingWith(provider)
      const event = structuredClone(await payUnheard(checkout))
      Object.assign(event, { id: `${event.id}short` })
      Object.assign(event.data.object, { amount_received: 100, amount: 100 })
      expect(await send(provider, event)).toBe(200)
      await waitUntil("the lane is in review", async () => (await truthOf(store, checkout)).lane === "review")
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00" })
    })

    it("a paid order can be refunded in the admin, through the provider", async () => {
      const before = stripe.moneyCalls()
      const checkout = await startPayingWith(provider)
      await stripe.pay(checkout.intentId)
      await store.waitForPaidOrder(checkout.cartId)
      await settledTruth(store, checkout)
      const payment = await paymentOf(checkout)
      await store.admin("POST", `/admin/payments/${payment.id}/refund`, { amount: 5 })
      expect(stripe.moneyCalls()).toEqual({ ...before, refund: before.refund + 1 })
      await stripe.settled()
      await settledTruth(store, checkout)
      const order = await store.waitForOrderThat(
        checkout.cartId,
        "is refunded in part",
        ({ refunds }) => refunds === 1
      )
      expect(Number(order.refunded)).toBe(5)
      expect(Number(order.transactions)).toBeCloseTo(Number(checkout.amount) - 5, 2)
      expect(stripe.moneyCalls()).toEqual({ ...before, refund: before.refund + 1 })
    })

    it("a payment of a provider that came with another entry of medusa-config is set aside", async () => {
      const checkout = await startPayingWith("stripe_untouched")
      const event = await payUnheard(checkout)
      expect(await send(provider, event)).toBe(200)
      const lanes = await waitUntil("its lane is settled", async () => {
        const found = await lanesOf(checkout)
        return found[0]?.state === "settled" && found
      })
      expect(lanes).toEqual([
        {
          account: provider,
          state: "settled",
          reason: "other_provider",
          detail: { provider: "pp_stripe_untouched" },
        },
      ])
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, payment_status: "none" })
    })

    it("its messages are kept as what they are", async () => {
      const kept = await messagesOf(provider)
      expect(Object.keys(kept)).toEqual([proof])
    })
  })

  /** All lanes of a payment session, of whatever account. */
  async function lanesOf({ sessionId }: Paying) {
    const { rows } = await store.sql.query<{
      account: string
      state: string
      reason: string | null
      detail: unknown
    }>(
      `select account_id as account, state, reason, detail from ipn_lane where key = $1 order by account_id`,
      [`ref:${sessionId}`]
    )
    return rows
  }

  /** Stripe's providers for cards, iDEAL, Bancontact and more come together, with one entry of medusa-config. */
  describe("payment providers that came with one entry", () => {
    /** Everything that Stripe told since, at the addresses in this order. */
    async function tellAll(since: number, providers: readonly string[]): Promise<void> {
      for (const provider of providers) {
        const secret = provider === "stripe-ideal_read" ? idealSecret : webhookSecret
        for (const event of stripe.events.slice(since)) {
          expect(await send(provider, event, secret)).toBe(200)
        }
      }
    }
    async function problemsOf(checkout: Paying & { intentId: string }) {
      const { rows } = await store.sql.query(
        `select lane.account_id, lane.key, lane.state, lane.reason, issue.kind from ipn_lane lane
         left join ipn_issue issue on issue.lane_id = lane.id and issue.deleted_at is null
         where lane.key = any($1::text[]) and (lane.state <> 'settled' or issue.id is not null)`,
        [[`ref:${checkout.sessionId}`, `pay:${checkout.intentId}`]]
      )
      return rows
    }
    async function ledgersOf(checkout: Paying & { intentId: string }): Promise<string[]> {
      const { rows } = await store.sql.query<{ account: string }>(
        `select distinct entry.account_id as account from ipn_ledger_entry entry
         join ipn_lane lane on lane.id = entry.lane_id
         where lane.key = any($1::text[]) and entry.deleted_at is null`,
        [[`ref:${checkout.sessionId}`, `pay:${checkout.intentId}`]]
      )
      return rows.map(({ account }) => account)
    }

    it.each(["alone", "read"])(
      "a payment of the one is one paid order when only the other's webhook tells of it (%s)",
      async (entry) => {
        const checkout = await startPayingWith(`stripe-bancontact_${entry}`)
        stripe.notify(hook(`stripe_${entry}`))
        await stripe.pay(checkout.intentId)
        await store.waitForPaidOrder(checkout.cartId)
        expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
        expect(await problemsOf(checkout)).toEqual([])
        const { rows } = await store.sql.query(
          `select provider_id from payment where payment_session_id = $1`,
          [checkout.sessionId]
        )
        expect(rows).toEqual([{ provider_id: `pp_stripe-bancontact_${entry}` }])
      }
    )

    it.each([
      ["taken over too", "stripe-ideal_read", ["stripe_read", "stripe-ideal_read"]],
      ["taken over too, its own first", "stripe-ideal_read", ["stripe-ideal_read", "stripe_read"]],
      ["not named", "stripe-bancontact_read", ["stripe_read", "stripe-ideal_read"]],
      ["not named, the other first", "stripe-bancontact_read", ["stripe-ideal_read", "stripe_read"]],
    ])("told at two webhooks, a payment and its refund are applied once: %s", async (_, provider, told) => {
      const checkout = await startPayingWith(provider)
      stripe.notify(closed)
      const before = stripe.events.length
      await stripe.pay(checkout.intentId)
      await tellAll(before, told)
      await store.waitForPaidOrder(checkout.cartId)
      await everythingSorted(store)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      const paid = stripe.events.length
      await stripe.refund(checkout.intentId)
      await tellAll(paid, told)
      await everythingSorted(store)
      const order = await store.waitForOrderThat(
        checkout.cartId,
        "is refunded",
        ({ refunds }) => refunds === 1
      )
      expect(Number(order.refunded).toFixed(2)).toBe(checkout.amount)
      await waitUntil(
        "both accounts have nothing to do",
        async () => (await problemsOf(checkout)).length === 0
      )
      expect((await lanesOf(checkout)).map(({ account, reason }) => [account, reason])).toHaveLength(2)
      const home = provider === "stripe-ideal_read" ? provider : "stripe_read"
      expect(await ledgersOf(checkout)).toEqual([home])
    })
  })

  describe("a hook of the store's own that fails after the payment was authorised", () => {
    async function failOnce({ cartId }: Paying): Promise<void> {
      await store.sql.query(
        `update cart set metadata = coalesce(metadata, '{}') || '{"hook_fails": true}' where id = $1`,
        [cartId]
      )
    }
    async function placedAfterAll(checkout: Paying): Promise<void> {
      const lane = `ref:${checkout.sessionId}`
      const failed = await waitForLane(store, lane, "has failed once", ({ error }) => error !== null)
      expect(failed.error).toContain("the store's own hook failed")
      expect(await store.ordersOf(checkout.cartId)).toEqual([])
      await settleAgain(store, lane)
      await waitForLane(store, lane, "is settled", ({ state, isDue }) => state === "settled" && !isDue)
      expect(await settledTruth(store, checkout)).toMatchObject({ orders: 1, payment_status: "authorized" })
    }

    it("cancels nothing at the gateway of a taken-over provider, and the order is placed", async () => {
      const before = stripe.moneyCalls()
      const checkout = await startPayingWith("stripe_held")
      await failOnce(checkout)
      await stripe.pay(checkout.intentId)
      await placedAfterAll(checkout)
      expect(stripe.moneyCalls()).toEqual(before)
    })

    it("cancels nothing at the gateway of an own account either", async () => {
      const checkout = await startPaying(store)
      await failOnce(checkout)
      await sandbox.authorize(sandbox.paymentOf(checkout.sessionId).id)
      await placedAfterAll(checkout)
      const moving = sandbox.calls.filter(({ method, path }) => method === "POST" && path !== "/payments")
      expect(moving).toEqual([])
    })
  })

  describe("when every message of a payment is lost", () => {
    const olderBy = async ({ sessionId }: Paying, minutes: number) => {
      const { rowCount } = await store.sql.query(
        `update payment_session set created_at = created_at - $2 * interval '1 minute' where id = $1`,
        [sessionId, minutes]
      )
      expect(rowCount).toBe(1)
    }
    const asksAbout = async ({ sessionId }: Paying) =>
      (
        await store.sql.query<{ asks: number; next: boolean }>(
          `select asks, ask_at > now() as next from ipn_expected_payment where reference = $1`,
          [sessionId]
        )
      ).rows

    const hundredths = ({ amount }: Paying) => Math.round(Number(amount) * 100)
    const knownOf = async ({ sessionId }: Paying) =>
      (
        await store.sql.query<{ ids: string[] }>(
          `select gateway_payment_ids as ids from ipn_expected_payment where reference = $1`,
          [sessionId]
        )
      ).rows

    /** A buyer who wrote the id of an invoice that they paid before into the session; the provider left it there. */
    async function forgeWithPaystack(): Promise<Paying & { invoice: string }> {
      const invoice = `invoice-${process.pid}`
      const forged = await startPaying(store, { providerId: "pp_paystack_read", data: { id: invoice } })
      expect(forged.sessionData).toMatchObject({ id: invoice })
      const response = await fetch(`${paystack.url}/transaction/initialize`, {
        method: "POST",
        headers: { authorization: `Bearer ${paystackKey}` },
        body: JSON.stringify({
          reference: invoice,
          email: forged.email,
          amount: hundredths(forged),
          currency: forged.currency.toUpperCase(),
          callback_url: "https://shop.example/thanks",
        }),
      })
      const { data } = (await response.json()) as { data: { authorization_url: string } }
      await fetch(data.authorization_url, {
        method: "POST",
        body: new URLSearchParams({ action: "pay" }),
        redirect: "manual",
      })
      await paystack.settled()
      return { ...forged, invoice }
    }

    /** The same with Stripe's provider, which leaves it there when Stripe is not itself. */
    async function forgeWithStripe({ amount, currency }: Paying): Promise<Paying & { invoice: string }> {
      stripe.notify(closed)
      const response = await fetch(`${stripe.url}/v1/payment_intents`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ amount: String(Math.round(Number(amount) * 100)), currency }),
      })
      const { id: invoice } = (await response.json()) as { id: string }
      await stripe.pay(invoice)
      stripe.failWith(500)
      const data = { id: invoice }
      const forged = await startPaying(store, { providerId: "pp_stripe_read", data }).finally(() =>
        stripe.failWith(undefined)
      )
      expect(forged.sessionData).toMatchObject(data)
      return { ...forged, invoice }
    }

    it("our reader asks about each session with its key: one paid order, no money moved, nothing for the unpaid or the forged", async () => {
      const [checkout, unpaid] = [await startPayingWith("stripe_read"), await startPayingWith("stripe_read")]
      const withoutKey = await startPayingWith("stripe_alone")
      const before = stripe.moneyCalls()
      await payUnheard(checkout)
      await payUnheard(withoutKey)
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
      const forgedAtPaystack = await forgeWithPaystack()
      const forged = [forgedAtPaystack, await forgeWithStripe(forgedAtPaystack)]
      for (const one of [checkout, unpaid, withoutKey, ...forged]) await olderBy(one, 11)
      await store.waitForPaidOrder(checkout.cartId, 120_000)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      for (const one of [unpaid, ...forged]) {
        await waitUntil("it was asked about", async () => (await asksAbout(one))[0]?.asks === 1)
        expect(await asksAbout(one)).toEqual([{ asks: 1, next: true }])
      }
      expect((await asksAbout(withoutKey)).filter(({ asks, next }) => asks > 0 || next)).toEqual([])
      for (const { cartId } of [unpaid, withoutKey]) expect(await store.ordersOf(cartId)).toEqual([])
      expect(stripe.moneyCalls()).toEqual(before)
      for (const one of forged) {
        expect(await truthOf(store, one)).toMatchObject({ orders: 0, lane: "none" })
        expect(await knownOf(one)).toEqual([{ ids: [] }])
      }
      // The invoice's own message names no session either.
      const told = `pay:${forgedAtPaystack.invoice}`
      await settleAgain(store, told)
      await waitForLane(store, told, "is of an unknown payment", ({ state }) => state === "unmatched")
    })

    it("a buyer who writes another session into their payment's metadata pays their own", async () => {
      const victim = await startPayingWith("stripe_read")
      stripe.notify(hook("stripe_read"))
      const data = { metadata: { ipn_reference: victim.sessionId } }
      const checkout = await startPaying(store, { providerId: "pp_stripe_read", data })
      await stripe.pay(stripe.paymentOf(checkout.sessionId).id)
      await store.waitForPaidOrder(checkout.cartId)
      expect(await truthOf(store, victim)).toMatchObject({ orders: 0, lane: "none" })
    })
  })

  it("acknowledged is stored: a crash right after the answer loses no order", async () => {
    const alone = await startPayingWith("stripe_alone")
    const aloneEvent = await payUnheard(alone)
    const read = await startPayingWith("stripe_read")
    const readEvent = await payUnheard(read)
    expect(await send("stripe_alone", aloneEvent)).toBe(200)
    expect(await send("stripe_read", readEvent)).toBe(200)
    store.kill("SIGKILL")
    await store.exited()
    store = await store.restart()
    for (const checkout of [alone, read]) {
      await store.waitForPaidOrder(checkout.cartId, 90_000)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    }
  })

  it("a forgery is refused by our reader, with nothing stored", async () => {
    const checkout = await startPayingWith("stripe_read")
    const event = await payUnheard(checkout)
    const before = await messagesOf("stripe_read")
    expect(await send("stripe_read", event, strangersSecret)).toBe(401)
    expect(await messagesOf("stripe_read")).toEqual(before)
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00" })
  })

  it("a forgery is dropped when the provider says that its signature does not match", async () => {
    const checkout = await startPayingWith("stripe_alone")
    const event = await payUnheard(checkout)
    expect(await send("stripe_alone", event, strangersSecret)).toBe(200)
    await waitUntil("the forgery is told in the log", () => store.logs().includes("signature does not match"))
    await waitUntil("it is dropped", async () => (await messagesOf("stripe_alone")).unproven === undefined)
    const noted = await waitUntil("the refusal is noted", async () => {
      const refusals = await refusalsOf("stripe_alone")
      return refusals.length > 0 && refusals
    })
    expect(noted).toEqual([
      { why: "denied", detail: "the signature does not match the webhook secret of pp_stripe_alone" },
    ])
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00" })
  })

  it("an order that was placed by a message can be captured in the admin, through the provider", async () => {
    const before = stripe.moneyCalls()
    const checkout = await startPayingWith("stripe_held")
    await stripe.pay(checkout.intentId)
    await store.waitForOrder(checkout.cartId)
    expect(await settledTruth(store, checkout)).toMatchObject({ orders: 1, payment_status: "authorized" })
    expect(stripe.moneyCalls()).toEqual(before)
    const payment = await paymentOf(checkout)
    await store.admin("POST", `/admin/payments/${payment.id}/capture`, {})
    expect(stripe.moneyCalls()).toEqual({ ...before, capture: before.capture + 1 })
    await stripe.settled()
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("a refund made at the gateway is read where our reader reads", async () => {
    const checkout = await startPayingWith("stripe_read")
    await stripe.pay(checkout.intentId)
    await store.waitForPaidOrder(checkout.cartId)
    await stripe.refund(checkout.intentId)
    await stripe.settled()
    await waitUntil("the refund is in the payment's lane", async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_payment_event event join ipn_lane lane on lane.id = event.lane_id
         where lane.key = $1 and event.type = 'refund.succeeded'`,
        [`ref:${checkout.sessionId}`]
      )
      return rows.length > 0
    })
  })

  it("a message that the provider cannot read now is kept, and read when it can", async () => {
    const checkout = await startPayingWith("stripe_alone")
    stripe.notify(closed)
    await stripe.payLater(checkout.intentId)
    const event = stripe.events.find(({ type, data }) => {
      return type === "payment_intent.processing" && data.object.id === checkout.intentId
    })
    // For this message the provider asks Stripe for the way to pay.
    stripe.failWith(400)
    expect(await send("stripe_alone", event!)).toBe(200)
    const waiting = async (fields: string) => {
      const { rows } = await store.sql.query<{ key: string; error: string }>(
        `select key, error from ipn_lane
         where account_id = 'stripe_alone' and key like 'msg:%' and state = 'waiting' and ${fields}`
      )
      return rows[0]
    }
    const lane = await waitUntil("the provider's failure is noted", () => waiting("error is not null"))
    stripe.failWith(undefined)
    await settleAgain(store, lane.key)
    await waitUntil("the message is confirmed", async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_message where id = $1 and proof = 'confirmed'`,
        [lane.key.slice("msg:".length)]
      )
      return rows.length === 1
    })
    expect(await settledTruth(store, checkout)).toMatchObject({ orders: 0, lane: "settled" })
  })

  it.each(["pp_stripe_alone", "%73tripe_alone", "stripe_alon%65"])(
    "no other way to write its name reaches Medusa's own handling: %s",
    async (name) => {
      const checkout = await startPayingWith("stripe_alone")
      expect(await send(name, await payUnheard(checkout))).toBe(404)
    }
  )

  describe("a provider that tells hundredths, and every payment as authorised: Paystack", () => {
    async function sendPaystack(checkout: Paying, amount: number, secret = paystackKey): Promise<number> {
      const body = JSON.stringify({
        event: "charge.success",
        data: {
          reference: `ref-${checkout.sessionId}`,
          status: "success",
          amount,
          currency: "EUR",
          metadata: { session_id: checkout.sessionId },
        },
      })
      const signature = createHmac("sha512", secret).update(body).digest("hex")
      const headers = { "content-type": "application/json", "x-paystack-signature": signature }
      return (await fetch(hook("paystack_paystack"), { method: "POST", headers, body })).status
    }
    const hundredths = ({ amount }: Paying) => Math.round(Number(amount) * 100)

    it("places the order", async () => {
      const checkout = await startPaying(store, { providerId: "pp_paystack_paystack" })
      expect(await sendPaystack(checkout, hundredths(checkout))).toBe(200)
      await store.waitForOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toMatchObject({ orders: 1, payment_status: "authorized" })
    })

    it("places nothing for a hundredth of the amount, which has the same digits", async () => {
      const checkout = await startPaying(store, { providerId: "pp_paystack_paystack" })
      expect(await sendPaystack(checkout, Number(checkout.amount))).toBe(200)
      await waitUntil("the lane is in review", async () => (await truthOf(store, checkout)).lane === "review")
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0 })
    })

    it("places nothing for a forgery, which the provider does not support", async () => {
      const before = await messagesOf("paystack_paystack")
      const checkout = await startPaying(store, { providerId: "pp_paystack_paystack" })
      expect(await sendPaystack(checkout, hundredths(checkout), "sk_test_onlyForTestsAStranger")).toBe(200)
      await waitUntil("the forgery is dropped", () =>
        store.logs().includes("pp_paystack_paystack does not support it, or could not prove it")
      )
      const { rows } = await store.sql.query(
        `select 1 from ipn_lane where account_id = 'paystack_paystack' and key like 'msg:%' and state <> 'settled'`
      )
      expect(rows).toEqual([])
      expect(await messagesOf("paystack_paystack")).toEqual(before)
      // A genuine message that the provider has no use for is answered the same: it must not alarm anybody.
      expect(await refusalsOf("paystack_paystack")).toEqual([])
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
    })
  })

  it("a provider that is not named goes through Medusa as before", async () => {
    const checkout = await startPayingWith("stripe_untouched")
    const event = await payUnheard(checkout)
    expect(await send("stripe_untouched", event)).toBe(200)
    await store.waitForOrderThat(checkout.cartId, "has one capture", ({ captures }) => captures === 1)
    expect(await messagesOf("stripe_untouched")).toEqual({})
    expect((await truthOf(store, checkout)).lane).toBe("none")
  })

  it("a name that no provider has stops the start, in words", async () => {
    const starting = startStore({
      database: { url: store.databaseUrl },
      env: {
        IPN_OPTIONS: JSON.stringify({ takeOver: ["stripe_aloen"] }),
        IPN_OTHER_PROVIDERS: JSON.stringify(providers),
      },
    })
    await expect(starting).rejects.toThrow(
      /takeOver names "stripe_aloen", but there is no payment provider "pp_stripe_aloen": choose of .*"stripe_alone"/
    )
  })
})
