import type { ConfiguredAccount } from "../../../gateways/configured-account"

/** Whether an option that is secret is set. Never the secret: its last 4 characters where it is long enough. */
export type SecretHint = Readonly<{
  name: string
  is_set: boolean
  /** Not set, and something that this account is there for needs it. One that is neither set nor missing is optional. */
  is_missing: boolean
  /** As in `…a1f9`, the current one first; empty text for one that is too short to show any of it. */
  hints: readonly string[]
}>

/** A secret shorter than this shows no character of itself. */
const showsFrom = 16

/** What may be shown of an account's secrets. */
export function secretHints({ account, gateway, ...configured }: ConfiguredAccount): SecretHint[] {
  const config = account.config as Readonly<Record<string, unknown>>
  return gateway.secrets.map((name) => {
    const values = [config[name]]
      .flat()
      .filter((value) => typeof value === "string" && value !== "") as string[]
    const isSet = values.length > 0
    // What an account cannot be without at all, its boot has refused.
    const isNeeded = !configured.takenOver && (gateway.startsPaymentsWith ?? []).includes(name)
    return { name, is_set: isSet, is_missing: !isSet && isNeeded, hints: values.map(hintOf) }
  })
}

/** Keys in several lines end in words that every key ends in. */
function hintOf(secret: string): string {
  const text = secret.trim()
  return text.length >= showsFrom && !/\s/.test(text) ? `…${text.slice(-4)}` : ""
}
