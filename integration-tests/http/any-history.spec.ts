import { mkdirSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { inParallel } from "../../src/modules/ipn/asking/asking"
import { fromDecimal, fromMinorUnits, type Money } from "../../src/domain/money"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { brokenPromises } from "../support/broken-promises"
import { settledLane } from "../support/lanes"
import { send } from "../support/messages"
import { deliveries, histories, type History } from "../support/model/gateway-model"
import { booksOf, keyOf, sandboxMessage, type Names } from "../support/model/sandbox-history"
import { startPaying, type Paying } from "../support/paying"
import { openReconciler, type Reconciler } from "../support/reconciler"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import type { ProductHandle } from "../support/store/seeded"

/** What becomes of one checkout: its history at the gateway, and what the network and the buyer make of it. */
type Story = Readonly<{
  product: ProductHandle
  quantity: number
  /** Whether taxes come on top, which leaves fractions of a cent: Medusa rounds no total. */
  isTaxed: boolean
  history: History
  /** Numbers of the statements as they arrive; those that never do are missing. */
  arriving: readonly number[]
  /** After which arrivals the store is left to finish what it has. */
  pauses: ReadonlySet<number>
  /** Before which arrival the buyer's browser completes the cart, if it ever does. */
  browser: number | undefined
  hasLoss: boolean
}>

const shipping = 500n
/** In thousandths. No total of the carts here ends at half a cent, where Medusa's numbers would round either way. */
const taxRate = 77n
const prices: readonly (readonly [ProductHandle, bigint])[] = [
  ["t-shirt", 1995n],
  ["coffee-mug", 1250n],
]

const count = Number(process.env.IPN_HISTORIES ?? 120)
const seed = Number(process.env.IPN_HISTORY_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Of a run with the same seed, one story alone. */
const only = process.env.IPN_HISTORY === undefined ? undefined : Number(process.env.IPN_HISTORY)
const atOnce = 6

/**
 * Whatever a gateway may do, and whatever the network makes of what it says: sent as signed messages to one store, many
 * checkouts at a time. IPN_HISTORIES sets how many; a failure names IPN_HISTORY_SEED and IPN_HISTORY, which repeat it.
 */
describe(`after any history (IPN_HISTORY_SEED=${seed})`, () => {
  let sandbox: SandboxSimulator
  let store: LentStore
  let asker: Reconciler
  const stories = fc.sample(anyStory(), { numRuns: count, seed })
  const played = new Map<number, Paying>()
  /** Carts with taxes in them, to be copied, by {@link fillingOf}. */
  const taxedCarts = new Map<string, string>()
  const failures = new Map<number, string[]>()

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({
      simulators: { sandbox: sandbox.url },
      settings: {
        "orders.failure_grace_minutes": 0,
        "orders.cancel_unpaid_on_failure": true,
        "stock.hold_on_start": true,
      },
    })
    asker = openReconciler(store)
    await fillTaxedCarts()
  })
  afterAll(async () => {
    await asker?.close()
    await store?.stop()
    await sandbox?.stop()
  })

  async function fillTaxedCarts(): Promise<void> {
    const { tax_regions } = await store.admin<{ tax_regions: { id: string }[] }>(
      "GET",
      "/admin/tax-regions?country_code=de"
    )
    const { tax_rate } = await store.admin<{ tax_rate: { id: string } }>("POST", "/admin/tax-rates", {
      tax_region_id: tax_regions[0]!.id,
      name: "VAT",
      code: "vat",
      rate: Number(taxRate) / 10,
      is_default: true,
    })
    for (const story of stories) {
      const filling = fillingOf(story)
      if (!story.isTaxed || taxedCarts.has(filling)) continue
      const variantId = store.seeded.variantIds[story.product]
      taxedCarts.set(filling, await store.buyer.fillCart({ variantId, quantity: story.quantity }))
    }
    await store.admin("DELETE", `/admin/tax-rates/${tax_rate.id}`)
  }

  function namesOf({ sessionId }: Paying): Names {
    const first = sandbox.paymentOf(sessionId).id
    return { sessionId, payment: (modelId) => (modelId === "pay_0" ? first : `${modelId}_${sessionId}`) }
  }

  async function play(story: Story, checkout: Paying): Promise<void> {
    const { history, arriving, pauses, browser } = story
    const names = namesOf(checkout)
    // The gateway knows all of it already: what is asked from here on gets its last word.
    if (history.events.some(({ gatewayPayment }) => gatewayPayment === "pay_0")) {
      sandbox.rewrite(names.payment("pay_0"), booksOf(history.events, "pay_0", names))
    }
    const completing: Promise<unknown>[] = []
    for (const [place, number] of arriving.entries()) {
      if (browser === place) {
        completing.push(store.buyer.completeCart(checkout.cartId).catch(() => undefined))
      }
      const message = sandboxMessage(store, history.events[number]!, history.ask, names)
      expect(await send(message)).toBe(200)
      if (pauses.has(place)) await settledLane(store, checkout.sessionId)
    }
    await Promise.all(completing)
    if (story.hasLoss) await asker.asking.askNow("sandbox", checkout.sessionId)
    await settledLane(store, checkout.sessionId)
  }

  /** Whether what the store knows is what the gateway knows. */
  async function untruths({ history, hasLoss }: Story, checkout: Paying): Promise<string[]> {
    const { rows } = await store.sql.query<{
      facts: { captured: Money[]; refunded: Money[] }
      keys: string[]
    }>(
      `select facts, (select jsonb_agg(key) from ipn_payment_event where lane_id = lane.id) as keys
         from ipn_lane lane where key = $1`,
      [`ref:${checkout.sessionId}`]
    )
    const { facts, keys } = rows[0] ?? { facts: { captured: [], refunded: [] }, keys: [] }
    const { currency } = history.ask
    const compared = (["captured", "refunded"] as const).flatMap((what) => {
      const known = facts[what].find((money) => money.currency === currency)?.amount ?? "0"
      const truth = fromMinorUnits(history.truth[what], currency)
      const same = fromDecimal(known, currency).amount === truth.amount
      return same ? [] : [`the store knows of ${known} ${what}, the gateway of ${truth.amount}`]
    })
    const lost = history.events.filter((event) => !keys.includes(keyOf(event, namesOf(checkout))))
    return [
      ...compared,
      ...(hasLoss || lost.length === 0 ? [] : [`${lost.length} accepted messages are gone`]),
    ]
  }

  it(`${count} checkouts are played to their end, ${atOnce} at a time`, async () => {
    const playing = [...stories.entries()].filter(([index]) => only === undefined || index === only)
    await inParallel(playing, atOnce, async ([index, story]) => {
      try {
        const { product, quantity, isTaxed } = story
        const like = isTaxed ? taxedCarts.get(fillingOf(story)) : undefined
        const checkout = await startPaying(store, { product, quantity, like })
        expect(checkout.amount).toBe(story.history.ask.amount)
        played.set(index, checkout)
        await play(story, checkout)
      } catch (error) {
        failures.set(index, [String(error)])
      }
    })
    keep(failures)
    expect(Object.fromEntries(failures)).toEqual({})
  }, 1_800_000)

  it("each cart has at most one order; captures, refunds, transactions, stock, ledger and what others are told agree with the gateway", async () => {
    const broken = new Map<number, string[]>()
    const all = await brokenPromises(store, [...played.values()])
    for (const [index, checkout] of played) {
      const faults = all.filter((fault) => fault.startsWith(checkout.sessionId))
      const wrong = [...faults, ...(await untruths(stories[index]!, checkout))]
      if (wrong.length > 0) broken.set(index, wrong)
    }
    keep(broken)
    expect(Object.fromEntries(broken)).toEqual({})
  })

  it("whoever paid the whole amount once, and got nothing back, has a paid order", async () => {
    const paid = [...played].filter(([index]) => isPlainlyPaid(stories[index]!))
    expect(paid.length).toBeGreaterThan(only === undefined ? 0 : -1)
    const unpaid = new Map<number, string[]>()
    for (const [index, checkout] of paid) {
      const [order] = await store.ordersOf(checkout.cartId)
      if (order?.payment_status !== "captured") unpaid.set(index, [order?.payment_status ?? "no order"])
    }
    keep(unpaid)
    expect(Object.fromEntries(unpaid)).toEqual({})
  })

  it("the stock that is reserved is that of the orders and the holds, each piece once, and never more than there is", async () => {
    const { rows } = await store.sql.query<{ reserved: number; items: number; free: number; twice: number }>(
      `select (select sum(reserved_quantity)::int from inventory_level where deleted_at is null) as reserved,
              (select coalesce(sum(quantity), 0)::int from reservation_item where deleted_at is null) as items,
              (select min(stocked_quantity - reserved_quantity)::int from inventory_level where deleted_at is null) as free,
              (select count(*)::int from (
                 select 1 from reservation_item where deleted_at is null
                 group by line_item_id, inventory_item_id having count(*) > 1) as more) as twice`
    )
    expect(rows[0]!.reserved).toBe(rows[0]!.items)
    expect(rows[0]!.free).toBeGreaterThanOrEqual(0)
    expect(rows[0]!.twice).toBe(0)
    const { rows: holds } = await store.sql.query<Record<"cart_id" | "state" | "wrong", string>>(
      `select * from (
         select hold.cart_id, hold.state,
           case
             when hold.state not in ('held', 'ordered', 'released') then 'nobody said how its order ended'
             when hold.state = 'held' and (held.pieces <> cart.pieces or has_order.yes) then held.pieces || ' held of ' || cart.pieces
             when hold.state <> 'held' and held.pieces > 0 then held.pieces || ' are held still'
             when hold.state = 'ordered' and not has_order.yes then 'there is no order'
             when hold.state = 'held' and lane.state = 'settled' and lane.reason is null and lane.facts ? 'ended'
               and lane.facts->'captured' = '[]' and lane.facts->'authorized' = '[]' then 'its payment has failed'
           end as wrong
         from unnest($1::text[]) as played(cart_id)
         join ipn_hold hold on hold.cart_id = played.cart_id
         left join ipn_lane lane on lane.cart_id = hold.cart_id,
         lateral (select coalesce(sum(quantity), 0)::int as pieces from reservation_item
           where external_id = hold.cart_id and deleted_at is null) as held,
         lateral (select sum(quantity)::int as pieces from cart_line_item
           where cart_id = hold.cart_id and deleted_at is null) as cart,
         lateral (select exists (select 1 from order_cart where cart_id = hold.cart_id and deleted_at is null) as yes) as has_order
       ) as looked where wrong is not null`,
      [[...played.values()].map(({ cartId }) => cartId)]
    )
    expect(holds).toEqual([])
    const { rows: all } = await store.sql.query<{ state: string }>(`select distinct state from ipn_hold`)
    expect(all.map(({ state }) => state)).toEqual(expect.arrayContaining(["ordered", "released"]))
  })

  it("no message made the store move money at the gateway", () => {
    const moving = sandbox.calls.filter(({ path }) => /captures|refunds|cancel/.test(path))
    expect(moving).toEqual([])
  })

  it("nothing was thrown out of the worker", () => {
    expect(store.logs().match(/.*could not settle.*/g) ?? []).toEqual([])
  })

  /** Prints what repeats a failure, and keeps it where nothing cleans up after the run. */
  function keep(failed: ReadonlyMap<number, readonly string[]>): void {
    if (failed.size === 0) return
    const folder = join(tmpdir(), "medusa-plugin-ipn-histories")
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${seed}.json`)
    const told = [...failed].map(([index, why]) => ({
      again: `IPN_HISTORY_SEED=${seed} IPN_HISTORIES=${count} IPN_HISTORY=${index} npm test -- any-history`,
      why,
      ...stories[index]!,
      pauses: [...stories[index]!.pauses],
    }))
    const written = JSON.stringify(
      told,
      (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
      2
    )
    writeFileSync(file, written)
    process.stderr.write(`${told.map(({ again }) => again).join("\n")}\nkept in ${file}\n`)
  }
})

const fillingOf = ({ product, quantity }: Story) => `${quantity} ${product}`

/** One payment of the whole amount, which nobody disputed, released or took anything back of. */
function isPlainlyPaid({ history }: Story): boolean {
  const { truth, events, ask } = history
  const types = new Set(events.map(({ type }) => type))
  const payments = new Set(events.map(({ gatewayPayment }) => gatewayPayment))
  const whole = BigInt(ask.amount.replace(".", ""))
  return (
    payments.size === 1 &&
    truth.captured === whole &&
    ![...types].some((type) => /refund|capture\./.test(type))
  )
}

function anyStory(): fc.Arbitrary<Story> {
  const cart = fc.record({
    item: fc.constantFrom(...prices),
    quantity: fc.integer({ min: 1, max: 3 }),
    isTaxed: fc.boolean(),
  })
  return fc.tuple(cart, fc.boolean()).chain(
    ([
      {
        item: [product, price],
        quantity,
        isTaxed,
      },
      hasLoss,
    ]) => {
      const net = price * BigInt(quantity) + shipping
      const ask = fromMinorUnits(isTaxed ? (net * (1000n + taxRate) + 500n) / 1000n : net, "eur")
      // Of a payment that was never told of, nobody can ask: those that lose messages have one payment.
      return histories({ ask, speech: "totals", payments: hasLoss ? 1 : 2, maxSteps: 18 })
        .filter(({ events }) => events.length > 0)
        .chain((history) =>
          fc
            .record({
              delivered: deliveries(history.events.map((_, number) => number)),
              lost: hasLoss
                ? fc.subarray(history.events.map((_, number) => number))
                : fc.constant<number[]>([]),
              pauses: fc.uniqueArray(fc.nat(20), { maxLength: 3 }),
              browser: fc.option(fc.nat(10), { freq: 3, nil: undefined }),
            })
            .map(({ delivered, lost, pauses, browser }) => ({
              product,
              quantity,
              isTaxed,
              history,
              arriving: delivered.filter((number) => !lost.includes(number)),
              pauses: new Set(pauses),
              browser,
              hasLoss,
            }))
        )
    }
  )
}
