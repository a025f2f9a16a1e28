/** A payment that was started at a gateway, and when a message first told of it. Milliseconds since 1970. */
export type Start = Readonly<{ at: number; heardAt?: number | undefined }>

export type SilenceQuestion = Readonly<{
  /** The latest payments of one account, in any order. */
  starts: readonly Start[]
  /** The account's latest message about anything, where known. */
  lastMessageAt?: number | undefined
  now: number
  /** Hours that the owner chose; null to learn from the account's own past. */
  silenceHours: number | null
}>

export type Silence = Readonly<{
  /** When it was last heard of; absent when it never was. */
  since?: number
  /** Payments started since. */
  started: number
}>

const hour = 3_600_000
/** A buyer needs this long before a gateway could have anything to tell. */
const patienceMs = 15 * 60_000
/** Quiet for less than this is no silence, unless the owner says so. */
const atLeastMs = hour
/** How many times its longest usual gap an account may be quiet. */
const gapFactor = 1.5
/** So many payments without a message in a row must be less likely than this. */
const chance = 0.001
/** An account without a past is taken for one of which 3 in 10 payments are heard of. */
const assumed = { heard: 3, started: 10 }

/**
 * Whether an account is quiet for longer than usual while payments are started; undefined when all is well. Buyers who
 * leave tell nothing either: so it takes more payments without a message in a row than leave by chance, in an account of
 * which that share is usually heard of, and a gap longer than the account's own gaps.
 */
export function findSilence(question: SilenceQuestion): Silence | undefined {
  const { starts, lastMessageAt, now, silenceHours } = question
  const heard = starts.flatMap(({ heardAt }) => (heardAt === undefined ? [] : [heardAt]))
  if (lastMessageAt !== undefined) heard.push(lastMessageAt)
  heard.sort((a, b) => a - b)
  const since = heard.at(-1)
  const unheard = starts.filter(
    ({ at, heardAt }) => heardAt === undefined && at > (since ?? -Infinity) && at <= now - patienceMs
  )
  if (unheard.length === 0) return undefined
  const quietMs = now - (since ?? Math.min(...unheard.map(({ at }) => at)))
  const silent =
    silenceHours === null
      ? quietMs >= usualGapMs(heard) && isBeyondChance(unheard.length, starts, since)
      : quietMs >= silenceHours * hour
  return silent ? { ...(since === undefined ? {} : { since }), started: unheard.length } : undefined
}

function usualGapMs(heard: readonly number[]): number {
  const gaps = heard.slice(1).map((at, index) => at - heard[index]!)
  return Math.max(atLeastMs, gapFactor * Math.max(0, ...gaps))
}

function isBeyondChance(unheard: number, starts: readonly Start[], since: number | undefined): boolean {
  const before = starts.filter(({ at }) => since !== undefined && at <= since)
  const heard = before.filter(({ heardAt }) => heardAt !== undefined).length
  const share = (heard + assumed.heard) / (before.length + assumed.started)
  return (1 - share) ** unheard < chance
}
