import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { brokenPromises } from "../support/broken-promises"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { settledLane } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { pauseAt, type Moment } from "../support/pause-at"
import { startPaying, type Paying } from "../support/paying"
import { describeOnRedis, redisModules, startRedis, type Redis } from "../support/store/redis"
import type { ProductHandle } from "../support/store/seeded"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

describeOnRedis("two processes on Medusa's Redis modules: event bus, workflow engine, locking", () => {
  let redis: Redis
  let sandbox: SandboxSimulator
  let one: OwnStore
  let two: OwnStore
  const seen: Paying[] = []

  beforeAll(async () => {
    redis = await startRedis()
    sandbox = await startSandboxSimulator()
    const options = {
      simulators: { sandbox: sandbox.url },
      env: {
        IPN_OTHER_MODULES: JSON.stringify(redisModules(redis.url)),
        IPN_OPTIONS: JSON.stringify({ worker: { leaseMs: 1_500 } }),
      },
    }
    one = await startStore(options)
    two = await startStore({ ...options, database: { url: one.databaseUrl } })
  })
  afterAll(async () => {
    await two?.stop()
    await one?.stop()
    await sandbox?.stop()
    await redis?.stop()
  })

  /** The buyer is served by one of the processes: the gateway sends its messages there. */
  async function paying(by: OwnStore, product: ProductHandle = "t-shirt"): Promise<Paying> {
    const checkout = await startPaying(by, { product })
    seen.push(checkout)
    return checkout
  }

  it("are what runs", () => {
    for (const store of [one, two]) {
      for (const module of ["event-bus-redis", "locking-redis", "workflow-engine-redis"]) {
        expect(store.logs()).toMatch(new RegExp(`Connection to Redis in .*${module}.* established`))
      }
      expect(store.logs()).not.toMatch(/Local Event Bus|in-memory/)
    }
  })

  it("the same message ten times at once, at both: one paid order", async () => {
    const checkout = await paying(one)
    const id = `both_${checkout.cartId}`
    const [here, there] = [
      await signedMessage(one, "sandbox", "payment.captured", checkout, { id }),
      await signedMessage(two, "sandbox", "payment.captured", checkout, { id }),
    ]
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => send(n % 2 ? here : there)))
    expect(answers).toEqual(Array(10).fill(200))
    expect(await settledTruth(one, checkout)).toEqual(paidOnce(checkout))
  })

  it.each([1, 2, 3])(
    "a message at one and the buyer's browser at the other: one paid order (%i)",
    async () => {
      const checkout = await paying(one)
      const message = await signedMessage(one, "sandbox", "payment.captured", checkout)
      await Promise.all([
        send(message),
        two.buyer.completeCart(checkout.cartId).catch(() => undefined),
        one.buyer.completeCart(checkout.cartId).catch(() => undefined),
      ])
      expect(await settledTruth(one, checkout)).toEqual(paidOnce(checkout))
    }
  )

  it.each([1, 2, 3])(
    "a refund in the admin of one, told to the other at once: booked once, made once (%i)",
    async () => {
      const checkout = await paying(two)
      const payment = sandbox.paymentOf(checkout.sessionId)
      await sandbox.pay(payment.id)
      const order = await one.waitForPaidOrder(checkout.cartId)
      const { rows } = await one.sql.query<{ id: string }>(
        "select id from payment where payment_session_id = $1",
        [checkout.sessionId]
      )
      await one.admin("POST", `/admin/payments/${rows[0]!.id}/refund`, { amount: 5 })
      await sandbox.settled()
      await settledTruth(one, checkout)
      const [after] = await one.ordersOf(checkout.cartId)
      expect(after).toMatchObject({ id: order.id, payment_status: "partially_refunded", refunds: 1 })
      expect(Number(after!.transactions)).toBeCloseTo(Number(checkout.amount) - 5, 2)
      expect(sandbox.calls.filter(({ path }) => path === `/payments/${payment.id}/refunds`)).toHaveLength(1)
    }
  )

  /** The other goes on with all that one had in hand: three payments, each at its own moment. */
  describe("SIGKILL of one", () => {
    const reserving = "the stock is reserved"
    const moments: Readonly<Record<string, (checkout: Paying) => Omit<Moment, "name">>> = {
      "the order is made": ({ email }) => ({ table: "order", on: "insert", when: `new.email = '${email}'` }),
      "the order learns of the capture": ({ email }) => ({
        table: "order_transaction",
        on: "insert",
        when: `exists (select 1 from "order" o where o.id = new.order_id and o.email = '${email}')`,
      }),
      [reserving]: ({ email }) => ({
        table: "reservation_item",
        on: "insert",
        when: `exists (select 1 from order_item item join "order" o on o.id = item.order_id where item.item_id = new.line_item_id and o.email = '${email}')`,
      }),
    }
    const checkouts = new Map<string, Paying>()
    /** Since then the other process has them all to do. */
    let left: number

    beforeAll(async () => {
      for (const name of Object.keys(moments)) {
        // Core reserves one inventory item at a time: who is stopped there must not keep the others from theirs.
        checkouts.set(name, await paying(one, name === reserving ? "coffee-mug" : "t-shirt"))
      }
      const paused = [...checkouts].map(([name, checkout]) => ({ name, ...moments[name]!(checkout) }))
      const pause = await pauseAt(one.databaseUrl, one.sql, paused)
      // Stopped for a moment, so that it is the other one that begins.
      two.kill("SIGSTOP")
      try {
        for (const checkout of checkouts.values()) {
          expect(await send(await signedMessage(one, "sandbox", "payment.captured", checkout))).toBe(200)
        }
        await pause.reached()
        one.kill("SIGKILL")
        await one.exited()
        await pause.cutOff()
      } finally {
        two.kill("SIGCONT")
        left = Date.now()
      }
    })

    it.each(Object.keys(moments).filter((name) => name !== reserving))(
      "just before %s: the other goes on within seconds",
      async (name) => {
        const checkout = checkouts.get(name)!
        await waitUntil(
          "the other process has settled it",
          async () => (await truthOf(two, checkout)).lane === "settled",
          { withinMs: left + 15_000 - Date.now() }
        )
        expect(await settledTruth(two, checkout)).toEqual(paidOnce(checkout))
      }
    )

    // Core locks the goods under a name that only the dead process knew, for a minute: nobody can buy them meanwhile.
    it(`just before ${reserving}: the other goes on when Medusa's own lock of the goods lapses`, async () => {
      await redis.lapseLocks()
      const checkout = checkouts.get(reserving)!
      expect(await settledTruth(two, checkout)).toEqual(paidOnce(checkout))
    })

    it("and it comes back", async () => {
      one = await one.restart()
      const checkout = await paying(one)
      expect(await send(await signedMessage(one, "sandbox", "payment.captured", checkout))).toBe(200)
      expect(await settledTruth(one, checkout)).toEqual(paidOnce(checkout))
    })
  })

  it("and every promise about money holds for each of them", async () => {
    for (const { sessionId } of seen) await settledLane(two, sessionId)
    expect(await brokenPromises(two, seen)).toEqual([])
    const { rows } = await two.sql.query(
      "select topic, fact from ipn_outbox group by channel, topic, fact having count(*) > 1"
    )
    expect(rows).toEqual([])
  })
})
