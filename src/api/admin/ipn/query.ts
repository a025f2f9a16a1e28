import { z } from "@medusajs/framework/zod"
import { lookedAt } from "../../../modules/ipn/browsing/page"

const maxLimit = 200
const longest = 300

/** Postgres keeps neither NUL nor half a surrogate pair. */
const unstorable = /\p{Surrogate}|\u0000/u

/** Text in a query: no NUL, which Postgres does not take, and of a bounded length. */
export const text = z
  .string()
  .trim()
  .min(1)
  .max(longest)
  .refine((value) => !unstorable.test(value), "holds characters that cannot be looked for")

/** One value, several (`x[]=a&x[]=b`) or a list (`x=a,b`). */
export function oneOrMany<T extends z.ZodType>(value: T): z.ZodOptional<z.ZodType<z.infer<T>[]>> {
  return z
    .preprocess(
      (given) => (typeof given === "string" ? given.split(",") : given),
      z.array(value).min(1).max(100)
    )
    .optional() as unknown as z.ZodOptional<z.ZodType<z.infer<T>[]>>
}

const count = (most: number, least = 0) =>
  z.preprocess(
    (given) => (typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : given),
    z.number({ error: "write a whole number" }).int().min(least).max(most)
  )

/** `limit` and `offset` as Medusa has them: up to 200 rows, and as far as a list looks. */
export const paging = (limit = 20) => ({
  limit: count(maxLimit, 1).default(limit),
  offset: count(lookedAt).default(0),
})

/** `fields=id,state` names what is wanted of each row. */
export const selecting = { fields: z.string().max(2_000).optional() }

const time = z
  .string()
  .max(40)
  .refine(
    (value) => /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
    "write a time as ISO 8601"
  )
  .transform((value) => new Date(value))

/** `received_at[$gte]=...&received_at[$lte]=...`, both ends included. */
export const timeRange = z.strictObject({ $gte: time.optional(), $lte: time.optional() }).optional()

export const moment = time

/** A decimal in major units, as in `42` or `42.00`. */
export const amount = z.string().regex(/^\d{1,15}(?:\.\d{1,4})?$/, "write an amount as in 42.00")

export const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, "write a currency as in eur")
  .transform((code) => code.toLowerCase())

/** Why somebody does something: kept. */
export const note = z
  .string()
  .trim()
  .min(1)
  .max(2_000)
  .refine((value) => !unstorable.test(value), "holds characters that cannot be stored")
