import type { Fields } from "./read-fields"

const merchantId = /^[a-z0-9]{13}$/

/**
 * Who received the money, when it is not one of ours; undefined when it is. Anybody can make PayPal send us a genuine
 * message about money that went to their own account. The merchant ID decides where ours is known, else the addresses.
 */
export function findOtherReceiver(fields: Fields, receivers: readonly string[]): string | undefined {
  const ours = receivers.map((receiver) => receiver.toLowerCase())
  const id = fields.get("receiver_id")?.toLowerCase()
  const addresses = [fields.get("receiver_email"), fields.get("business")].flatMap(
    (address) => address?.toLowerCase() || []
  )
  const idIsKnown = id !== undefined && ours.some((receiver) => merchantId.test(receiver))
  const named = idIsKnown ? [id] : addresses
  if (named.some((name) => ours.includes(name))) return undefined
  return named[0] || id || "(nobody named)"
}
