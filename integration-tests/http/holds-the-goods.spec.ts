import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { callStore, tokenOf } from "../support/buyer-status"
import { holdOf, lapse, makeGoods, stockOf, type Goods } from "../support/goods"
import { paidOnce, settledTruth } from "../support/invariants"
import { settledLane } from "../support/lanes"
import { deliver, send, signedMessage } from "../support/messages"
import { ends, pauseAt, type End, type Moment } from "../support/pause-at"
import { startPaying, type Paying } from "../support/paying"
import { specAccounts, transferAccount } from "../support/store/accounts"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

/** The last piece, while somebody has it, and after somebody has bought it. */
const taken = { stocked: 1, reserved: 1, reservations: [1] }
const free = { stocked: 1, reserved: 0, reservations: [] }

const env = {
  IPN_OPTIONS: JSON.stringify({
    settings: { stock: { hold_on_start: true }, orders: { failure_grace_minutes: 0 } },
    worker: { leaseMs: 1_500, concurrency: 8 },
  }),
  // Whoever is stopped holds a connection.
  DB_POOL_MAX: "40",
}

/** Two processes on one database, on Medusa's default modules: its locks do not reach from one to the other. */
describe("holds the goods of a cart while its payment is under way", () => {
  let sandbox: SandboxSimulator
  let store: OwnStore
  let other: OwnStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    const at = {
      simulators: { sandbox: sandbox.url, transfer: sandbox.url },
      accounts: { ...specAccounts(), transfer: transferAccount() },
      env,
    }
    store = await startStore(at)
    other = await startStore({ ...at, database: { url: store.databaseUrl } })
  })
  afterAll(async () => {
    await other?.stop()
    await store?.stop()
    await sandbox?.stop()
  })

  const idOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id
  const at = (quantity: number) => ({ [store.seeded.stockLocationId]: quantity })
  const lastOne = () => makeGoods(store, { parts: [{ stock: at(1) }] })
  const buy = ({ variantId }: Goods, options = {}) => startPaying(store, { variantId, ...options })
  const stock = async (goods: Goods) => (await stockOf(store, goods))[0]
  const buyElsewhere = (cartId: string) =>
    other.buyer
      .choosePayment(cartId, { providerId: "pp_system_default" })
      .then(() => other.buyer.completeCart(cartId))

  async function tell(checkout: Paying, type: string, account = "sandbox"): Promise<void> {
    expect(await send(await signedMessage(store, account, type, checkout))).toBe(200)
    await settledLane(store, checkout.sessionId)
  }

  describe("from the start of the payment", () => {
    it("nobody else can start to pay for them, or buy them past us; the holder's order gets this very reservation", async () => {
      const goods = await lastOne()
      const [late, past] = (await store.buyer.fillCarts(2, goods)) as [string, string]
      const checkout = await buy(goods)
      expect(await stock(goods)).toEqual(taken)
      const { rows } = await store.sql.query(`select id from reservation_item where external_id = $1`, [
        checkout.cartId,
      ])
      await expect(store.buyer.choosePayment(late)).rejects.toThrow(/no longer in stock/)
      await expect(buyElsewhere(past)).rejects.toThrow(/Not enough stock/)
      await tell(checkout, "payment.captured")
      const order = (await store.ordersOf(checkout.cartId))[0]
      expect(order).toMatchObject({ payment_status: "captured", reservations: 1 })
      expect(await stock(goods)).toEqual(taken)
      const { rows: now } = await store.sql.query(
        `select id, line_item_id like 'ordli_%' as "isOrders", metadata, description from reservation_item
         where inventory_item_id = $1 and deleted_at is null`,
        [goods.itemIds[0]]
      )
      expect(now).toEqual([{ ...rows[0], isOrders: true, metadata: null, description: null }])
      expect(await holdOf(store, checkout.cartId)).toMatchObject({ state: "ordered" })
    })

    it("a browser that comes back too early does not lose them; when it comes back again it gets them", async () => {
      const goods = await lastOne()
      const checkout = await buy(goods)
      await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow(/not authorized/)
      expect([await stock(goods), await holdOf(store, checkout.cartId)]).toMatchObject([
        taken,
        { state: "held", minutes: 30 },
      ])
      await sandbox.pay(idOf(checkout))
      expect(await other.buyer.completeCart(checkout.cartId)).toMatchObject({ type: "order" })
      expect(await stock(goods)).toEqual(taken)
      await waitUntil("the hold is the order's", async () => {
        return (await holdOf(store, checkout.cartId))?.state === "ordered"
      })
    })

    it("the holder may change the cart, and nobody else can have what it gave back or needs more", async () => {
      const goods = await makeGoods(store, { parts: [{ stock: at(3) }] })
      const checkout = await buy(goods, { quantity: 2 })
      const { cart } = await store.buyer.call<{ cart: { items: { id: string }[] } }>(
        "GET",
        `/store/carts/${checkout.cartId}`
      )
      const change = (quantity: number) =>
        store.buyer.call("POST", `/store/carts/${checkout.cartId}/line-items/${cart.items[0]!.id}`, {
          quantity,
        })
      await change(3)
      await store.buyer.choosePayment(checkout.cartId)
      expect(await stock(goods)).toEqual({ stocked: 3, reserved: 3, reservations: [3] })
      await expect(change(4)).rejects.toThrow(/required inventory/)
      await expect(store.buyer.fillCart({ variantId: goods.variantId })).rejects.toThrow(/required inventory/)
      await change(1)
      const last = await store.buyer.choosePayment(checkout.cartId)
      expect(await stock(goods)).toEqual({ stocked: 3, reserved: 1, reservations: [1] })
      await tell({ ...checkout, ...last }, "payment.captured")
      expect(await store.ordersOf(checkout.cartId)).toMatchObject([{ reservations: 1 }])
      expect(await stock(goods)).toEqual({ stocked: 3, reserved: 1, reservations: [1] })
    })

    it("are seen in the admin, and freed there by hand, once", async () => {
      const goods = await lastOne()
      const checkout = await buy(goods)
      type Hold = { id: string; reservation_ids: string[] }
      const { holds } = await store.admin<{ holds: Hold[] }>(
        "GET",
        `/admin/ipn/holds?cart_id=${checkout.cartId}`
      )
      expect(holds).toMatchObject([
        { state: "held", payments: [{ payment_session_id: checkout.sessionId, state: "started" }] },
      ])
      const [hold] = holds
      expect(
        await store.admin("GET", `/admin/ipn/holds?state=held&reservation_id=${hold!.reservation_ids[0]}`)
      ).toMatchObject({ holds: [{ id: hold!.id }], count: 1 })
      const release = () => store.admin("POST", `/admin/ipn/holds/${hold!.id}/release`)
      expect(await release()).toMatchObject({ hold: { state: "released", because: "by_hand" } })
      await expect(release()).rejects.toThrow(/409.*The hold is released by now/)
      expect(await stock(goods)).toEqual(free)
    })

    it("several payments of a cart hold its goods once; the last that wants them decides", async () => {
      const goods = await lastOne()
      const checkout = await buy(goods)
      const second = {
        ...checkout,
        ...(await other.buyer.choosePayment(checkout.cartId, { account: "transfer" })),
      }
      expect([await stock(goods), await holdOf(store, checkout.cartId)]).toMatchObject([taken, { claims: 2 }])
      await tell(checkout, "payment.expired")
      expect([await stock(goods), await holdOf(store, checkout.cartId)]).toMatchObject([
        taken,
        { state: "held", claims: 1 },
      ])
      await tell(second, "payment.expired", "transfer")
      expect([await stock(goods), await holdOf(store, checkout.cartId)]).toMatchObject([
        free,
        { state: "released", because: "expired" },
      ])
    })
  })

  describe("of any kind", () => {
    let second: string

    beforeAll(async () => {
      const { stock_location } = await store.admin<{ stock_location: { id: string } }>(
        "POST",
        "/admin/stock-locations",
        { name: "Second warehouse" }
      )
      second = stock_location.id
      await store.admin("POST", `/admin/stock-locations/${second}/sales-channels`, {
        add: [store.seeded.salesChannelId],
      })
    })

    it("a kit is held in all of its parts", async () => {
      const goods = await makeGoods(store, {
        parts: [
          { stock: at(4), needs: 4 },
          { stock: at(5), needs: 2 },
        ],
      })
      const checkout = await buy(goods)
      const held = [
        { stocked: 4, reserved: 4, reservations: [4] },
        { stocked: 5, reserved: 2, reservations: [2] },
      ]
      expect(await stockOf(store, goods)).toEqual(held)
      await tell(checkout, "payment.captured")
      expect(await stockOf(store, goods)).toEqual(held)
      expect(await store.ordersOf(checkout.cartId)).toMatchObject([{ reservations: 6 }])
    })

    it("a kit of which a part is missing is not held in any part", async () => {
      const goods = await makeGoods(store, { parts: [{ stock: at(9) }, { stock: at(1) }] })
      const late = await store.buyer.fillCart({ variantId: goods.variantId })
      await buy(goods)
      await expect(store.buyer.choosePayment(late)).rejects.toThrow(/no longer in stock/)
      expect(await stockOf(store, goods)).toMatchObject([{ reserved: 1 }, { reserved: 1 }])
    })

    it("goods are held at the location that has them, and ordered from there", async () => {
      const goods = await makeGoods(store, { parts: [{ stock: { ...at(0), [second]: 1 } }] })
      const checkout = await buy(goods)
      await tell(checkout, "payment.captured")
      const { rows } = await store.sql.query(
        `select location_id, reserved_quantity::int as reserved from inventory_level
         where inventory_item_id = $1 and reserved_quantity <> 0`,
        [goods.itemIds[0]]
      )
      expect(rows).toEqual([{ location_id: second, reserved: 1 }])
      expect(await store.ordersOf(checkout.cartId)).toMatchObject([{ reservations: 1 }])
    })

    it("what may be ordered without stock is never refused; what is not managed is not held", async () => {
      const backorder = await makeGoods(store, { parts: [{ stock: at(0) }], allow_backorder: true })
      const unmanaged = await makeGoods(store, { parts: [], manage_inventory: false })
      const [first, next] = [await buy(backorder), await buy(backorder)]
      expect(await stock(backorder)).toEqual({ stocked: 0, reserved: 2, reservations: [1, 1] })
      const checkout = await buy(unmanaged)
      expect(await holdOf(store, checkout.cartId)).toMatchObject({ state: "released" })
      for (const one of [first, next, checkout]) {
        await tell(one, "payment.captured")
        expect(await store.ordersOf(one.cartId)).toMatchObject([{ payment_status: "captured" }])
      }
      expect(await stock(backorder)).toEqual({ stocked: 0, reserved: 2, reservations: [1, 1] })
    })

    it("a variant without inventory keeps nobody from paying: an issue says that it is not held, and what can be is", async () => {
      const goods = await makeGoods(store, { parts: [] })
      const other = await lastOne()
      const cartId = await store.buyer.fillCart({ variantId: other.variantId })
      // Medusa sells no variant that has no inventory: it lost it when it was in the cart already.
      await store.sql.query(
        `update cart_line_item set variant_id = $2 where cart_id = $1 and variant_id = $3`,
        [cartId, goods.variantId, other.variantId]
      )
      const checkout = { ...(await store.buyer.choosePayment(cartId)), email: "" }
      await tell(checkout, "payment.pending")
      const { issues } = await store.admin<{ issues: { cart_id: string; detail: object }[] }>(
        "GET",
        `/admin/ipn/issues?kind=stock_not_held`
      )
      expect(issues.find(({ cart_id }) => cart_id === cartId)).toMatchObject({
        status: "open",
        detail: { reason: "not_stocked" },
      })
      expect(await stock(other)).toEqual(free)
    })

    it("a location that is deleted meanwhile keeps nobody from paying, and an issue says that nothing is held", async () => {
      const { stock_location } = await store.admin<{ stock_location: { id: string } }>(
        "POST",
        "/admin/stock-locations",
        { name: "Closing down" }
      )
      await store.admin("POST", `/admin/stock-locations/${stock_location.id}/sales-channels`, {
        add: [store.seeded.salesChannelId],
      })
      const goods = await makeGoods(store, { parts: [{ stock: { [stock_location.id]: 1 } }] })
      const checkout = await buy(goods)
      await store.admin("DELETE", `/admin/stock-locations/${stock_location.id}`)
      await tell(checkout, "payment.pending")
      const { issues } = await store.admin<{ issues: { cart_id: string; message: string }[] }>(
        "GET",
        `/admin/ipn/issues?kind=stock_not_held`
      )
      expect(issues.find(({ cart_id }) => cart_id === checkout.cartId)).toMatchObject({
        message: expect.stringMatching(/not all of its goods can be held/) as unknown,
      })
    })
  })

  describe("when it becomes pending", () => {
    it("they are held for a day while a bank works, and the buyer is told until when", async () => {
      const goods = await lastOne()
      const checkout = await buy(goods)
      await tell(checkout, "payment.pending")
      expect(await holdOf(store, checkout.cartId)).toMatchObject({ state: "held", minutes: 1440 })
      const { body } = await callStore(store, "GET", "/store/ipn/status", { token: tokenOf(checkout) })
      const until = new Date(body.hold!.expires_at).getTime() - Date.now()
      expect(until / 3_600_000).toBeGreaterThan(23.9)
      expect(await stock(goods)).toEqual(taken)
      await tell(checkout, "payment.captured")
      const { body: paid } = await callStore(store, "GET", "/store/ipn/status", { token: tokenOf(checkout) })
      expect(paid).toMatchObject({ state: "paid", hold: null })
    })

    it("a transfer is waited for longer than a card", async () => {
      const goods = await lastOne()
      const checkout = await buy(goods, { account: "transfer" })
      await tell(checkout, "payment.pending", "transfer")
      expect((await holdOf(store, checkout.cartId))?.minutes).toBeGreaterThan(2 * 1440)
    })

    it("they are free when the payment has failed for good", async () => {
      const goods = await lastOne()
      const checkout = await buy(goods)
      await tell(checkout, "payment.attempt_failed")
      expect(await stock(goods)).toEqual(taken)
      await tell(checkout, "payment.expired")
      expect([await stock(goods), await holdOf(store, checkout.cartId)]).toMatchObject([
        free,
        { state: "released", because: "expired" },
      ])
      await tell(checkout, "payment.captured")
      expect(await settledTruth(store, checkout)).toMatchObject({ orders: 1, reservations: 1 })
    })
  })

  it("are free when their time is over; but the gateway is asked first", async () => {
    const names = ["paid", "pending", "silent", "transfer"] as const
    const all = await Promise.all(
      names.map(async (name) => {
        const goods = await lastOne()
        const account = name === "transfer" ? "transfer" : "sandbox"
        return [name, { goods, checkout: await buy(goods, { account }) }] as const
      })
    )
    const of = Object.fromEntries(all) as Record<(typeof names)[number], { goods: Goods; checkout: Paying }>
    await sandbox.pay(idOf(of.paid.checkout))
    await sandbox.pend(idOf(of.pending.checkout))
    await tell(of.transfer.checkout, "payment.pending", "transfer")
    await store.sql.query(
      `update ipn_hold set claims = jsonb_set(claims, $2, to_jsonb((extract(epoch from now()) * 1000)::bigint - 30 * 86400000::bigint))
       where cart_id = $1`,
      [of.transfer.checkout.cartId, [of.transfer.checkout.sessionId, "since"]]
    )
    const { rows: told } = await store.sql.query<{ count: number }>(
      `select count(*)::int as count from ipn_outbox where topic = 'ipn.hold.released'`
    )
    for (const name of names) await lapse(store, of[name].checkout.cartId)
    // Both processes come by in the same moment.
    await waitUntil(
      "the sweep came by",
      async () => (await holdOf(store, of.silent.checkout.cartId))?.state === "released",
      { withinMs: 90_000 }
    )
    await store.waitForPaidOrder(of.paid.checkout.cartId)
    expect(await holdOf(store, of.silent.checkout.cartId)).toMatchObject({ because: "lapsed" })
    await waitUntil("all were looked at", async () => {
      const { rows } = await store.sql.query(`select 1 from ipn_hold where due_at < now()`)
      return rows.length === 0
    })
    expect(await stock(of.silent.goods)).toEqual(free)
    expect(await stock(of.paid.goods)).toEqual(taken)
    expect([await stock(of.pending.goods), await holdOf(store, of.pending.checkout.cartId)]).toMatchObject([
      taken,
      { state: "held", minutes: 1440 },
    ])
    const { rows: after } = await store.sql.query<{ count: number }>(
      `select count(*)::int as count from ipn_outbox where topic = 'ipn.hold.released'`
    )
    const transferHeld = (await holdOf(store, of.transfer.checkout.cartId))?.state === "held"
    expect(after[0]!.count - told[0]!.count).toBe(transferHeld ? 1 : 2)
  })

  describe("the last one, to two buyers at once", () => {
    /** What the first buyer writes, and stands still before. */
    const taking = (goods: Goods): Record<string, Omit<Moment, "name">> => ({
      "the reservation": {
        table: "reservation_item",
        on: "insert",
        when: `new.inventory_item_id = '${goods.itemIds[0]}'`,
      },
      "what is reserved": {
        table: "inventory_level",
        on: "update",
        when: `new.inventory_item_id = '${goods.itemIds[0]}'`,
      },
      "the hold": { table: "ipn_hold", on: "update", when: `new.state = 'held'` },
    })
    const ordering = (goods: Goods, cartId: string): Record<string, Omit<Moment, "name">> => ({
      "the order's line": {
        table: "reservation_item",
        on: "update",
        when: `new.inventory_item_id = '${goods.itemIds[0]}' and new.line_item_id like 'ordli_%'`,
      },
      "the turned hold": {
        table: "ipn_hold",
        on: "update",
        when: `new.cart_id = '${cartId}' and new.state = 'turned'`,
      },
      "the payment": {
        table: "payment",
        on: "insert",
        when: `new.payment_collection_id = (select payment_collection_id from cart_payment_collection where cart_id = '${cartId}')`,
      },
      "the ordered hold": {
        table: "ipn_hold",
        on: "update",
        when: `new.cart_id = '${cartId}' and new.state = 'ordered'`,
      },
    })
    type Contest = Readonly<{ goods: Goods; mine: string; startsToPay: string; buysPastUs: string }>

    async function contest(): Promise<Contest> {
      const goods = await lastOne()
      const carts = await store.buyer.fillCarts(3, goods)
      const [mine, startsToPay, buysPastUs] = carts as [string, string, string]
      return { goods, mine, startsToPay, buysPastUs }
    }

    /** Both kinds of rivals come while the first buyer stands at a moment. */
    async function meet(
      { startsToPay, buysPastUs }: Contest,
      moment: Omit<Moment, "name">,
      first: () => Promise<unknown>
    ): Promise<unknown> {
      const pause = await pauseAt(store.databaseUrl, store.sql, [{ name: "the write", ...moment }])
      const done = first()
      await pause.reached()
      const fates = Promise.all([
        expect(other.buyer.choosePayment(startsToPay)).rejects.toThrow(/no longer in stock/),
        // Where its database is slow, core's engine refuses the buyer in words of its own.
        expect(buyElsewhere(buysPastUs)).rejects.toThrow(/Not enough stock|temp_failure\\?" is not allowed/),
      ])
      await waitUntil("the rivals wait, or were refused", () =>
        Promise.race([fates.then(() => true), waits()])
      )
      await pause.release()
      await fates
      return done
    }

    it.each(["the reservation", "what is reserved", "the hold"])(
      "while %s is written: the first to start paying has it",
      async (name) => {
        const all = await contest()
        const { goods, mine } = all
        await meet(all, taking(goods)[name]!, () => store.buyer.choosePayment(mine))
        expect([await stock(goods), await holdOf(store, mine)]).toMatchObject([taken, { state: "held" }])
      }
    )

    it.each(["the order's line", "the turned hold", "the payment", "the ordered hold"])(
      "while %s is written: the holder has it",
      async (name) => {
        const all = await contest()
        const { goods, mine } = all
        const { sessionId } = await store.buyer.choosePayment(mine)
        await sandbox.pay(sandbox.paymentOf(sessionId).id)
        const end = await meet(all, ordering(goods, mine)[name]!, () => store.buyer.completeCart(mine))
        expect(end).toMatchObject({ type: "order" })
        expect(await stock(goods)).toEqual(taken)
      }
    )

    it("an order that fails at its payment gives the goods back to their holder, and to nobody else in between", async () => {
      const all = await contest()
      const { goods, mine } = all
      const back = {
        table: "reservation_item",
        on: "update",
        when: `new.inventory_item_id = '${goods.itemIds[0]}' and new.line_item_id like 'cali_%'`,
      } as const
      await store.buyer.choosePayment(mine)
      const end = await meet(all, back, () =>
        store.buyer.completeCart(mine).catch((error: Error) => error.message)
      )
      expect(end).toMatch(/not authorized/)
      expect([await stock(goods), await holdOf(store, mine)]).toMatchObject([taken, { state: "held" }])
    })

    it("twenty who come at once, to both processes, by both ways: one has it", async () => {
      const goods = await lastOne()
      const carts = await store.buyer.fillCarts(20, goods)
      const answers = await Promise.allSettled(
        carts.map((cartId, i) =>
          i % 4 === 0 ? buyElsewhere(cartId) : (i % 2 ? store : other).buyer.choosePayment(cartId)
        )
      )
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
      expect(await stock(goods)).toEqual(taken)
    })

    async function waits(): Promise<boolean> {
      const { rows } = await store.sql.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      )
      return rows.length >= 2
    }
  })

  describe("when the process is killed", () => {
    type Crash = Readonly<{ goods: Goods; checkout: Paying }>
    const crashes = new Map<string, Crash>()
    const nameOf = (moment: string, end: End) => `${moment}, ${end}`
    const emailOf = (index: number, end: End) => `crash-${end}-${index}@example.com`
    const is = (table: string, on: Moment["on"], when: string) => ({ table, on, when })
    const moments: Record<string, (goods: Goods, cartId: string) => Omit<Moment, "name">> = {
      "the reservation of a hold": ({ itemIds }) =>
        is("reservation_item", "insert", `new.inventory_item_id = '${itemIds[0]}'`),
      "a hold": (_goods, cartId) =>
        is("ipn_hold", "update", `new.cart_id = '${cartId}' and new.state = 'held'`),
      "the line of an order": ({ itemIds }) =>
        is(
          "reservation_item",
          "update",
          `new.inventory_item_id = '${itemIds[0]}' and new.line_item_id like 'ordli_%'`
        ),
      "a turned hold": (_goods, cartId) =>
        is("ipn_hold", "update", `new.cart_id = '${cartId}' and new.state = 'turned'`),
      "an ordered hold": (_goods, cartId) =>
        is("ipn_hold", "update", `new.cart_id = '${cartId}' and new.state = 'ordered'`),
      "what is freed": ({ itemIds }) =>
        is(
          "inventory_level",
          "update",
          `new.inventory_item_id = '${itemIds[0]}' and new.reserved_quantity < old.reserved_quantity`
        ),
      "a released hold": (_goods, cartId) =>
        is("ipn_hold", "update", `new.cart_id = '${cartId}' and new.state = 'released'`),
    }
    const names = Object.keys(moments)

    beforeAll(async () => {
      const started: (() => Promise<unknown>)[] = []
      const paused: (Moment & { end: End })[] = []
      for (const [, end] of ends) {
        for (const [index, moment] of names.entries()) {
          const name = nameOf(moment, end)
          const goods = await lastOne()
          const email = emailOf(index, end)
          const cartId = await store.buyer.fillCart({ variantId: goods.variantId, email })
          paused.push({ name, end, ...moments[moment]!(goods, cartId) })
          const start = async () => {
            const checkout = await store.buyer.choosePayment(cartId)
            crashes.set(name, { goods, checkout: { ...checkout, email } })
            return checkout
          }
          if (index < 2) {
            started.push(start)
            continue
          }
          const checkout = { ...(await start()), email }
          if (index >= 5) {
            started.push(async () => send(await signedMessage(store, "sandbox", "payment.expired", checkout)))
            continue
          }
          await sandbox.pay(idOf(checkout))
          started.push(() => store.buyer.completeCart(cartId))
        }
      }
      const pause = await pauseAt(store.databaseUrl, store.sql, paused)
      const answers = started.map((act) => act().catch(() => undefined))
      await pause.reached()
      store.kill("SIGKILL")
      await store.exited()
      await pause.end()
      await Promise.all(answers)
      store = await store.restart()
    })

    describe.each(ends)("%s", (_, end) => {
      it.each(names.slice(0, 2))("%s: what is reserved is what is held", async () => {
        const { rows } = await store.sql.query<{ state: string; held: number; reserved: number }>(
          `select coalesce(hold.state, 'released') as state,
           (select count(*)::int from reservation_item where external_id = cart.id and deleted_at is null) as held
         from cart left join ipn_hold hold on hold.cart_id = cart.id
         where cart.email = any($1)`,
          [[emailOf(0, end), emailOf(1, end)]]
        )
        expect(rows).toHaveLength(2)
        for (const { state, held } of rows) expect(held).toBe(state === "held" ? 1 : 0)
      })

      it.each(names.slice(2, 5))("%s: one paid order has the goods", async (name) => {
        const { goods, checkout } = crashes.get(nameOf(name, end))!
        const payment = idOf(checkout)
        await deliver(await signedMessage(store, "sandbox", "payment.captured", checkout, { payment }))
        expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
        expect([await stock(goods), await holdOf(store, checkout.cartId)]).toMatchObject([
          taken,
          { state: "ordered" },
        ])
      })

      it.each(names.slice(5))("%s: the goods are free, once", async (name) => {
        const { goods, checkout } = crashes.get(nameOf(name, end))!
        await deliver(await signedMessage(store, "sandbox", "payment.expired", checkout))
        await waitUntil("the hold is released", async () => {
          return (await holdOf(store, checkout.cartId))?.state === "released"
        })
        expect(await stock(goods)).toEqual(free)
      })
    })
  })
})
