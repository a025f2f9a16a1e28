import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { ipnKey } from "../client/use-answer"
import type { Will } from "../parts/will-list"

type DryReplay =
  | Readonly<{
      outcome: "dry_run"
      kept: string | null
      lanes: { lane_id: string; key: string; will: Will[] }[]
    }>
  | Readonly<{ outcome: "unreadable"; why: string }>
type Replayed =
  | Readonly<{ outcome: "replayed"; new_events: number; lanes: number }>
  | Readonly<{ outcome: "unreadable"; why: string }>

/** What replaying a message would do. Writes nothing. */
export function useDryReplay(id: string) {
  return useQuery({
    queryKey: [ipnKey, "dry-replay", id],
    queryFn: () =>
      tell<{ replay: DryReplay }>(`/messages/${encodeURIComponent(id)}/replay`, { dry_run: true }),
    retry: false,
    staleTime: 0,
  })
}

/** Reads a message again and has its payments settled again. */
export function useReplayMessage(id: string) {
  const { t } = useTranslation("ipn")
  return useAction(
    () => tell<{ replay: Replayed }>(`/messages/${encodeURIComponent(id)}/replay`),
    ({ replay }) =>
      replay.outcome === "unreadable" ? t("replay.stillUnreadable", { why: replay.why }) : t("replay.done")
  )
}
