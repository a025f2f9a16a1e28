import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { findGateway } from "../../src/gateways/find-gateway"
import type { PaymentEvent } from "../../src/domain/payment-event"
import { paidOnce, settledTruth } from "../support/invariants"
import { waitForLane } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { openReconciler, type Reconciler } from "../support/reconciler"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { waitUntil } from "../support/store/wait-until"

type Made = Readonly<{ state: string; compared: number; differences: number; error: string | null }>
type Difference = Readonly<{
  id: string
  kind: string
  reference: string | null
  here_amount: string | null
  gateway_amount: string | null
  currency_code: string
  state: string
  actor_id: string | null
  note: string | null
}>

/** The sandbox keeps its messages back: each of them is lost unless a test sends it. */
describe("comparing with the gateway", () => {
  let sandbox: SandboxSimulator
  let store: LentStore
  let reconciler: Reconciler

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({ simulators: { sandbox: sandbox.url } })
    reconciler = openReconciler(store)
  })
  afterAll(async () => {
    await reconciler?.close()
    await store?.stop()
    await sandbox?.stop()
  })
  afterEach(() => sandbox.setDown(false))

  const atGateway = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id
  const days = (count: number) => new Date(Date.now() + count * 86_400_000)

  async function tell(checkout: Paying, type: string, options: { amount?: string; payment?: string } = {}) {
    const about = { payment: atGateway(checkout), ...options }
    expect(await send(await signedMessage(store, "sandbox", type, checkout, about))).toBe(200)
    await waitForLane(
      store,
      `ref:${checkout.sessionId}`,
      "is looked at",
      ({ isDue, facts }) => !isDue && facts !== null
    )
  }

  async function startComparing(by = reconciler, from = days(-10)): Promise<string> {
    const started = await by.comparing.start({ accountId: "sandbox", from, to: days(1), actorId: "user_1" })
    if (started.kind !== "started") throw new Error(JSON.stringify(started))
    return started.id
  }

  async function made(id: string): Promise<Made> {
    const { rows } = await store.sql.query<Made>(
      `select state, compared, differences, error from ipn_reconciliation where id = $1`,
      [id]
    )
    return rows[0]!
  }

  async function compare(by = reconciler): Promise<{ id: string; made: Made }> {
    const id = await startComparing(by)
    await by.comparing.run()
    await waitUntil("the comparison is made", async () => (await made(id)).state === "done")
    return { id, made: await made(id) }
  }

  async function differencesIn(id: string, checkout?: Paying): Promise<Difference[]> {
    const { rows } = await store.sql.query<Difference>(
      `select id, kind, reference, here_amount, gateway_amount, currency_code, state, actor_id, note
         from ipn_difference where reconciliation_id = $1 and ($2::text is null or reference = $2) order by id`,
      [id, checkout?.sessionId ?? null]
    )
    return rows
  }

  it("finds each kind of difference, and nothing where both agree", async () => {
    const [agreed, abandoned, lost, onlyHere, parts, refunded, held] = [
      await startPaying(store),
      await startPaying(store),
      await startPaying(store),
      await startPaying(store),
      await startPaying(store),
      await startPaying(store),
      await startPaying(store),
    ]
    await sandbox.pay(atGateway(agreed))
    await tell(agreed, "payment.captured")
    await sandbox.pay(atGateway(lost))
    await tell(onlyHere, "payment.captured", { payment: "pay_of_which_the_gateway_knows_nothing" })
    await sandbox.authorize(atGateway(parts))
    await sandbox.capture(atGateway(parts))
    await tell(parts, "payment.captured", { amount: "10.00" })
    await sandbox.pay(atGateway(refunded))
    await tell(refunded, "payment.captured")
    await sandbox.refund(atGateway(refunded), "5.00")
    await sandbox.authorize(atGateway(held))
    await tell(held, "payment.authorized")
    await store.sql.query(
      `update ipn_expected_payment set created_at = created_at - interval '8 days' where reference = $1`,
      [held.sessionId]
    )

    const { id, made } = await compare()
    expect(made).toMatchObject({ state: "done", differences: 5, error: null })
    expect(made.compared).toBeGreaterThanOrEqual(7)
    const kinds = async (checkout: Paying) =>
      (await differencesIn(id, checkout)).map((one) => [one.kind, one.here_amount, one.gateway_amount])
    expect(await kinds(agreed)).toEqual([])
    expect(await kinds(abandoned)).toEqual([])
    expect(await kinds(lost)).toEqual([["only_at_gateway", null, lost.amount]])
    expect(await kinds(onlyHere)).toEqual([["only_here", onlyHere.amount, null]])
    expect(await kinds(parts)).toEqual([["amount_differs", "10.00", parts.amount]])
    expect(await kinds(refunded)).toEqual([["refund_missing", null, "5.00"]])
    expect(await kinds(held)).toEqual([["open_too_long", held.amount, held.amount]])
    expect(await differencesIn(id)).toHaveLength(5)

    const [found] = await differencesIn(id, lost)
    expect(await reconciler.comparing.pull(found!.id, "user_1")).toEqual({ kind: "done", newEvents: 1 })
    await store.waitForPaidOrder(lost.cartId)
    expect(await settledTruth(store, lost)).toEqual(paidOnce(lost))
    expect(await differencesIn(id, lost)).toMatchObject([{ state: "pulled", actor_id: "user_1" }])
    expect(await reconciler.comparing.pull(found!.id, "user_2")).toEqual({ kind: "changed", state: "pulled" })

    const [explained] = await differencesIn(id, onlyHere)
    const explain = () => reconciler.comparing.explain(explained!.id, "user_2", "Paid in cash.")
    expect(await explain()).toEqual({ kind: "done", newEvents: 0 })
    expect(await differencesIn(id, onlyHere)).toMatchObject([
      { state: "explained", actor_id: "user_2", note: "Paid in cash." },
    ])
    expect(await explain()).toEqual({ kind: "changed", state: "explained" })
    expect(await reconciler.comparing.pull("ipndif_unknown", "user_1")).toEqual({ kind: "not_found" })

    const again = await compare()
    expect(await differencesIn(again.id, lost)).toEqual([])
  })

  it("finds a payment of which the store knows nothing at all", async () => {
    const response = await fetch(`${sandbox.url}/payments`, {
      method: "POST",
      headers: { authorization: "Bearer test-only-sandbox-api-key", "idempotency-key": "elsewhere" },
      body: JSON.stringify({
        reference: "order_of_another_shop",
        amount: "7.00",
        currency: "eur",
        notify_url: "http://127.0.0.1:9/",
        return_url: "http://127.0.0.1:9/",
        cancel_url: "http://127.0.0.1:9/",
      }),
    })
    const { id: payment } = (await response.json()) as { id: string }
    await sandbox.pay(payment)
    const { id } = await compare()
    expect(await differencesIn(id)).toContainEqual(
      expect.objectContaining({
        kind: "only_at_gateway",
        reference: "order_of_another_shop",
        gateway_amount: "7.00",
      })
    )
  })

  it("concludes nothing while the gateway is away, and is made once it is back", async () => {
    const checkout = await startPaying(store)
    await sandbox.pay(atGateway(checkout))
    await tell(checkout, "payment.captured")
    sandbox.setDown(true)
    const id = await startComparing()
    await reconciler.comparing.run()
    await waitUntil("it was tried", async () => (await made(id)).error !== null)
    expect(await made(id)).toMatchObject({
      state: "waiting",
      differences: 0,
      error: "the sandbox answered 503",
    })
    expect(await differencesIn(id)).toEqual([])

    sandbox.setDown(false)
    await store.sql.query(`update ipn_reconciliation set lease_until = now() where id = $1`, [id])
    await reconciler.comparing.run()
    await waitUntil("the comparison is made", async () => (await made(id)).state === "done")
    expect(await differencesIn(id, checkout)).toEqual([])
  })

  it("starts over after a crash, without what it had found, and is made by one process", async () => {
    const checkout = await startPaying(store)
    await sandbox.pay(atGateway(checkout))
    // What a process leaves that dies in the middle of it, its lease running out.
    const id = "ipnrec_crashed"
    await store.sql.query(
      `insert into ipn_reconciliation (id, account_id, from_at, to_at, state, compared, differences, lease_until)
       values ($1, 'sandbox', now() - interval '1 day', now() + interval '1 minute', 'running', 3, 1, now() - interval '1 second')`,
      [id]
    )
    await store.sql.query(
      `insert into ipn_difference (id, reconciliation_id, account_id, kind, reference) values ('ipndif_stale', $1, 'sandbox', 'only_here', 'payses_stale')`,
      [id]
    )
    const second = openReconciler(store)
    try {
      await Promise.all([reconciler.comparing.run(), second.comparing.run()])
    } finally {
      await second.close()
    }
    await waitUntil("the comparison is made", async () => (await made(id)).state === "done")
    const found = await differencesIn(id)
    expect(found.map(({ reference }) => reference)).not.toContain("payses_stale")
    expect(await differencesIn(id, checkout)).toMatchObject([{ kind: "only_at_gateway" }])
    expect(await made(id)).toMatchObject({ differences: found.length })
  })

  it("where the gateway lists nothing, asks about each of our payments, and says what it cannot see", async () => {
    const { list: _, ...operations } = findGateway("sandbox").operations!
    const without = openReconciler(store, { operations })
    try {
      const checkout = await startPaying(store)
      await sandbox.pay(atGateway(checkout))
      expect(without.comparing.coverage("sandbox")).toBe("ours_only")
      expect(reconciler.comparing.coverage("sandbox")).toBe("both_sides")
      // PayPal answers an account with an app only; this one has the classic messages alone.
      expect(reconciler.comparing.coverage("paypal")).toBe("none")
      const { id } = await compare(without)
      expect(await differencesIn(id, checkout)).toMatchObject([{ kind: "only_at_gateway" }])
    } finally {
      await without.close()
    }
  })

  it("says why a comparison cannot be started, and starts the same one once", async () => {
    const { comparing } = reconciler
    const from = new Date(Date.now() - 3_600_000)
    const to = new Date(Date.now() - 1_000)
    expect(await comparing.start({ accountId: "paypal", from, to })).toMatchObject({ kind: "cannot_compare" })
    expect(await comparing.start({ accountId: "sandbox", from: to, to: from })).toMatchObject({
      kind: "bad_period",
    })
    expect(await comparing.start({ accountId: "sandbox", from: days(-100), to })).toMatchObject({
      kind: "bad_period",
    })
    // Leased to nobody, so that no job makes it meanwhile.
    const first = await comparing.start({ accountId: "sandbox", from, to })
    expect(first).toMatchObject({ kind: "started", coverage: "both_sides" })
    if (!("id" in first)) throw new Error("unreachable: it was just started")
    await store.sql.query(
      `update ipn_reconciliation set state = 'running', lease_until = now() + interval '1 minute' where id = $1`,
      [first.id]
    )
    expect(await comparing.start({ accountId: "sandbox", from, to })).toMatchObject({
      kind: "already_running",
      id: first.id,
    })
  })

  it("compares 10,000 payments with five statements for each hundred of them", async () => {
    const count = 10_000
    await store.sql.query(
      `insert into ipn_expected_payment (id, account_id, reference, amount, currency_code, gateway_payment_ids)
       select 'ipnexp_bulk' || n, 'sandbox', 'payses_bulk_' || n, '42.00', 'eur', jsonb_build_array('pay_bulk_' || n)
         from generate_series(1, ${count}) n`
    )
    await store.sql.query(
      `insert into ipn_lane (id, account_id, key, state, first_due_at, facts)
       select 'ipnlane_bulk' || n, 'sandbox', 'ref:payses_bulk_' || n, 'settled', now(),
              '{"captured":[{"amount":"42.00","currency":"eur"}],"authorized":[],"refunded":[],"refunds":[],"disputes":[]}'
         from generate_series(1, ${count}) n`
    )
    // What was told of the last one: the others agree by their facts alone.
    await store.sql.query(
      `insert into ipn_payment_event (id, account_id, key, lane_id, type, statement, occurred_at, received_at)
       values ('ipnev_bulk', 'sandbox', 'bulk', 'ipnlane_bulk${count}', 'payment.captured', $1, now(), now())`,
      [
        {
          key: "bulk",
          type: "payment.captured",
          test: true,
          gatewayPayment: `pay_bulk_${count}`,
          money: { amount: "42.00", currency: "eur" },
          occurredAt: new Date(),
          receivedAt: new Date(),
        },
      ]
    )
    const told = (n: number): PaymentEvent => {
      const money = { amount: n === count ? "41.00" : "42.00", currency: "eur" }
      return {
        key: `bulk:${n}`,
        type: "payment.captured",
        test: true,
        reference: `payses_bulk_${n}`,
        gatewayPayment: `pay_bulk_${n}`,
        money,
        totals: { captured: money },
      }
    }
    async function* list() {
      for (let at = 1; at <= count; at += 100) {
        yield await Promise.resolve(Array.from({ length: 100 }, (_, n) => told(at + n)))
      }
    }
    const bulk = openReconciler(store, { operations: { ...findGateway("sandbox").operations!, list } })
    try {
      const id = await startComparing(bulk, new Date(Date.now() - 60_000))
      const before = bulk.statements()
      await bulk.comparing.run()
      await waitUntil("the comparison is made", async () => (await made(id)).state === "done")
      const statements = bulk.statements() - before
      expect((await made(id)).compared).toBeGreaterThanOrEqual(count)
      const found = (await differencesIn(id)).filter(({ reference }) => reference?.startsWith("payses_bulk_"))
      expect(found).toMatchObject([
        {
          kind: "amount_differs",
          here_amount: "42.00",
          gateway_amount: "41.00",
          reference: `payses_bulk_${count}`,
        },
      ])
      expect(statements).toBeLessThanOrEqual((5 * count) / 100)
    } finally {
      await bulk.close()
    }
  })
})
