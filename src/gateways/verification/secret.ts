import { z } from "@medusajs/framework/zod"
import { decodeBytes } from "./decode-bytes"

/** How a secret is written: as text whose UTF-8 bytes are the key, or as bytes in hex or base64. */
export type SecretForm = Readonly<{
  /** What people call it, to stand in a sentence: "the webhook signing secret". */
  what: string
  /** Where it is copied from: "Developers > Webhooks in the Stripe dashboard". */
  where: string
  encoding?: "utf8" | "hex" | "base64"
  /** What it must start with, such as "whsec_"; not part of the key where the encoding is hex or base64. */
  prefix?: string
  /** The least number of characters after the prefix. Default 16. */
  min?: number
  /** The exact number of characters after the prefix, for keys that have one. */
  length?: number
}>

/** Spaces and control characters: no gateway's secret has them. */
const unusable = /[\s\u0000-\u001f\u007f]/

/** One secret option. Refuses what is empty, blank, short, padded with spaces or not in its form, each with the fix. */
export function secret(form: SecretForm): z.ZodType<string> {
  const copy = `Copy ${form.what} again from ${form.where}.`
  return z.string({ error: `${capital(form.what)} is missing. ${copy}` }).superRefine((text, context) => {
    const problem = problemOf(text, form)
    if (problem) context.addIssue({ code: "custom", message: `${capital(form.what)} ${problem}. ${copy}` })
  })
}

/** A list of 1 to 5 secrets, the current one first; the others are accepted too, so that a rotation loses nothing. */
export function secrets(form: SecretForm): z.ZodType<string[]> {
  const wanted = `List ${form.what} in [ ], the current one first; copy it from ${form.where}.`
  return z
    .array(secret(form), { error: wanted })
    .min(1, wanted)
    .max(5, `At most 5: remove old ones. ${wanted}`)
}

/**
 * The key bytes of configured secrets, at the same places; undefined where a secret is missing, blank or not in its
 * form. Never throws, whatever the value: an account may reach a verifier without having passed the schema.
 */
export function readSecrets(
  value: unknown,
  form: Pick<SecretForm, "encoding" | "prefix"> = {}
): readonly (Buffer | undefined)[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  const { encoding = "utf8", prefix = "" } = form
  const last = lastRead.get(texts)
  const isSame = last?.encoding === encoding && last.prefix === prefix && isEqual(last.texts, texts)
  if (isSame) return last.keys
  const keys = texts.map((text) => readSecret(text, encoding, prefix))
  lastRead.set(texts, { encoding, prefix, texts: [...texts], keys })
  return keys
}

/** What was read of an account's list: it is asked for with every message. */
const lastRead = new WeakMap<
  readonly unknown[],
  Readonly<{
    encoding: string
    prefix: string
    texts: readonly unknown[]
    keys: readonly (Buffer | undefined)[]
  }>
>()

function isEqual(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((text, place) => text === other[place])
}

function readSecret(text: unknown, encoding: "utf8" | "hex" | "base64", prefix: string): Buffer | undefined {
  if (typeof text !== "string" || text === "" || unusable.test(text)) return undefined
  if (!text.startsWith(prefix)) return undefined
  return decodeBytes(encoding === "utf8" ? text : text.slice(prefix.length), encoding)
}

function problemOf(text: string, form: SecretForm): string | undefined {
  const { encoding = "utf8", prefix = "", min = 16 } = form
  if (text.trim() === "") return "is empty"
  if (text !== text.trim()) return "has a space or a line break at its start or end"
  if (!text.startsWith(prefix)) return `must start with "${prefix}"`
  const rest = text.slice(prefix.length)
  if (unusable.test(rest)) return "holds a space or a control character"
  if (form.length !== undefined && rest.length !== form.length) return `must have ${form.length} characters`
  if (rest.length < min) return `is too short: it has at least ${min} characters`
  if (!decodeBytes(rest, encoding)) return encoding === "utf8" ? "is not valid text" : `is not ${encoding}`
  return undefined
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
