import { useQuery } from "@tanstack/react-query"
import { sdk } from "../client/sdk"
import { ask } from "../client/ask"
import { ipnKey } from "../client/use-answer"

/** A message's bytes as text, as far as they are kept; asked only when somebody wants to see them. */
export function usePayload(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [ipnKey, "/messages", id, "payload"],
    queryFn: async () => {
      const path = `/admin/ipn/messages/${encodeURIComponent(id)}/payload`
      // Only what is not JSON comes back as it is.
      const response: Response = await sdk.client.fetch(path, { headers: { accept: "text/plain" } })
      return response.text()
    },
    enabled,
    retry: false,
  })
}

/** Its headers, without secrets. */
export function useHeaders(id: string, enabled: boolean) {
  return useQuery({
    queryKey: [ipnKey, "/messages", id, "headers"],
    queryFn: () =>
      ask<{ headers: { method: string; query: string; headers: Record<string, string>; ip: string } }>(
        `/messages/${encodeURIComponent(id)}/headers`
      ),
    enabled,
    retry: false,
  })
}
