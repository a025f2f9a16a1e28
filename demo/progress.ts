/** Words for people: all on stderr, since stdout belongs to the JSON line. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Says what is being done and, while it lasts, every ten seconds that it still is. */
export async function during<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now()
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`
  say(`${what} ...`)
  const still = setInterval(
    () => say(`  still ${what.charAt(0).toLowerCase()}${what.slice(1)} (${seconds()})`),
    10_000
  )
  try {
    const result = await work()
    if (Date.now() - started > 500) say(`  done in ${seconds()}`)
    return result
  } finally {
    clearInterval(still)
  }
}
