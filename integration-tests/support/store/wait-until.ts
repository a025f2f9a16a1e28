import { setTimeout as pause } from "node:timers/promises"

/**
 * Asks until there is an answer, and hands it out. What a spec waits for is a state, never a time. Asks soon at first,
 * then at most `longestMs` (default 250 ms) apart: asking takes processor time from what is waited for.
 * @throws after `withinMs` (default 60 s), saying what was waited for and the last error seen.
 */
export async function waitUntil<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs = 60_000, longestMs = 250 }: { withinMs?: number; longestMs?: number } = {}
): Promise<T> {
  const deadline = Date.now() + withinMs
  let cause: unknown
  for (let pauseMs = Math.min(10, longestMs); ; pauseMs = Math.min(pauseMs * 1.5, longestMs)) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain: ${what}`, { cause })
    await pause(pauseMs)
  }
}
