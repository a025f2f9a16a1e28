import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createSeededDatabase } from "../integration-tests/support/store/start-store"
import { prepareTemplate } from "../integration-tests/support/store/template-database"
import { removePostgres, startPostgres } from "../scripts/postgres"
import { measureAcknowledgements, type Acknowledged } from "./acknowledge"
import { startBenchStore, type BenchStore } from "./bench-store"
import { measureHeap } from "./heap"
import { measureMessageToOrder } from "./message-to-order"
import { openSandboxPayments } from "./sandbox-payments"
import { measureSettling } from "./settle"
import { measureVerifying, type VerifyTimes } from "./verify"
import { measureWaiting, type WaitingTimes } from "./waiting-buyers"

type Report = Readonly<{
  ack: readonly Acknowledged[]
  message_to_order_ms: { ours_p50: number; core_p50: number }
  settle_ms: { ours_p50: number; complete_cart_p50: number }
  heap_mb: { before: number; after: number }
  waiting: WaitingTimes
  /** Judging and reading one message, by gateway. */
  verify_us: VerifyTimes
}>

/**
 * `npm run bench [-- --json] [--verify] [--waiting]`: what this plugin and Medusa's own webhook route do on this machine, side by side in one
 * run, on a durable Postgres of its own that is gone afterwards. Takes about seven minutes; `--verify`
 * measures only how long messages are judged and read, in seconds; `--waiting` only the buyers who wait.
 */
async function main(): Promise<void> {
  const asJson = process.argv.includes("--json")
  say("Judging and reading every gateway's messages ...")
  const verify_us = await measureVerifying()
  if (process.argv.includes("--verify")) {
    console.log(asJson ? JSON.stringify({ verify_us }) : align(verifyRows(verify_us)))
    return
  }
  const folder = mkdtempSync(join(tmpdir(), "medusa-plugin-ipn-bench-"))
  // The user that runs Postgres where we are root has to pass through.
  chmodSync(folder, 0o711)
  const dataDir = join(folder, "postgres")
  say("Starting a Postgres and preparing a store (about two minutes) ...")
  const postgres = await startPostgres({ dataDir, durable: true })
  const payments = await openSandboxPayments()
  try {
    process.env.DB_HOST = postgres.host
    process.env.DB_PORT = String(postgres.port)
    process.env.DB_USERNAME = postgres.user
    process.env.DB_PASSWORD = postgres.password
    process.env.IPN_TEST_TEMPLATE = await prepareTemplate()
    if (process.argv.includes("--waiting")) {
      const waiting = await onStore(folder, payments.url, measureWaitingBuyers)
      console.log(asJson ? JSON.stringify({ waiting }) : align(waitingRows(waiting)))
      return
    }
    const report = { ...(await measure(folder, payments.url)), verify_us }
    console.log(asJson ? JSON.stringify(report) : table(report))
  } finally {
    await payments.close()
    await postgres.stop()
    removePostgres(dataDir)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, sandboxUrl: string): Promise<Omit<Report, "verify_us">> {
  const database = await createSeededDatabase()
  const receiving = await startBenchStore(folder, sandboxUrl, { workerMode: "server", database })
  let ack: Report["ack"]
  let heap_mb: Report["heap_mb"]
  let settle_ms: Report["settle_ms"]
  try {
    say("Settling against Medusa's completeCartWorkflow ...")
    settle_ms = await measureSettling(receiving, folder, 30)
    say("Acknowledging, in turn with Medusa's own route ...")
    ack = await measureAcknowledgements(receiving, { rounds: 3, seconds: 4, connections: [10, 50] })
    say("Heap over 50,000 acknowledgements ...")
    heap_mb = await measureHeap(receiving, 50_000)
  } finally {
    await receiving.stop()
    await database.drop()
  }
  const settling = await onStore(folder, sandboxUrl, async (store) => {
    say("From message to order, in turn with Medusa's own route ...")
    const message_to_order_ms = await measureMessageToOrder(store, 10)
    return { message_to_order_ms, waiting: await measureWaitingBuyers(store) }
  })
  return { ack, settle_ms, heap_mb, ...settling }
}

async function measureWaitingBuyers(store: BenchStore): Promise<WaitingTimes> {
  say("500 buyers who wait, while 50 of them pay ...")
  return measureWaiting(store, { buyers: 500, payments: 50 })
}

/** A database without the backlog that a load left, and a store that works on what it receives. */
async function onStore<T>(
  folder: string,
  sandboxUrl: string,
  work: (store: BenchStore) => Promise<T>
): Promise<T> {
  const store = await startBenchStore(folder, sandboxUrl, { workerMode: "shared" })
  try {
    return await work(store)
  } finally {
    await store.stop()
  }
}

function table({ ack, message_to_order_ms, settle_ms, heap_mb, waiting, verify_us }: Report): string {
  const rows: [string, string, string][] = [
    ...ack.flatMap(({ connections, ...rate }): [string, string, string][] => [
      [
        `acknowledged per second, ${connections} connections, in Medusa's HTTP server`,
        `${rate.ours_per_s} (${rate.ratio}x)`,
        String(rate.core_per_s),
      ],
      [
        `acknowledged per second, ${connections} connections, on the own port`,
        `${rate.own_port_per_s} (${rate.own_port_ratio}x)`,
        String(rate.core_per_s),
      ],
    ]),
    ["message to order, p50", `${message_to_order_ms.ours_p50} ms`, `${message_to_order_ms.core_p50} ms`],
    [
      "settling a captured payment / completeCartWorkflow, p50",
      `${settle_ms.ours_p50} ms`,
      `${settle_ms.complete_cart_p50} ms`,
    ],
    ...waitingRows(waiting),
    ["heap before and after 50,000 acknowledgements", `${heap_mb.before} MB, ${heap_mb.after} MB`, ""],
    ...verifyRows(verify_us),
  ]
  return align([["", "this plugin", "Medusa core"], ...rows])
}

function waitingRows({ buyers, payments, told_ms, queries_per_s }: WaitingTimes): [string, string, string][] {
  return [
    [
      `settled to told, ${buyers} buyers waiting and ${payments} paying at once, p50 and p99`,
      `${told_ms.p50} ms, ${told_ms.p99} ms`,
      "",
    ],
    [
      "database queries per second, with nobody and with all of them waiting",
      `${queries_per_s.alone}, ${queries_per_s.waiting}`,
      "",
    ],
  ]
}

function verifyRows(times: VerifyTimes): [string, string, string][] {
  return Object.entries(times).map(([id, us]) => [`judging and reading a message, ${id}`, `${us} us`, ""])
}

function align(all: readonly [string, string, string][]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] ?? "").length)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  }
)
