import type { MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"

/** What was looked for, or a 404. */
export function found<T>(thing: T | undefined, what: string, id: string): T {
  if (thing === undefined) throw new MedusaError(MedusaError.Types.NOT_FOUND, `There is no ${what} ${id}.`)
  return thing
}

/** 409: it changed meanwhile; the body holds what it is now. Medusa's own handler would drop that. */
export function conflict(response: MedusaResponse, message: string, present: Record<string, unknown>): void {
  response
    .status(409)
    .json({ type: MedusaError.Types.CONFLICT, code: "changed_meanwhile", message, ...present })
}

/** Only the fields that were asked for. */
export function pick<T extends object>(row: T, fields: readonly string[] | undefined): Partial<T> {
  if (!fields || fields.length === 0) return row
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => name === "id" || fields.includes(name))
  ) as Partial<T>
}

/** Writes text piece by piece, no faster than the other side reads; stops when it hangs up. */
export async function stream(response: MedusaResponse, pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (response.destroyed) return
    if (!response.write(piece)) {
      await new Promise<void>((resolve) => {
        const go = () => {
          response.off("drain", go).off("close", go)
          resolve()
        }
        response.on("drain", go).on("close", go)
      })
    }
  }
  response.end()
}
