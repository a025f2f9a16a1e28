import type { Checkout } from "../integration-tests/support/store/buyer"
import { waitUntil } from "../integration-tests/support/store/wait-until"
import { coreProviderId, type BenchStore } from "./bench-store"
import { coreMessage } from "./core-provider/sign"
import { median } from "./median"
import { sandboxMessage } from "./sandbox-message"

/** From sending a message to the order in the database, in milliseconds. Each order is made alone. */
export async function measureMessageToOrder(
  store: BenchStore,
  orders: number
): Promise<{ ours_p50: number; core_p50: number }> {
  const seen = { ours: [] as number[], core: [] as number[] }
  for (let i = -1; i < orders; i++) {
    for (const who of ["ours", "core"] as const) {
      const took = await (who === "ours" ? viaOurs(store) : viaCore(store))
      // The first of each warms up.
      if (i >= 0) seen[who].push(took)
    }
  }
  return { ours_p50: Math.round(median(seen.ours)), core_p50: Math.round(median(seen.core)) }
}

async function viaOurs(store: BenchStore): Promise<number> {
  const checkout = await store.buyer.startCheckout({ account: "sandbox" })
  const { sessionId: reference, amount, currency } = checkout
  const message = sandboxMessage({ id: reference, reference, amount, currency })
  return sendAndWait(store, checkout, `${store.baseUrl}/hooks/ipn/sandbox`, message)
}

async function viaCore(store: BenchStore): Promise<number> {
  const checkout = await store.buyer.startCheckout({ providerId: coreProviderId })
  const message = coreMessage({ session_id: checkout.sessionId, amount: Number(checkout.amount), id: "1" })
  const url = `${store.baseUrl}/hooks/payment/${coreProviderId.replace(/^pp_/, "")}`
  return sendAndWait(store, checkout, url, message)
}

async function sendAndWait(
  store: BenchStore,
  checkout: Checkout,
  url: string,
  message: { body: Buffer; headers: Record<string, string> }
): Promise<number> {
  const started = performance.now()
  const response = await fetch(url, { method: "POST", headers: message.headers, body: message.body })
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
  await waitUntil(
    "the order is placed",
    async () => {
      const { rowCount } = await store.sql.query("select 1 from order_cart where cart_id = $1", [
        checkout.cartId,
      ])
      return (rowCount ?? 0) > 0
    },
    { longestMs: 4, withinMs: 30_000 }
  )
  return performance.now() - started
}
