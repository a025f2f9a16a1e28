import { useQuery } from "@tanstack/react-query"
import { ipnKey } from "../client/use-answer"
import { sdk } from "../client/sdk"

/** What to call the users who did something: their name or address; their id where they are gone. */
export function usePeople(): (id: string | null) => string {
  const { data } = useQuery({
    queryKey: [ipnKey, "people"],
    queryFn: () => sdk.admin.user.list({ limit: 200, fields: "id,email,first_name,last_name" }),
    staleTime: 300_000,
    retry: false,
  })
  const names = new Map(
    (data?.users ?? []).map(({ id, email, first_name, last_name }) => [
      id,
      [first_name, last_name].filter(Boolean).join(" ") || email,
    ])
  )
  return (id) => (id ? (names.get(id) ?? id) : "–")
}
