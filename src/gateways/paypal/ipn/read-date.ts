const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
const written = /^(\d{2}):(\d{2}):(\d{2}) ([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) (PST|PDT)$/

/** The moment of a PayPal date, `23:04:06 Feb 02, 2009 PST`; undefined for anything else. */
export function readDate(text: string | undefined): Date | undefined {
  const [, hour, minute, second, month, day, year, zone] = written.exec(text ?? "") ?? []
  const monthIndex = months.indexOf(month ?? "")
  if (monthIndex < 0) return undefined
  const offset = zone === "PDT" ? 7 : 8
  return new Date(
    Date.UTC(Number(year), monthIndex, Number(day), Number(hour) + offset, Number(minute), Number(second))
  )
}
