import { useQuery } from "@tanstack/react-query"
import { ask, tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { ipnKey } from "../client/use-answer"

/** Named messages, or all that could not be read, failed or needs a decision since a time. */
export type Selection = Readonly<{ message_ids: readonly string[] } | { failed_since: string }>

export type Replay = Readonly<{
  id: string
  state: "waiting" | "running" | "done" | "failed"
  total: number
  done: number
  failed: number
  error: string | null
}>

/** How much a selection holds. */
export function useReplayCount(selection: Selection) {
  return useQuery({
    queryKey: [ipnKey, "/replays/count", selection],
    queryFn: () => tell<{ count: { messages: number; lanes: number } }>("/replays/count", selection),
  })
}

/** Starts a replay in the background. */
export function useStartReplay(started: (replay: Replay) => void) {
  return useAction(
    (selection: Selection) => tell<{ replay: Replay }>("/replays", selection),
    ({ replay }) => {
      started(replay)
      return undefined
    }
  )
}

/** How far a replay is; asked every second until it is done. */
export function useReplay(id: string | undefined) {
  return useQuery({
    queryKey: [ipnKey, "/replays", id],
    queryFn: () => ask<{ replay: Replay }>(`/replays/${id}`),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (isOver(state.data?.replay) ? false : 1_000),
  })
}

export function isOver(replay: Replay | undefined): boolean {
  return replay?.state === "done" || replay?.state === "failed"
}
