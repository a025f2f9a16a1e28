import { useQuery } from "@tanstack/react-query"
import { tell } from "../client/ask"
import { ipnKey, whileBusyMs } from "../client/use-answer"

type Judged = Readonly<{
  lane_id: string
  outcome: "possible" | "busy" | "not_possible" | "not_found"
  seen: string | null
}>

/**
 * Which of several payments can be set aside, and `seen`, which doing it needs; asked again while one of them is being
 * handled. Writes nothing.
 */
export function useIgnorePreview(laneIds: readonly string[]) {
  return useQuery({
    queryKey: [ipnKey, "preview-ignore", laneIds],
    queryFn: () => tell<{ preview: { items: Judged[] } }>("/lanes/preview-ignore", { lane_ids: laneIds }),
    enabled: laneIds.length > 0,
    refetchInterval: ({ state }) =>
      state.data?.preview.items.some(({ outcome }) => outcome === "busy") === true && whileBusyMs,
    retry: false,
    staleTime: 0,
  })
}
