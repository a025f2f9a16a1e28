import type { BuyerStatus } from "../../src/domain/buyer-status"
import type { Checkout } from "./store/buyer"
import type { Store } from "./store/store"
import { waitUntil } from "./store/wait-until"

/** An answer of the store API, as a browser sees it. */
export type StoreAnswer<T = BuyerStatus> = Readonly<{
  status: number
  headers: Headers
  body: T
  tookMs: number
}>

type Call = Readonly<{
  token?: string | undefined
  body?: unknown
  key?: string
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
}>

/** Calls the store API as a storefront does. */
export async function callStore<T = BuyerStatus>(
  { baseUrl, seeded }: Pick<Store, "baseUrl" | "seeded">,
  method: "GET" | "POST",
  path: string,
  { token, body, key = seeded.publishableKey, headers = {}, signal }: Call = {}
): Promise<StoreAnswer<T>> {
  const cameAt = performance.now()
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      "x-publishable-api-key": key,
      ...(token === undefined ? {} : { "x-ipn-token": token }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? undefined : JSON.parse(text)) as T,
    tookMs: performance.now() - cameAt,
  }
}

/** The token that the store put into a session's data. */
export function tokenOf({ sessionData }: Pick<Checkout, "sessionData">): string {
  const token = sessionData["ipn_token"]
  if (typeof token !== "string") throw new Error("the session's data hold no token")
  return token
}

/** Waits until the buyer is told a state. @throws with what was told last. */
export async function waitForState(
  store: Pick<Store, "baseUrl" | "seeded">,
  token: string,
  state: BuyerStatus["state"]
): Promise<BuyerStatus> {
  let seen: StoreAnswer | undefined
  return waitUntil(
    `the buyer is told "${state}"`,
    async () => {
      const since = seen?.status === 200 ? `&since=${seen.body.version}` : ""
      seen = await callStore(store, "GET", `/store/ipn/status?wait=5${since}`, { token })
      return seen.body.state === state && seen.body
    },
    { withinMs: 30_000 }
  ).catch((cause: unknown) => {
    throw new Error(`${(cause as Error).message}; last told: ${JSON.stringify(seen?.body)}`, { cause })
  })
}
