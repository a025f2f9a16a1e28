import { findSilence, type Start } from "../silence"

const minute = 60_000
const hour = 60 * minute
const now = 1_000 * hour

/** Payments started every so often in the past, of which every nth is left alone by its buyer; heard of a minute later. */
function past({
  from,
  to,
  everyMs,
  left = 0,
}: {
  from: number
  to: number
  everyMs: number
  left?: number
}): Start[] {
  const starts: Start[] = []
  for (let at = from, n = 1; at <= to; at += everyMs, n++) {
    starts.push(left > 0 && n % left === 0 ? { at } : { at, heardAt: at + minute })
  }
  return starts
}
const unheard = (count: number, from: number, to: number): Start[] =>
  Array.from({ length: count }, (_, index) => ({ at: from + ((to - from) * index) / Math.max(1, count - 1) }))
const ask = (starts: Start[], more: Partial<Parameters<typeof findSilence>[0]> = {}) =>
  findSilence({ starts, now, silenceHours: null, ...more })

const busy = past({ from: now - 100 * hour, to: now - 3 * hour, everyMs: 20 * minute, left: 3 })
const lastHeard = Math.max(...busy.flatMap(({ heardAt }) => heardAt ?? []))

describe("an account", () => {
  it("that tells of payments as ever is not silent", () => {
    expect(
      ask(past({ from: now - 100 * hour, to: now - 30 * minute, everyMs: 20 * minute, left: 2 }))
    ).toBeUndefined()
  })

  it("that says nothing of many payments in a row is silent since it was last heard", () => {
    expect(ask([...busy, ...unheard(8, now - 2 * hour, now - 30 * minute)])).toEqual({
      since: lastHeard,
      started: 8,
    })
  })

  it("that says nothing of a few is not: buyers leave", () => {
    expect(ask([...busy, ...unheard(3, now - 2 * hour, now - 30 * minute)])).toBeUndefined()
  })

  it("of which hardly any payment is ever heard needs more of them", () => {
    const rare = past({ from: now - 100 * hour, to: now - 3 * hour, everyMs: 20 * minute }).map(
      (start, index) => (index % 10 === 0 ? start : { at: start.at })
    )
    const later = { now: now + 6 * hour }
    expect(ask([...rare, ...unheard(20, now - 2 * hour, now)], later)).toBeUndefined()
    expect(ask([...rare, ...unheard(80, now - 2 * hour, now)], later)).toBeDefined()
  })

  it("whose payments were started a moment ago is given time", () => {
    expect(ask([...busy, ...unheard(20, now - 14 * minute, now)])).toBeUndefined()
  })

  it("that is quiet every night is not silent at night, but is when the night was over long ago", () => {
    const days = [4, 3, 2].flatMap((day) => {
      const morning = now - day * 24 * hour
      return past({ from: morning, to: morning + 14 * hour, everyMs: 30 * minute })
    })
    const night = (quietMs: number) => {
      const at = Math.max(...days.flatMap(({ heardAt }) => heardAt ?? [])) + quietMs
      return ask([...days, ...unheard(10, at - 2 * hour, at - 30 * minute)], { now: at })
    }
    expect(night(9 * hour)).toBeUndefined()
    expect(night(16 * hour)).toMatchObject({ started: 10 })
  })

  it("is heard of by any message, also of other payments", () => {
    const starts = [...busy, ...unheard(10, now - 2 * hour, now - 30 * minute)]
    expect(ask(starts, { lastMessageAt: now - 10 * minute })).toBeUndefined()
  })

  it("that was never heard of is silent after enough payments, and since nothing", () => {
    expect(ask(unheard(10, now - 30 * hour, now - hour))).toBeUndefined()
    expect(ask(unheard(20, now - 30 * hour, now - hour))).toEqual({ started: 20 })
  })

  it("without payments is never silent", () => {
    expect(ask([])).toBeUndefined()
    expect(ask(busy, { now: now + 500 * hour })).toBeUndefined()
    expect(ask([], { silenceHours: 1, lastMessageAt: 0 })).toBeUndefined()
  })

  it("is silent after the hours that the owner chose, with one payment", () => {
    const starts = [...busy, ...unheard(1, now - hour, now - hour)]
    const quietHours = (now - lastHeard) / hour
    expect(ask(starts, { silenceHours: quietHours + 0.1 })).toBeUndefined()
    expect(ask(starts, { silenceHours: quietHours - 0.1 })).toEqual({ since: lastHeard, started: 1 })
  })
})
