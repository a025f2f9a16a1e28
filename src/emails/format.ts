import { exponentOf, type Money } from "../domain/money"

/** An amount as people of a language write it: `42,00 €`. Exact: no digit passes through a number. */
export function spellMoney({ amount, currency }: Money, tag: string): string {
  const digits = exponentOf(currency)
  const format = new Intl.NumberFormat(tag, {
    style: "currency",
    currency: currency.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  // A decimal string keeps all its digits (https://tc39.es/ecma402/#sec-tointlmathematicalvalue); the types know numbers only.
  return format.format(amount as unknown as number)
}

/** A moment, with its time zone: "24 November 2026 at 17:00 CET". */
export function spellMoment(at: Date, tag: string, timeZone: string): string {
  return new Intl.DateTimeFormat(tag, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZone,
    timeZoneName: "short",
  }).format(at)
}

/** A day: "24 November 2026". */
export function spellDay(at: Date, tag: string, timeZone: string): string {
  return new Intl.DateTimeFormat(tag, { day: "numeric", month: "long", year: "numeric", timeZone }).format(at)
}
