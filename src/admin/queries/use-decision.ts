import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { ipnKey, whileBusyMs } from "../client/use-answer"
import type { Will } from "../parts/will-list"

export const decisionKinds = ["accept_part", "accept_full", "refund", "attach", "ignore"] as const
export type DecisionKind = (typeof decisionKinds)[number]

export type Wish = Readonly<{
  kind: DecisionKind
  amount?: string
  cart_id?: string
  order_id?: string
  accept?: "accept_part" | "accept_full"
}>

type Amount = Readonly<{ amount: string; currency_code: string }>

export type Preview = Readonly<{
  outcome: "possible" | "difference" | "not_possible"
  seen: string
  will: readonly Will[] | null
  why: string | null
  difference: Readonly<{ told: Amount; target: Amount; difference: Amount }> | null
  now: Readonly<{
    state: string
    reason: string | null
    expected: Amount | null
    authorized: readonly Amount[]
    captured: readonly Amount[]
    possible: readonly DecisionKind[]
    busy: boolean
  }>
}>

/** What a decision would do, and `seen`, which deciding needs; asked again while the payment is being handled. Writes nothing. */
export function useDecisionPreview(laneId: string, wish: Wish | undefined) {
  return useQuery({
    queryKey: [ipnKey, "preview-decision", laneId, wish],
    queryFn: () => tell<{ preview: Preview }>(`/lanes/${laneId}/preview-decision`, wish),
    enabled: wish !== undefined,
    refetchInterval: ({ state }) => state.data?.preview.now.busy === true && whileBusyMs,
    retry: false,
    staleTime: 0,
  })
}

/** Decides. Refused when the payment is not any more what the preview showed. */
export function useDecide(laneId: string) {
  const { t } = useTranslation("ipn")
  return useAction(
    async (input: Wish & { seen: string; note: string }) => {
      await tell(`/lanes/${laneId}/decide`, input)
      return input.kind
    },
    (kind) => t(`decide.done.${kind}`)
  )
}
