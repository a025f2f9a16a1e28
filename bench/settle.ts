import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { repository, runProgram } from "../integration-tests/support/store/child-process"
import { coreProviderId, storeEnv, type BenchStore } from "./bench-store"
import type { SettleJob, SettleTimes } from "./settle-in-process"

/**
 * How long Medusa's own completeCartWorkflow takes, and how long we take to settle a captured payment that has no order
 * yet (order, payment, capture, order transaction), in milliseconds: in one process, in turn, without HTTP.
 */
export async function measureSettling(
  store: BenchStore,
  folder: string,
  carts: number
): Promise<{ ours_p50: number; complete_cart_p50: number }> {
  const job: SettleJob = { ours: [], core: [] }
  for (let i = 0; i < carts; i++) {
    const { sessionId: reference, amount, currency } = await store.buyer.startCheckout({ account: "sandbox" })
    job.ours.push({ reference, amount, currency })
    job.core.push({ cartId: (await store.buyer.startCheckout({ providerId: coreProviderId })).cartId })
  }
  const file = join(folder, "settle.json")
  writeFileSync(file, JSON.stringify(job))
  const accounts = join(folder, "settle-accounts.json")
  writeFileSync(accounts, JSON.stringify(store.accounts))
  await runProgram({
    args: [
      join(repository, "node_modules", "@medusajs", "cli", "cli.js"),
      "exec",
      join(__dirname, "settle-in-process.ts"),
    ],
    env: {
      ...storeEnv,
      DATABASE_URL: store.databaseUrl,
      NODE_ENV: "development",
      IPN_ACCOUNTS_FILE: accounts,
      MEDUSA_WORKER_MODE: "server",
      BENCH_SETTLE_FILE: file,
    },
  })
  return JSON.parse(readFileSync(file, "utf8")) as SettleTimes
}
