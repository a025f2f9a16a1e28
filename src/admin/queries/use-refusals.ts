import type { Query } from "../client/ask"
import { useAnswer } from "../client/use-answer"

/** A call that could not be proven. Nothing of what it said is kept. */
export type Refusal = Readonly<{
  id: string
  account_id: string
  why: string
  detail: string | null
  ip: string
  refused_at: string
}>

/** The last refused calls, the newest first. */
export function useRefusals(query: Query) {
  return useAnswer<{ refusals: Refusal[]; count: number }>("/refusals", query)
}
