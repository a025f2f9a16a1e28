/** `1 – 22 Nov 2026`, in the reader's time zone. */
export function sayPeriod({ from_at, to_at }: { from_at: string; to_at: string }, language: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium" })
  // The end is the first moment that is not compared any more.
  return format.formatRange(new Date(from_at), new Date(new Date(to_at).getTime() - 1))
}
