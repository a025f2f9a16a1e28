import { join } from "node:path"
import { freePort } from "../scripts/free-port"
import { startStore, type OwnStore } from "../integration-tests/support/store/start-store"

/** The provider whose webhooks Medusa's own route receives here. */
export const coreProviderId = "pp_bench_bench"

export type BenchStore = OwnStore & Readonly<{ ownPort: number; heapFile: string; queriesFile: string }>

/**
 * A store as in production, quiet: our accounts, a provider for Medusa's own route, the receiver's own port. Started as
 * `server` where acknowledging is measured: what is acknowledged is worked on by another instance then.
 */
export async function startBenchStore(
  folder: string,
  sandboxUrl: string,
  options: { workerMode: "shared" | "server"; database?: { url: string } }
): Promise<BenchStore> {
  const ownPort = await freePort()
  const heapFile = join(folder, `heap-${ownPort}.txt`)
  const queriesFile = join(folder, `queries-${ownPort}.txt`)
  const store = await startStore({
    ...(options.database ? { database: options.database } : {}),
    simulators: { sandbox: sandboxUrl },
    env: {
      ...storeEnv,
      MEDUSA_WORKER_MODE: options.workerMode,
      IPN_OPTIONS: JSON.stringify({ receiver: { port: ownPort } }),
      NODE_OPTIONS: ["report-heap.cjs", "count-queries.cjs"]
        .map((file) => `--require ${join(__dirname, file)}`)
        .join(" "),
      BENCH_HEAP_FILE: heapFile,
      BENCH_QUERIES_FILE: queriesFile,
    },
  })
  return { ...store, ownPort, heapFile, queriesFile }
}

export const storeEnv = {
  LOG_LEVEL: "error",
  IPN_OTHER_PROVIDERS: JSON.stringify([{ resolve: join(__dirname, "core-provider"), id: "bench" }]),
}
