/** Where log lines go: Medusa's logger, or the console of a standalone receiver. */
export type Log = Readonly<{ warn(line: string): void; error(line: string): void }>

/** A log that no stranger can flood. */
export type TalliedLog = Readonly<{
  /** Writes a line about an account, at most one a minute of a kind; what comes between is counted into the next. */
  tell(level: keyof Log, accountId: string, what: string): void
  /** Writes what was counted and not yet told. */
  flush(): void
}>

const quietMs = 60_000

type Tally = { level: keyof Log; toldAt: number; untold: Map<string, number> }

/**
 * A log that holds back: the first line of an account and level is written at once, then one line a minute with the
 * counts of what happened in between. Lines start `[ipn] [account]`; control characters are taken out.
 */
export function createTalliedLog(log: Log, now: () => Date): TalliedLog {
  const tallies = new Map<string, Tally>()

  function write(accountId: string, tally: Tally): void {
    const counts = [...tally.untold].map(([what, count]) => (count > 1 ? `${what} (${count} times)` : what))
    tally.untold.clear()
    tally.toldAt = now().getTime()
    log[tally.level](`[ipn] [${printable(accountId)}] ${counts.join("; ")}`)
  }

  return {
    tell(level, accountId, what) {
      const key = `${level} ${accountId}`
      const tally = tallies.get(key) ?? { level, toldAt: -Infinity, untold: new Map<string, number>() }
      tallies.set(key, tally)
      const text = printable(what)
      // At most a few different sentences a minute: the rest is counted under one word.
      const bucket = tally.untold.has(text) || tally.untold.size < 8 ? text : "others"
      tally.untold.set(bucket, (tally.untold.get(bucket) ?? 0) + 1)
      if (now().getTime() - tally.toldAt >= quietMs) write(accountId, tally)
    },
    flush() {
      for (const [key, tally] of tallies) {
        if (tally.untold.size > 0) write(key.slice(key.indexOf(" ") + 1), tally)
      }
    },
  }
}

/** Text that is safe in a log line and in a database: one line, no control or direction characters, no half of a pair, at most 200 characters. */
export function printable(text: string): string {
  return text.slice(0, 200).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "")
}
