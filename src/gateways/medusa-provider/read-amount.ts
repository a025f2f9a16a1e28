import { z } from "@medusajs/framework/zod"

const wrapped = z.looseObject({ raw: z.unknown(), value: z.unknown(), numeric: z.unknown() }).partial()
const bigNumber = z.object({ toFixed: z.custom<() => string>((value) => typeof value === "function") })

/**
 * The amount that a provider reported, as a plain decimal without trailing zeros; undefined when there is none.
 * Providers report numbers, strings, Medusa's BigNumber, `{ value, precision }` and instances of bignumber.js.
 * Noise of floating point numbers beyond the eighth decimal place is dropped: `19.95 * 100` is 1995.
 */
export function readAmount(reported: unknown): string | undefined {
  if (typeof reported === "number") return readNumber(reported)
  if (typeof reported === "bigint") return reported.toString()
  if (typeof reported === "string") return readText(reported)
  const number = bigNumber.safeParse(reported)
  // Bound to its object, which zod's copy is not.
  if (number.success) return readText(String(number.data.toFixed.call(reported)))
  const amount = wrapped.safeParse(reported).data
  return amount && readAmount(amount.raw ?? amount.value ?? amount.numeric)
}

function readNumber(number: number): string | undefined {
  return Math.abs(number) < 1e15 ? readText(number.toFixed(8)) : undefined
}

function readText(text: string): string | undefined {
  const decimal = /^(-?\d{1,24})(?:\.(\d{1,24}))?$/.exec(text.trim())
  if (!decimal) return undefined
  const [, whole, fraction = ""] = decimal
  const digits = fraction.replace(/0+$/, "")
  return digits ? `${whole}.${digits}` : whole
}
