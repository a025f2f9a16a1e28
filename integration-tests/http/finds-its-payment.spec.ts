import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { startStripeSimulator, type StripeSimulator } from "../../src/gateways/stripe/simulator"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { laneOf, makeDue, waitForLane, type Lane } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"

/** Stripe's messages, some of which name only Stripe's own id of the payment. */
describe("finds the payment that a message is about", () => {
  let stripe: StripeSimulator
  let sandbox: SandboxSimulator
  let store: LentStore

  beforeAll(async () => {
    stripe = await startStripeSimulator()
    sandbox = await startSandboxSimulator()
    store = await borrowStore({ simulators: { stripe: stripe.url, sandbox: sandbox.url } })
  })
  afterAll(async () => {
    await store?.stop()
    await stripe?.stop()
    await sandbox?.stop()
  })

  type PayingAtStripe = Paying & Readonly<{ intent: string }>
  const payLane = ({ intent }: PayingAtStripe) => `pay:pi_${intent}`

  /** Stripe tells the id of the payment itself only once the buyer has begun to pay. */
  async function startPayingAtStripe(): Promise<PayingAtStripe> {
    const checkout = await startPaying(store, { account: "stripe" })
    return { ...checkout, intent: `test${checkout.sessionId.slice("payses_".length)}` }
  }

  async function tell(
    checkout: PayingAtStripe,
    type: string,
    edit?: (body: string) => string
  ): Promise<void> {
    const options = { payment: checkout.intent, ...(edit ? { edit } : {}) }
    expect(await send(await signedMessage(store, "stripe", type, checkout, options))).toBe(200)
  }

  function withoutReference(body: string): string {
    const without = body.replace(/"metadata":\s*\{[^}]*\}/, '"metadata":{}')
    expect(without).not.toContain("payses_")
    return without
  }

  const tellMoney = (checkout: PayingAtStripe) => tell(checkout, "payment_intent.succeeded", withoutReference)
  /** Names both our reference and Stripe's id; the money is still on its way. */
  const tellBoth = (checkout: PayingAtStripe) => tell(checkout, "checkout.session.completed.unpaid")

  async function eventsIn(laneKey: string): Promise<{ type: string; outcome: string | null }[]> {
    const { rows } = await store.sql.query<{ type: string; outcome: string | null }>(
      `select event.type, event.outcome from ipn_payment_event event join ipn_lane lane on lane.id = event.lane_id
        where lane.key = $1 order by event.type`,
      [laneKey]
    )
    return rows
  }

  const waitForUnmatched = (key: string, attempts: number): Promise<Lane> =>
    waitForLane(store, key, `was tried ${attempts} times`, (lane) => {
      return lane.state !== "waiting" && lane.attempts >= attempts
    })

  /** As if it had waited so long, and were due. */
  async function afterHours(key: string, hours: number): Promise<void> {
    await store.sql.query(
      `update ipn_lane set first_due_at = now() - $2 * interval '1 hour' where key = $1`,
      [key, hours]
    )
    await makeDue(store, key)
  }

  it("a payment named by the gateway's id alone, before that id is known: kept, retried, then one paid order", async () => {
    const checkout = await startPayingAtStripe()
    await tellMoney(checkout)
    const lane = await waitForUnmatched(payLane(checkout), 1)
    expect(lane).toMatchObject({ state: "unmatched", reason: "unknown_payment", isDue: true, error: null })
    expect(await eventsIn(payLane(checkout))).toEqual([{ type: "payment.captured", outcome: "unmatched" }])
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00", lane: "none" })

    await makeDue(store, payLane(checkout))
    expect(await waitForUnmatched(payLane(checkout), 2)).toMatchObject({ state: "unmatched", isDue: true })

    await tellBoth(checkout)
    await store.waitForPaidOrder(checkout.cartId)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(await laneOf(store, payLane(checkout))).toMatchObject({
      state: "settled",
      reason: "moved",
      events: 0,
    })
    expect(await eventsIn(`ref:${checkout.sessionId}`)).toEqual([
      { type: "payment.captured", outcome: "applied" },
      { type: "payment.pending", outcome: expect.stringMatching(/applied$/) as unknown },
    ])
  })

  it("after that id is known: applied at once", async () => {
    const checkout = await startPayingAtStripe()
    await tellBoth(checkout)
    expect(await settledTruth(store, checkout)).toMatchObject({ orders: 0, lane: "settled" })
    await tellMoney(checkout)
    await store.waitForPaidOrder(checkout.cartId)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(await laneOf(store, payLane(checkout))).toMatchObject({
      state: "settled",
      reason: "moved",
      events: 0,
    })
  })

  it("what comes later under that id joins the payment's lane, again and again", async () => {
    const checkout = await startPayingAtStripe()
    await tellBoth(checkout)
    await tellMoney(checkout)
    await store.waitForPaidOrder(checkout.cartId)
    await tell(checkout, "charge.dispute.created")
    await waitForLane(store, `ref:${checkout.sessionId}`, "has the dispute", ({ facts, isDue }) => {
      return !isDue && ((facts?.disputes ?? []) as unknown[]).length === 1
    })
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(await eventsIn(payLane(checkout))).toEqual([])
    expect(await eventsIn(`ref:${checkout.sessionId}`)).toContainEqual({
      type: "dispute.opened",
      outcome: "applied",
    })
  })

  it("a refund that was done with before anybody knew whose it was: no order on money that went back", async () => {
    const checkout = await startPayingAtStripe()
    await tell(checkout, "refund.updated", (body) => {
      const succeeded = body.replace(/"status":\s*"pending",/, '"status":"succeeded",')
      expect(succeeded).not.toBe(body)
      return withoutReference(succeeded)
    })
    const lane = await waitForLane(store, payLane(checkout), "is done", ({ state }) => state === "settled")
    expect(lane).toMatchObject({ reason: "went_back", isDue: false, events: 1 })

    await tell(checkout, "checkout.session.completed")
    await waitForLane(store, payLane(checkout), "was moved", ({ reason }) => reason === "moved")
    expect(await settledTruth(store, checkout)).toMatchObject({
      orders: 0,
      captured: "0.00",
      lane: "settled",
    })
    expect(await eventsIn(payLane(checkout))).toEqual([])
    expect((await eventsIn(`ref:${checkout.sessionId}`)).map(({ type }) => type)).toEqual([
      "payment.captured",
      "refund.succeeded",
    ])
  })

  it("a payment that stayed unknown for a day is for a person to see, and is paid all the same once it is known", async () => {
    const checkout = await startPayingAtStripe()
    await tellMoney(checkout)
    await waitForUnmatched(payLane(checkout), 1)
    await afterHours(payLane(checkout), 24)
    const lane = await waitForLane(
      store,
      payLane(checkout),
      "is in review",
      ({ state }) => state === "review"
    )
    expect(lane).toMatchObject({ reason: "never_matched", isDue: false, events: 1 })
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0 })
    await tellBoth(checkout)
    await store.waitForPaidOrder(checkout.cartId)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("a reference that is not ours is kept and retried for a day, then for a person to see; never done", async () => {
    const sessionId = "payses_01ANOTHERSTORESSESSION0000"
    const key = `ref:${sessionId}`
    const stranger = { sessionId, amount: "24.95", currency: "eur" }
    expect(await send(await signedMessage(store, "sandbox", "payment.captured", stranger))).toBe(200)
    const first = await waitForUnmatched(key, 1)
    expect(first).toMatchObject({ state: "unmatched", reason: "unknown_payment", isDue: true, events: 1 })
    expect(await eventsIn(key)).toEqual([{ type: "payment.captured", outcome: "unmatched" }])

    await afterHours(key, 23.9)
    expect(await waitForUnmatched(key, 2)).toMatchObject({ state: "unmatched", isDue: true, error: null })
    await afterHours(key, 24)
    const last = await waitForLane(store, key, "is in review", ({ state }) => state === "review")
    expect(last).toMatchObject({ reason: "never_matched", isDue: false, events: 1, error: null })
    expect(await eventsIn(key)).toEqual([{ type: "payment.captured", outcome: "unmatched" }])
  })

  it("one account's payment ids are not another's", async () => {
    const checkout = await startPaying(store)
    const atStripe = await startPayingAtStripe()
    // The sandbox's payment bears the very id that Stripe's message names.
    await store.sql.query(
      `update ipn_expected_payment set gateway_payment_ids = gateway_payment_ids || $2::jsonb where reference = $1`,
      [checkout.sessionId, JSON.stringify([`pi_${atStripe.intent}`])]
    )
    await tellMoney(atStripe)
    expect(await waitForUnmatched(payLane(atStripe), 1)).toMatchObject({
      state: "unmatched",
      account: "stripe",
    })
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
  })
})
