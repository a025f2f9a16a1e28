import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/**
 * The amount of a capture that core is about to make, as a decimal string in major units. Core tells a provider the
 * capture's id only, not how much of the payment to capture; the row is there before the provider is called.
 */
export async function readCaptureAmount(db: Knex, captureId: string): Promise<string | undefined> {
  const { rows } = await db.raw(
    `select coalesce(raw_amount->>'value', amount::text) as amount from capture where id = ?`,
    [captureId]
  )
  return (rows as { amount: string }[])[0]?.amount
}
