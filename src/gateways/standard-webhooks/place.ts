import { z } from "@medusajs/framework/zod"
import type { Json } from "../verification/strict-json"

/** Where a value stands in a message: keys and list positions from the outside in, joined by points: `data.items.0.id`. */
export const place = z
  .string({ error: `Write the place as text, as in "data.object.id".` })
  .regex(
    /^(?!\$)[^.\s\u0000-\u001f]{1,100}(?:\.[^.\s\u0000-\u001f]{1,100}){0,15}$/,
    `Write the place as keys joined by points, as in "data.object.id", without "$" and without spaces.`
  )

/**
 * The value at a place, as text: numbers as the text that was sent, true and false as words. Undefined when nothing is
 * there, or null, an empty text, a list or an object. Only what the message itself holds is seen.
 */
export function readPlace(json: Json, path: string): string | undefined {
  let value: Json | undefined = json
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Readonly<Record<string, Json>>)[key]
  }
  if (typeof value === "boolean") return String(value)
  return typeof value === "string" && value !== "" ? value : undefined
}
