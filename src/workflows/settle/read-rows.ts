import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"

/** An amount as Medusa keeps it: exact in `raw_amount`, rounded to a number in `amount`. */
export type Amount = { raw_amount?: { value: string } | null; amount: number | string }

/** The exact amount of a Medusa row, as the decimal string that it stores. */
export function exact(row: Amount): string {
  return plainDecimal(row.raw_amount?.value ?? row.amount)
}

/** A decimal string without exponent, from the numbers that Medusa computes. */
export function plainDecimal(value: { toString(): string } | number | string): string {
  const text = String(value)
  return /e/i.test(text) ? Number(text).toFixed(10) : text
}

/** Rows by exact filters. The caller never hands in an undefined value. */
export async function graph<T>(
  container: MedusaContainer,
  entity: string,
  filters: Record<string, string | string[]>,
  fields: string[]
): Promise<T[]> {
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const { data } = await query.graph({ entity, fields, filters } as Parameters<typeof query.graph>[0])
  return data as T[]
}
