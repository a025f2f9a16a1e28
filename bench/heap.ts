import { existsSync, readFileSync, rmSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { waitUntil } from "../integration-tests/support/store/wait-until"
import type { BenchStore } from "./bench-store"
import { sendLoad } from "./send-load"

/**
 * The heap in MB of the store and of its own port's thread, after collecting garbage, before and after it acknowledged
 * so many messages.
 */
export async function measureHeap(
  store: BenchStore,
  messages: number
): Promise<{ before: number; after: number }> {
  const target = { url: `http://localhost:${store.ownPort}/hooks/ipn/sandbox`, sender: "sandbox" } as const
  await sendLoad({ ...target, connections: 50, messages: 1000 })
  const before = await readHeap(store)
  for (let sent = 0; sent < messages; sent += 10_000) {
    await sendLoad({ ...target, connections: 50, messages: Math.min(10_000, messages - sent) })
  }
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
