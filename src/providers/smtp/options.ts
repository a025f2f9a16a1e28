import { z } from "@medusajs/framework/zod"
import { describeIssue, sentenceOf } from "../../config/mistake"
import { isAddress } from "../../emails/address"

const fromWanted = 'write the sender, as in "Shop <orders@example.com>", an address of your own domain.'
const hostWanted = 'write the mail server\'s name, as in "smtp.example.com", without a protocol or port.'

const schema = z.strictObject({
  /** Medusa's own: `["email"]`. */
  channels: z.array(z.string()).optional(),
  /** The mail server's name. */
  host: z.string({ error: hostWanted }).regex(/^[A-Za-z0-9.:-]+$/, hostWanted),
  /** Default: 465 with `secure`, else 587. */
  port: z.number().int().min(1).max(65_535).optional(),
  /** Whether the connection is encrypted from its first byte. Default: true on port 465. Otherwise STARTTLS is required. */
  secure: z.boolean().optional(),
  /** `none` sends without encryption: for a server on the same machine or network only. Default `required`. */
  encryption: z.enum(["required", "none"]).default("required"),
  /** Who signs in; leave both out for a server that asks nobody. */
  user: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  /** The sender of all mails. */
  from: z.string({ error: fromWanted }).refine(isSender, fromWanted),
  /** The certificate authority of a server with a certificate of its own, as PEM text. */
  ca: z.string().min(1).optional(),
  /** Connections that are kept open. Default 3. */
  maxConnections: z.number().int().min(1).max(50).default(3),
  /** Mails per second at most. Default: no limit. */
  rateLimit: z.number().int().min(1).max(1000).optional(),
})

export type SmtpOptions = z.infer<typeof schema>

/**
 * The options of the SMTP provider.
 * @throws Error with one sentence for each mistake; none repeats a value.
 */
export function readSmtpOptions(options: unknown): SmtpOptions {
  const parsed = schema.safeParse(options ?? {}, { error: describeIssue })
  const mistakes = parsed.success
    ? contradictionsIn(parsed.data)
    : parsed.error.issues.map(({ path, message, code }) =>
        sentenceOf({ path: code === "unrecognized_keys" ? [] : path, message }, "SMTP provider")
      )
  if (!parsed.success || mistakes.length > 0) {
    const list = mistakes.map((mistake) => `  - ${mistake}`).join("\n")
    throw new Error(`medusa-plugin-ipn/providers/smtp cannot start:\n${list}`)
  }
  return parsed.data
}

function contradictionsIn({ user, password, secure, encryption }: SmtpOptions): string[] {
  const tell = (path: string, message: string) => sentenceOf({ path: [path], message }, "SMTP provider")
  const found: string[] = []
  if (user !== undefined && password === undefined) {
    found.push(tell("password", "it is missing: set it, or the environment variable it is read from."))
  }
  if (user === undefined && password !== undefined) found.push(tell("user", "it is missing: who signs in?"))
  if (secure === true && encryption === "none") {
    found.push(tell("encryption", "it cannot be none together with secure: remove one of the two."))
  }
  if (user !== undefined && encryption === "none") {
    found.push(tell("encryption", "a password is never sent without encryption: remove this option."))
  }
  return found
}

function isSender(text: string): boolean {
  const match = /^(?:[^<>\u0000-\u001f]*<([^<>]+)>|([^<>]+))$/.exec(text.trim())
  return isAddress((match?.[1] ?? match?.[2] ?? "").trim())
}
