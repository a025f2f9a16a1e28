import { setMaxListeners } from "node:events"
import { readFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { callStore, tokenOf } from "../integration-tests/support/buyer-status"
import type { Checkout } from "../integration-tests/support/store/buyer"
import { startPaying } from "../integration-tests/support/paying"
import { waitUntil } from "../integration-tests/support/store/wait-until"
import type { BenchStore } from "./bench-store"
import { sandboxMessage } from "./sandbox-message"

export type WaitingTimes = Readonly<{
  buyers: number
  payments: number
  /** From the end of settling to the answer in the buyer's hands, in the process that settled. */
  told_ms: { p50: number; p99: number; max: number }
  /** Of the whole process: with nobody waiting, and with all of them while nothing changes. */
  queries_per_s: { alone: number; waiting: number }
}>

/** Shorter than the 25 seconds after which a waiting browser asks anew. */
const quietMs = 5_000

/** So many buyers wait on one process; then some of their payments settle, all sent at once. */
export async function measureWaiting(
  store: BenchStore,
  { buyers, payments }: Readonly<{ buyers: number; payments: number }>
): Promise<WaitingTimes> {
  const checkouts = await startCheckouts(store, buyers)
  const alone = await queriesPerSecond(store, quietMs)
  const gone = new AbortController()
  setMaxListeners(0, gone.signal)
  const arrived = new Map<string, number>()
  const versions = new Map<string, string>()
  const waiting = checkouts.map((checkout) => waitFor(store, checkout, versions, arrived, gone.signal))
  await waitUntil("everybody has asked", () => versions.size === buyers)
  await waitUntil("what everybody asked is looked up", async () => {
    return (await queriesPerSecond(store, 2_000)) < buyers / 10
  })
  const quiet = await queriesPerSecond(store, quietMs)

  const paid = checkouts.slice(0, payments)
  const answers = await Promise.all(
    paid.map(({ sessionId: reference, amount, currency }) => {
      const { body, headers } = sandboxMessage({ id: reference, reference, amount, currency })
      return fetch(`${store.baseUrl}/hooks/ipn/sandbox`, { method: "POST", headers, body })
    })
  )
  if (answers.some(({ status }) => status !== 200)) throw new Error("a message was not accepted")
  await waitUntil("everybody who paid is told", () => arrived.size === payments, { withinMs: 120_000 })
  gone.abort()
  await Promise.allSettled(waiting)
  return {
    buyers,
    payments,
    told_ms: await toldTimes(store, arrived),
    queries_per_s: { alone, waiting: quiet },
  }
}

async function startCheckouts(store: BenchStore, count: number): Promise<Checkout[]> {
  const made: Checkout[] = []
  const work = Array.from({ length: 8 }, async () => {
    while (made.length < count) {
      const checkout = await startPaying(store)
      if (made.length < count) made.push(checkout)
    }
  })
  await Promise.all(work)
  return made
}

/** What the storefront's helper does: asks, and goes on asking with the version that it knows, until it is paid. */
async function waitFor(
  store: BenchStore,
  checkout: Checkout,
  versions: Map<string, string>,
  arrived: Map<string, number>,
  signal: AbortSignal
): Promise<void> {
  const token = tokenOf(checkout)
  for (let version = ""; !signal.aborted;) {
    const { status, body } = await callStore(store, "GET", `/store/ipn/status?wait=25&since=${version}`, {
      token,
      signal,
    })
    if (status !== 200) throw new Error(`a waiting buyer was answered ${status}`)
    version = body.version
    versions.set(checkout.sessionId, version)
    if (body.state !== "paid") continue
    arrived.set(checkout.sessionId, Date.now())
    return
  }
}

/** Of the store's process, its worker's own looking for work among them. */
async function queriesPerSecond({ queriesFile }: BenchStore, ms: number): Promise<number> {
  const count = () => ({ done: Number(readFileSync(queriesFile, "utf8")), at: performance.now() })
  const before = count()
  await pause(ms)
  const after = count()
  return Math.round(((after.done - before.done) / (after.at - before.at)) * 10_000) / 10
}

async function toldTimes({ sql }: BenchStore, arrived: ReadonlyMap<string, number>) {
  const { rows } = await sql.query<{ key: string; at: Date }>(
    "select key, settled_at as at from ipn_lane where key = any($1)",
    [[...arrived.keys()].map((reference) => `ref:${reference}`)]
  )
  const times = rows
    .map(({ key, at }) => arrived.get(key.replace("ref:", ""))! - at.getTime())
    .sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
