import { existsSync, readFileSync, rmSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { waitUntil } from "../integration-tests/support/store/wait-until"
import type { BenchStore } from "./bench-store"
import { sendLoad } from "./send-load"

/**
 * The memory in MB that the store and its own port's thread use, in JavaScript's heap and in buffers outside of it, after
 * collecting garbage, before and after so many messages were acknowledged: each half of them at one of the two ports.
 */
export async function measureHeap(
  store: BenchStore,
  messages: number
): Promise<{ before: number; after: number }> {
  const urls = [store.baseUrl, `http://localhost:${store.ownPort}`].map((url) => `${url}/hooks/ipn/sandbox`)
  const send = async (count: number) => {
    for (const url of urls) await sendLoad({ url, sender: "sandbox", connections: 50, messages: count })
  }
  await send(1000)
  const before = await readHeap(store)
  const round = 5_000
  for (let sent = 0; sent < messages; sent += round * urls.length) await send(round)
  await pause(1000)
  return { before, after: await readHeap(store) }
}

async function readHeap(store: BenchStore): Promise<number> {
  rmSync(store.heapFile, { force: true })
  store.kill("SIGUSR2")
  const bytes = await waitUntil("the store and its thread tell their heaps", () => {
    const told = existsSync(store.heapFile) ? readFileSync(store.heapFile, "utf8") : ""
    const heaps = told.endsWith("]") ? (JSON.parse(told) as number[]) : []
    return heaps.length === 2 ? heaps[0]! + heaps[1]! : undefined
  })
  return Math.round((bytes / 1024 / 1024) * 10) / 10
}
