import { createHash } from "node:crypto"

/** Who gets a mail: the customer of its order, or one of the alert addresses. Never an address itself. */
export type Recipient = "customer" | `alert:${string}`

/** How the outbox names an alert address, without holding it. */
export function alertRecipient(address: string): Recipient {
  const digest = createHash("sha256").update(address.trim().toLowerCase()).digest("hex")
  return `alert:${digest.slice(0, 16)}`
}

/** The alert address of a recipient; undefined when it is no longer one. */
export function addressOf(recipient: string, addresses: readonly string[]): string | undefined {
  return addresses.find((address) => alertRecipient(address) === recipient)
}

/** A text without the addresses in it: mail servers repeat them in their answers. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, "(address)")
}
