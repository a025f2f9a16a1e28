const baseMs = 5_000
const capMs = 3_600_000

/** A lane that failed this many times in a row is given up, visible and replayable. */
export const maxAttempts = 20

/** How long an event may wait for the payment it belongs to before a person must look. */
export const unmatchedForMs = 24 * 3_600_000

/**
 * When to try again after the n-th failed attempt: anywhere up to 5 s times 2^n, at most an hour (full jitter).
 * @param random between 0 and 1
 */
export function retryDelayMs(attempts: number, random: number): number {
  return Math.round(random * Math.min(capMs, baseMs * 2 ** Math.min(attempts, 20)))
}
