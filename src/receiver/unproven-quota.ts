/** How many unproven messages may come and wait, so that nobody fills the database with messages that prove nothing. */
export type UnprovenLimits = Readonly<{
  /** The most messages of an account that wait to be confirmed. */
  waiting: number
  /** How many one address may send to one account in a burst, and then per second. */
  burst: number
  perSecond: number
}>

export type UnprovenQuota = Readonly<{
  /** Undefined when the message may be stored, else after how many seconds to try again. Throws when the count cannot be read. */
  admit(accountId: string, ip: string): Promise<number | undefined>
}>

const countIsFreshMs = 5_000
const maxBuckets = 10_000

type Bucket = { tokens: number; at: number }
type Count = { waiting: number; readAt: number; reading?: Promise<void> }

/**
 * A quota of unproven messages: a token bucket per account and address (an IPv6 address counts by its /64), and a bound
 * on what waits per account, read from the inbox at most every 5 s and counted on in between.
 */
export function createUnprovenQuota(
  limits: UnprovenLimits,
  countUnproven: (accountId: string) => Promise<number>,
  now: () => Date
): UnprovenQuota {
  const buckets = new Map<string, Bucket>()
  const counts = new Map<string, Count>()

  function takeToken(key: string): boolean {
    const at = now().getTime()
    const known = buckets.get(key)
    const tokens = known
      ? Math.min(limits.burst, known.tokens + ((at - known.at) / 1000) * limits.perSecond)
      : limits.burst
    // Re-inserting keeps the map in the order of use: the one at its start was idle longest.
    buckets.delete(key)
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at })
    if (buckets.size > maxBuckets) {
      for (const oldest of buckets.keys()) {
        buckets.delete(oldest)
        break
      }
    }
    return tokens >= 1
  }

  async function countOf(accountId: string): Promise<Count> {
    const count = counts.get(accountId) ?? { waiting: 0, readAt: -Infinity }
    counts.set(accountId, count)
    if (now().getTime() - count.readAt >= countIsFreshMs) {
      count.reading ??= countUnproven(accountId)
        .then((waiting) => {
          count.waiting = waiting
          count.readAt = now().getTime()
        })
        .finally(() => {
          delete count.reading
        })
      await count.reading
    }
    return count
  }

  return {
    async admit(accountId, ip) {
      if (!takeToken(`${accountId} ${networkOf(ip)}`)) return Math.max(1, Math.ceil(1 / limits.perSecond))
      const count = await countOf(accountId)
      if (count.waiting >= limits.waiting) return 60
      count.waiting += 1
      return undefined
    },
  }
}

/** The part of an address that one sender cannot vary at will: the address, or the /64 of an IPv6 address. */
export function networkOf(ip: string): string {
  if (!ip.includes(":") || ip.startsWith("::ffff:")) return ip
  const [head = "", tail] = ip.split("::")
  const groups = head.split(":").filter(Boolean)
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter(Boolean).length
  return [...groups, ...Array<string>(Math.max(0, missing)).fill("0")].slice(0, 4).join(":")
}
