import type { PaymentEvent } from "./payment-event"

/**
 * The lane that an event belongs to: `ref:<our reference>` where the gateway echoed it, else `pay:<its payment id>`
 * (moved to the reference's lane once that is known), else `obj:<its object>` for what is about no single payment.
 */
export function laneKeyOf(event: PaymentEvent): string {
  if (event.type.startsWith("payout.")) return `obj:${event.resource ?? event.key}`
  if (event.reference) return `ref:${event.reference}`
  return event.gatewayPayment ? `pay:${event.gatewayPayment}` : `obj:${event.resource ?? event.key}`
}

/** Takes a lane key apart: `{ kind: "ref", value: "payses_01..." }`. */
export function readLaneKey(key: string): { kind: "ref" | "pay" | "obj" | "msg"; value: string } {
  const [, kind, value] = /^(ref|pay|obj|msg):(.*)$/s.exec(key) ?? []
  if (!kind || value === undefined) throw new RangeError(`"${key}" is not a lane key`)
  return { kind: kind as "ref" | "pay" | "obj" | "msg", value }
}
