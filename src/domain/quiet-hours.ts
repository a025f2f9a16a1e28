/**
 * The first moment from `at` on that does not lie in quiet hours such as `22:00-07:00`; `at` itself where there are none.
 * Hours are those of the clocks in a time zone, also on the days that they are changed.
 * @param at Milliseconds since 1970.
 */
export function afterQuietHours(at: number, quietHours: string | null, timeZone: string): number {
  const match = quietHours && /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(quietHours)
  if (!match) return at
  const [from, to] = [minutes(match[1], match[2]), minutes(match[3], match[4])]
  if (from === to) return at
  const isQuiet = (time: number) => {
    const clock = minutesAt(time, timeZone)
    return from < to ? clock >= from && clock < to : clock >= from || clock < to
  }
  if (!isQuiet(at)) return at
  // By the minute near the end: a change of clocks moves it by an hour at most.
  const away = ((to - minutesAt(at, timeZone) + 1440) % 1440) * 60_000
  let time = Math.floor(at / 60_000) * 60_000 + Math.max(0, away - 120 * 60_000)
  while (!isQuiet(time)) time -= 60_000
  while (isQuiet(time)) time += 60_000
  return time
}

function minutes(hours: string | undefined, minute: string | undefined): number {
  return Number(hours) * 60 + Number(minute)
}

function minutesAt(time: number, timeZone: string): number {
  const text = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).format(time)
  return minutes(text.slice(0, 2), text.slice(3, 5))
}
