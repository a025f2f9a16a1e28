import { joinSharedStore, leaveSharedStore } from "../support/store/shared-store"
import type { Store } from "../support/store/store"

/** What is another in every cart: ids, times and the buyer. */
const own = /^(?:id|.*_id|email|metadata|created_at|updated_at)$/

describe("a cart that specs copy", () => {
  let store: Store

  beforeAll(async () => {
    store = await joinSharedStore()
  })
  afterAll(() => leaveSharedStore(store))

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

  it("has its delivery, also where several fill theirs at once and nobody did so before", async () => {
    const carts = await Promise.all(
      [1, 2, 3].map(() => store.buyer.fillCart({ quantity: 7, product: "coffee-mug" }))
    )
    const seen = await Promise.all(carts.map(read))
    for (const cart of seen) expect(cart).toMatchObject({ shipping_methods: [{ amount: 5 }] })
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
