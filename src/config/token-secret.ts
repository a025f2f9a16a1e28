import { z } from "@medusajs/framework/zod"
import { tokenKeyOf, type TokenKey } from "../domain/buyer-token"

const wanted = "write at least 32 random characters, as `openssl rand -base64 32` prints them."
const missing = `it is missing, or the environment variable it is read from is not set: ${wanted}`

/**
 * What buyers' tokens are signed with: one secret, or a list while one is replaced by another. The first signs, all of
 * them are read. Refuses what could be guessed, with a sentence that does not repeat it.
 */
export const tokenSecretSchema = z.unknown().transform((written, context) => {
  const secrets: string[] = []
  const list: unknown[] = Array.isArray(written) ? written : [written]
  const problem = (message: string, path: number[]) =>
    context.addIssue({ code: "custom", message, path, input: undefined })
  if (list.length === 0) problem(missing, [])
  if (list.length > 5) problem("keep at most 5: tokens live for 30 days at most.", [])
  for (const [index, one] of list.entries()) {
    const path = Array.isArray(written) ? [index] : []
    const mistake = mistakeIn(one)
    if (mistake !== undefined) problem(mistake, path)
    else if (secrets.includes(one as string)) problem("it is in the list twice: remove one of the two.", path)
    else secrets.push(one as string)
  }
  return secrets.map(tokenKeyOf)
}) as unknown as z.ZodType<readonly TokenKey[], string | readonly string[]>

function mistakeIn(secret: unknown): string | undefined {
  if (secret === undefined || secret === null || secret === "") return missing
  if (typeof secret !== "string") return wanted
  if (secret.trim() !== secret) return `there is a space or a line break around it: ${wanted}`
  if (secret.length < 32 || new Set(secret).size < 10) return `this can be guessed: ${wanted}`
  return undefined
}
