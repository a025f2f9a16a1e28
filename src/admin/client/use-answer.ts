import { useQuery, type UseQueryResult } from "@tanstack/react-query"
import { ask, type Query } from "./ask"

/** All that the plugin's pages have asked stands under this key. */
export const ipnKey = "ipn"

/** How often it is asked whether a payment is still being handled, which mostly takes less than a second. */
export const whileBusyMs = 1_000

/**
 * What the API answers to a GET, kept up to date: asked again every ten seconds, or `everyMs`, unless `live` is false,
 * and after every action. While another page of a list is loading the one before stays visible.
 */
export function useAnswer<Answer>(
  path: string,
  query: Query = {},
  {
    live = true,
    enabled = true,
    everyMs = 10_000,
  }: { live?: boolean; enabled?: boolean; everyMs?: number } = {}
): UseQueryResult<Answer> {
  return useQuery<Answer>({
    queryKey: [ipnKey, path, query],
    queryFn: () => ask<Answer>(path, query),
    enabled,
    refetchInterval: live ? everyMs : false,
    placeholderData: (before, lastQuery) => (lastQuery?.queryKey[1] === path ? before : undefined),
    retry: (failures, error) => failures < 2 && !isFinal(error),
    staleTime: 0,
  })
}

/** Asking again would be answered the same. */
function isFinal(error: Error): boolean {
  const status = statusOf(error)
  return status !== undefined && status >= 400 && status < 500
}

/** The HTTP status of a failed call; undefined when there was no answer at all. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number"
    ? error.status
    : undefined
}
