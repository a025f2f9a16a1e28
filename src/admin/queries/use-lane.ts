import { useAnswer } from "../client/use-answer"

/** How settling a payment ended, once or several times in a row. */
export type Attempt = Readonly<{
  state: "waiting" | "settled" | "unmatched" | "review" | "failed"
  reason: string | null
  error: string | null
  times: number
  since: string
  at: string
}>

/** One payment with how the last attempts to settle it ended, the newest first. */
export function useLane(id: string) {
  return useAnswer<{ lane: { history: readonly Attempt[] } }>(`/lanes/${encodeURIComponent(id)}`)
}
