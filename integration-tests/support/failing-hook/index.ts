import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ContainerRegistrationKeys, Module } from "@medusajs/framework/utils"
import { completeCartWorkflow } from "@medusajs/medusa/core-flows"

type Hook = (handler: (input: { cart_id: string }, context: Context) => Promise<void>) => void
type Context = { container: { resolve(name: string): Knex } }

const failed = new Set<string>()

/** A hook of the store's own that fails after the payment was authorised: once for each cart whose metadata say `hook_fails`. */
const { orderCreated } = completeCartWorkflow.hooks as unknown as { orderCreated: Hook }
orderCreated(async ({ cart_id: id }, { container }) => {
  const db = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  const { rows } = await db.raw(`select metadata->>'hook_fails' as fails from cart where id = ?`, [id])
  if (!(rows as { fails: string | null }[])[0]?.fails || failed.has(id)) return
  failed.add(id)
  throw new Error("the store's own hook failed")
})

class FailingHook {}

export default Module("failing_hook", { service: FailingHook })
