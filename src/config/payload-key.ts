import { createHash } from "node:crypto"
import { z } from "@medusajs/framework/zod"

/** A key that stored messages are encrypted with. Its id stands beside what it sealed; nothing can be learned from it. */
export type PayloadKey = Readonly<{ id: string; bytes: Buffer }>

const wanted = "write 32 random bytes in base64 or hex, as `openssl rand -base64 32` prints them."
const missing = `it is missing, or the environment variable it is read from is not set: ${wanted}`

/**
 * One key, or a list while one is replaced by another: the first seals, all of them open. Refuses what is no key, with
 * a sentence that does not repeat it.
 */
export const payloadKeySchema = z.unknown().transform((written, context) => {
  const keys: PayloadKey[] = []
  const list: unknown[] = Array.isArray(written) ? written : [written]
  const problem = (message: string, path: number[]) =>
    context.addIssue({ code: "custom", message, path, input: undefined })
  if (list.length === 0) problem(missing, [])
  for (const [index, one] of list.entries()) {
    const read = readKey(one)
    const path = Array.isArray(written) ? [index] : []
    if (typeof read === "string") problem(read, path)
    else if (keys.some(({ id }) => id === read.id))
      problem("it is in the list twice: remove one of the two.", path)
    else keys.push(read)
  }
  return keys as readonly PayloadKey[]
}) as unknown as z.ZodType<readonly PayloadKey[], string | readonly string[]>

/** The key, or what is wrong with it. */
function readKey(text: unknown): PayloadKey | string {
  if (text === undefined || text === null || text === "") return missing
  if (typeof text !== "string") return wanted
  const bytes = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, "hex")
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
      ? Buffer.from(text, "base64")
      : undefined
  if (!bytes) return wanted
  // 32 random bytes are about 30 different ones; with fewer than 16 somebody made the key up.
  if (new Set(bytes).size < 16) return `this key is not a random one: ${wanted}`
  const id = createHash("sha256").update("ipn payload key").update(bytes).digest("hex").slice(0, 12)
  return { id, bytes }
}
