import { pauseAt } from "../support/pause-at"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { waitUntil } from "../support/store/wait-until"

/** What is another in every cart: ids, times and the buyer. */
const own = /^(?:id|.*_id|email|metadata|created_at|updated_at)$/

describe("a cart that specs copy", () => {
  let store: LentStore

  beforeAll(async () => {
    store = await borrowStore()
  })
  afterAll(() => store?.stop())

  async function read(cartId: string): Promise<unknown> {
    const { cart } = await store.buyer.call<{ cart: object }>("GET", `/store/carts/${cartId}`)
    return withoutOwn(cart)
  }

  it.each([
    ["of the pattern that the seeded store has", {}],
    ["of a pattern that is filled first", { quantity: 3, currency: "usd" }],
  ])("is to Medusa what it fills itself: %s", async (_, options) => {
    const email = `copied-${process.pid}@example.com`
    const copied = await store.buyer.fillCart({ ...options, email })
    const filled = await store.buyer.fillCart({
      ...options,
      email,
      variantId: store.seeded.variantIds["t-shirt"],
    })
    const seen = await read(copied)
    expect(seen).toEqual(await read(filled))
    expect(seen).toMatchObject({
      items: [{ title: "T-shirt" }],
      shipping_methods: [{ amount: 5 }],
      shipping_address: { city: "Berlin" },
    })
    const { rows } = await store.sql.query<{ email: string; customer_id: string }>(
      `select email, customer_id from cart where id = any($1)`,
      [[copied, filled]]
    )
    expect(rows.map((row) => row.email)).toEqual([email, email])
    expect(new Set(rows.map((row) => row.customer_id)).size).toBe(1)
  })

  it("has its delivery, also where another one of its kind is just being filled", async () => {
    const options = { quantity: 7, product: "coffee-mug" } as const
    const pause = await pauseAt(store.databaseUrl, store.sql, [
      {
        name: "the delivery",
        table: "cart_shipping_method",
        on: "insert",
        when: `exists (select from cart_line_item where cart_id = new.cart_id and quantity = 7)`,
      },
    ])
    const first = store.buyer.fillCart(options)
    await pause.reached()
    const second = store.buyer.fillCart(options)
    const twoWait = async () => {
      const { rows } = await store.sql.query(
        `select 1 from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`
      )
      return rows.length >= 2
    }
    await waitUntil("it is filled too, or copied", () => Promise.race([second.then(() => true), twoWait()]))
    await pause.release()
    for (const cartId of await Promise.all([first, second])) {
      expect(await read(cartId)).toMatchObject({ shipping_methods: [{ amount: 5 }] })
    }
  })
})

function withoutOwn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutOwn)
  if (value === null || typeof value !== "object") return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !own.test(name))
      .map(([name, inner]) => [name, withoutOwn(inner)])
  )
}
