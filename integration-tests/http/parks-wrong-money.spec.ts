import { startPaypalIpnSimulator, type PaypalIpnSimulator } from "../../src/gateways/paypal/simulator"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { waitForReview, type Lane } from "../support/lanes"
import { send, signedMessage, type MessageOptions } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { readStoreRows } from "../support/store-rows"
import { borrowStore, type LentStore } from "../support/store/kept-store"

const eur = (amount: string) => ({ amount, currency: "eur" })

/** An amount, some cents away. */
function cents(amount: string, more: number): string {
  return ((Math.round(Number(amount) * 100) + more) / 100).toFixed(2)
}

describe("parks money that is not what was asked for", () => {
  let sandbox: SandboxSimulator
  let paypal: PaypalIpnSimulator
  let store: LentStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator()
    paypal = await startPaypalIpnSimulator()
    store = await borrowStore({ simulators: { sandbox: sandbox.url, paypal: paypal.url } })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
    await paypal?.stop()
  })

  /** Does what makes a message come, and proves that it changed nothing but our own books. */
  async function park(sessionId: string, tell: () => Promise<unknown>): Promise<Lane> {
    const before = await readStoreRows(store)
    await tell()
    const lane = await waitForReview(store, sessionId)
    expect(await readStoreRows(store)).toEqual(before)
    return lane
  }

  async function tell(checkout: Paying, type: string, options: MessageOptions = {}): Promise<void> {
    expect(await send(await signedMessage(store, "sandbox", type, checkout, options))).toBe(200)
  }

  async function outcomesOf({ sessionId }: Paying): Promise<string[]> {
    const { rows } = await store.sql.query<{ outcome: string }>(
      `select event.outcome from ipn_payment_event event join ipn_lane lane on lane.id = event.lane_id
        where lane.key = $1 order by event.received_at`,
      [`ref:${sessionId}`]
    )
    return rows.map(({ outcome }) => outcome)
  }

  /** The buyer's browser cannot talk the store into an order that the message could not place. */
  async function cannotBeCompleted(checkout: Paying, because = /not authorized/): Promise<void> {
    await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow(because)
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00", reservations: 0 })
  }

  const paidOtherwise = (paid: Partial<MessageOptions>) => async (checkout: Paying) =>
    tell(checkout, "payment.captured", paid)
  const cases: [
    what: string,
    reason: string,
    how: (checkout: Paying) => Promise<void>,
    detail: (checkout: Paying) => object,
  ][] = [
    [
      "one cent short",
      "amount_short",
      (checkout) => paidOtherwise({ amount: cents(checkout.amount, -1) })(checkout),
      ({ amount }) => ({ expected: eur(amount), told: eur(cents(amount, -1)) }),
    ],
    [
      "authorised one cent short",
      "amount_short",
      (checkout) => tell(checkout, "payment.authorized", { amount: cents(checkout.amount, -1) }),
      ({ amount }) => ({ expected: eur(amount), told: eur(cents(amount, -1)) }),
    ],
    [
      "one cent over",
      "amount_over",
      (checkout) => paidOtherwise({ amount: cents(checkout.amount, 1) })(checkout),
      ({ amount }) => ({ expected: eur(amount), told: eur(cents(amount, 1)) }),
    ],
    [
      "the same digits in another currency",
      "currency_differs",
      paidOtherwise({ currency: "usd" }),
      ({ amount }) => ({ expected: eur(amount), told: { amount, currency: "usd" } }),
    ],
    [
      "the same digits of yen, which has no cents",
      "currency_differs",
      (checkout) =>
        paidOtherwise({
          edit: (body) => body.replaceAll('"eur"', '"jpy"').replaceAll(/(\d)\.\d\d"/g, '$1"'),
        })(checkout),
      ({ amount }) => ({
        expected: eur(amount),
        told: { amount: amount.replace(/\..*/, ""), currency: "jpy" },
      }),
    ],
    [
      "live money at an account in test mode",
      "mode_differs",
      paidOtherwise({ edit: (body) => body.replace(/"test":\s*true/, '"test":false') }),
      () => ({ modes: ["live"] }),
    ],
    [
      "held back by the gateway itself",
      "held_by_gateway",
      (checkout) => tell(checkout, "payment.captured-held"),
      ({ amount }) => ({ told: eur(amount) }),
    ],
  ]

  it.each(cases)("%s", async (_, reason, how, detail) => {
    const checkout = await startPaying(store)
    const lane = await park(checkout.sessionId, () => how(checkout))
    expect(lane).toMatchObject({ reason, account: "sandbox", isDue: false })
    expect(lane.detail).toEqual(detail(checkout))
    expect(await outcomesOf(checkout)).toEqual(["review"])
    await cannotBeCompleted(checkout)
  })

  it("a short payment that is made up for later is one paid order", async () => {
    const checkout = await startPaying(store)
    const short = cents(checkout.amount, -1)
    await park(checkout.sessionId, () => tell(checkout, "payment.captured", { amount: short }))
    await tell(checkout, "payment.captured")
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(await outcomesOf(checkout)).toEqual(["applied", "applied"])
  })

  it("the same wrong message ten times changes nothing either", async () => {
    const checkout = await startPaying(store)
    const message = await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "0.01" })
    const lane = await park(checkout.sessionId, async () => {
      for (let i = 0; i < 10; i++) expect(await send(message)).toBe(200)
    })
    expect(lane).toMatchObject({ reason: "amount_short", events: 1 })
  })

  it("money that went to somebody else, though PayPal says that the message is its own", async () => {
    const checkout = await startPaying(store, { account: "paypal" })
    const lane = await park(checkout.sessionId, () =>
      paypal.payOtherReceiver(store.accounts.paypal!.notify_url, {
        mc_gross: checkout.amount,
        mc_currency: "EUR",
        custom: checkout.sessionId,
        invoice: checkout.sessionId,
      })
    )
    expect(paypal.deliveries.at(-1)).toMatchObject({ status: 200, accepted: true })
    expect(lane).toMatchObject({ reason: "receiver_differs", account: "paypal" })
    expect(lane.facts).toMatchObject({ otherReceivers: ["aaaaaaaaaaaaa"] })
    await cannotBeCompleted(checkout)
  })

  describe("a genuine small payment that quotes another order's reference", () => {
    let dear: Paying
    let cheap: Paying
    let cheapPayment: string

    beforeAll(async () => {
      dear = await startPaying(store, { quantity: 3 })
      cheap = await startPaying(store, { product: "coffee-mug" })
      cheapPayment = sandbox.paymentOf(cheap.sessionId).id
    })

    it("pays neither", async () => {
      const lane = await park(dear.sessionId, () =>
        tell(dear, "payment.captured", { amount: cheap.amount, payment: cheapPayment })
      )
      expect(lane.reason).toBe("amount_short")
      expect(lane.detail).toEqual({ expected: eur(dear.amount), told: eur(cheap.amount) })
      await cannotBeCompleted(dear)
      expect(await truthOf(store, cheap)).toMatchObject({ orders: 0, lane: "none" })
    })

    it("is not taken for that order's payment", async () => {
      const { rows } = await store.sql.query<{ reference: string; ids: string[] }>(
        `select reference, gateway_payment_ids as ids from ipn_expected_payment where reference = any($1)`,
        [[dear.sessionId, cheap.sessionId]]
      )
      const known = Object.fromEntries(rows.map(({ reference, ids }) => [reference, ids]))
      expect(known).toEqual({
        [dear.sessionId]: [sandbox.paymentOf(dear.sessionId).id],
        [cheap.sessionId]: [cheapPayment],
      })
    })

    it("leaves the small order to be paid by its own message", async () => {
      await sandbox.pay(cheapPayment)
      expect(await settledTruth(store, cheap)).toEqual(paidOnce(cheap))
      expect(await truthOf(store, dear)).toMatchObject({ orders: 0, lane: "review" })
    })
  })

  it("a cart that costs another amount than was paid, until it costs that again", async () => {
    const checkout = await startPaying(store)
    const price = async (amount: number) => {
      const { rowCount } = await store.sql.query(
        `update cart_line_item set unit_price = $2::numeric, raw_unit_price = jsonb_build_object('value', $2::text, 'precision', 20)
          where cart_id = $1`,
        [checkout.cartId, String(amount)]
      )
      expect(rowCount).toBe(1)
    }
    // Medusa drops the session when a buyer changes the cart; staff, scripts and other plugins do not.
    await price(29.95)
    const lane = await park(checkout.sessionId, () => tell(checkout, "payment.captured"))
    expect(lane.reason).toBe("cart_changed")
    expect(lane.detail).toEqual({ expected: eur("34.95"), told: eur(checkout.amount) })
    await cannotBeCompleted(
      checkout,
      /costs 34\.95 EUR, but 24\.95 EUR was asked for: choose the payment again/
    )
    await price(19.95)
    await tell(checkout, "payment.captured")
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("the page of a cart that the buyer filled further in another window", async () => {
    const checkout = await startPaying(store)
    await store.buyer.call("POST", `/store/carts/${checkout.cartId}/line-items`, {
      variant_id: store.seeded.variantIds["coffee-mug"],
      quantity: 1,
    })
    const lane = await park(checkout.sessionId, () => sandbox.pay(sandbox.paymentOf(checkout.sessionId).id))
    expect(lane.reason).toBe("session_replaced")
    expect(lane.detail).toEqual({ told: eur(checkout.amount) })
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00" })
  })

  it("the old page, when the buyer chose anew and paid both: the new one is the one paid order", async () => {
    const old = await startPaying(store)
    const chosen: Paying = { ...(await store.buyer.choosePayment(old.cartId)), email: old.email }
    expect(chosen.sessionId).not.toBe(old.sessionId)
    await sandbox.pay(sandbox.paymentOf(chosen.sessionId).id)
    expect(await settledTruth(store, chosen)).toEqual(paidOnce(chosen))
    const lane = await park(old.sessionId, () => sandbox.pay(sandbox.paymentOf(old.sessionId).id))
    expect(lane.reason).toBe("session_replaced")
    expect(lane.detail).toEqual({ told: eur(old.amount) })
    // The money that came twice stays for a person to give back; telling it again changes nothing.
    const payment = sandbox.paymentOf(old.sessionId).id
    const again = await park(old.sessionId, () => tell(old, "payment.captured", { payment }))
    expect(again).toMatchObject({ reason: "session_replaced" })
    expect(await truthOf(store, chosen)).toEqual(paidOnce(chosen))
  })

  it("makes no call to a gateway that moves money", () => {
    expect(sandbox.calls.filter(({ path }) => /captures|refunds|cancel/.test(path))).toEqual([])
  })
})
