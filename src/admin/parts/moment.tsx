import { Tooltip } from "@medusajs/ui"
import { useTranslation } from "react-i18next"

/** A time as people say it, "3 minutes ago", with the exact one in a tooltip. A dash where there is none. */
export function Moment({ at, exact = false }: { at: string | null; exact?: boolean }) {
  const { i18n } = useTranslation("ipn")
  if (at === null) return <span>–</span>
  const full = writeMoment(at, i18n.language)
  if (exact)
    return (
      <time dateTime={at} className="whitespace-nowrap">
        {full}
      </time>
    )
  return (
    <Tooltip content={full}>
      <time dateTime={at} className="whitespace-nowrap">
        {sayMoment(at, i18n.language)}
      </time>
    </Tooltip>
  )
}

/** `22 Nov 2026, 20:56:55` in the reader's language and time zone. */
export function writeMoment(at: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at))
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
]

/** `3 minutes ago`, `in 2 hours`; what lies a month away or more is a date. */
export function sayMoment(at: string, language: string, now = Date.now()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000)
  if (Math.abs(seconds) > 30 * 86_400)
    return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(at))
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" })
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  }
  return format.format(Math.abs(seconds) < 10 ? 0 : seconds, "second")
}
