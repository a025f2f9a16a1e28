import { useAnswer } from "../client/use-answer"

export type Banner = Readonly<{
  kind: "no_email_provider" | "never_proven" | "secret_missing" | "late" | "test_account_in_production"
  account_id: string | null
  detail: string | null
}>

/** One day (UTC) of the bars. */
export type Day = Readonly<{
  day: string
  received: number
  waiting: number
  needs_you: number
  failed: number
  done: number
  refused: number
}>

export type Overview = Readonly<{
  received_today: number
  done_today: number
  waiting: number
  needs_you: number
  days: readonly Day[]
  banners: readonly Banner[]
}>

/** Today's numbers, the last 14 days and what is wrong. */
export function useOverview() {
  return useAnswer<{ overview: Overview }>("/overview")
}
