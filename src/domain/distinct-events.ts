import type { PaymentEvent } from "./payment-event"

/**
 * Each statement once, in an order that depends on nothing but the statements. A key told again with other content is
 * one more statement: which of the two came first must not decide what is believed.
 */
export function distinctEvents(events: readonly PaymentEvent[]): PaymentEvent[] {
  const perKey = new Map<string, PaymentEvent[]>()
  for (const event of events) {
    const told = perKey.get(event.key)
    if (told) told.push(event)
    else perKey.set(event.key, [event])
  }
  return [...perKey].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, told]) => differing(told))
}

function differing(told: readonly PaymentEvent[]): readonly PaymentEvent[] {
  const distinct = new Set(told)
  if (distinct.size === 1) return [...distinct]
  const perContent = new Map([...distinct].map((event) => [contentOf(event), event]))
  return [...perContent].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, event]) => event)
}

/** Whether two statements say the same, but for when we received them. */
export function sayTheSame(one: PaymentEvent, other: PaymentEvent): boolean {
  const [a, b] = [one, other].map(({ receivedAt: _, occurredAt, ...told }) =>
    contentOf({ ...told, occurredAt: occurredAt?.toISOString() })
  )
  return a === b
}

/** The same text for the same content, in whatever order its fields were written. */
function contentOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value !== "object" || value === null) return String(value)
  if (value instanceof Date) return String(value.getTime())
  const fields = value as Readonly<Record<string, unknown>>
  let content = ""
  for (const name of Object.keys(fields).sort()) {
    if (fields[name] !== undefined) content += `${name}:${contentOf(fields[name])},`
  }
  return `{${content}}`
}
