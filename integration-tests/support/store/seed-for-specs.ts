import { addShippingMethodToCartWorkflow, createCartWorkflow } from "@medusajs/medusa/core-flows"
import type { ExecArgs } from "@medusajs/framework/types"
import { Client } from "pg"
import { newCart, nobody, offerPattern } from "./filled-carts"
import seed from "./seed"
import { readSeeded } from "./seeded"

/** The seeded store, with a filled cart of each product that specs buy most, to be copied. Run with `medusa exec`. */
export default async function seedForSpecs(args: ExecArgs): Promise<void> {
  await seed(args)
  const sql = new Client({ connectionString: process.env.DATABASE_URL })
  await sql.connect()
  try {
    const seeded = await readSeeded(sql)
    for (const product of ["t-shirt", "coffee-mug"] as const) {
      const filling = { variantId: seeded.variantIds[product], quantity: 1, currency: "eur" } as const
      const { result: cart } = await createCartWorkflow(args.container).run({
        input: newCart(filling, nobody, seeded),
      })
      await addShippingMethodToCartWorkflow(args.container).run({
        input: { cart_id: cart.id, options: [{ id: seeded.shippingOptionId }] },
      })
      await offerPattern(sql, cart.id, filling)
    }
  } finally {
    await sql.end()
  }
}
