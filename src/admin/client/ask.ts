import { sdk } from "./sdk"

type Value =
  string | number | boolean | null | undefined | readonly Value[] | { readonly [key: string]: Value }
export type Query = Readonly<Record<string, Value>>

/** What the plugin's admin API answers to a GET. @throws FetchError with `status` and a sentence in `message`. */
export function ask<Answer>(path: string, query: Query = {}): Promise<Answer> {
  return sdk.client.fetch<Answer>(`/admin/ipn${path}`, { query: withLists(query) })
}

/** What it answers to a POST. @throws FetchError with `status` and a sentence in `message`. */
export function tell<Answer>(path: string, body: object = {}): Promise<Answer> {
  return sdk.client.fetch<Answer>(`/admin/ipn${path}`, { method: "POST", body })
}

/** Lists are written with commas; what is empty is left out. */
function withLists(query: Query): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(query)
      .filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([key, value]) => [key, Array.isArray(value) ? value.join(",") : value])
  )
}
