/** How far the time in a signature may be from ours, before and after. */
export const toleranceSeconds = 300

/** Whether a signed time is at most `tolerance` seconds (default 300) before or after the time of receiving. */
export function isFresh(sentAt: Date, receivedAt: Date, tolerance: number = toleranceSeconds): boolean {
  return Math.abs(receivedAt.getTime() - sentAt.getTime()) <= tolerance * 1000
}

/** The moment that a count of seconds since 1970 stands for; undefined when the text is not 1 to 11 digits. */
export function readUnixSeconds(text: string): Date | undefined {
  return /^\d{1,11}$/.test(text) ? new Date(Number(text) * 1000) : undefined
}
