import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { removePostgres } from "../scripts/postgres"

/** All that the demo keeps: its database, the addresses of its accounts, its logs. Ignored by git. */
const folder = resolve(process.env.IPN_DEMO_FOLDER || join(__dirname, "..", ".demo"))

export const demoFiles = {
  folder,
  postgres: join(folder, "postgres"),
  accounts: join(folder, "accounts.json"),
  running: join(folder, "running.json"),
  schema: join(folder, "schema"),
  storeLog: join(folder, "store.log"),
  gatewaysLog: join(folder, "gateways.log"),
  storefront: join(folder, "storefront"),
} as const

/** What a running demo tells `npm run send`. */
export type Running = Readonly<{
  pid: number
  baseUrl: string
  accountsFile: string
  databaseUrl: string
  deskUrl: string
}>

/** The demo that runs now, if one does; what a killed one left behind counts for nothing. */
export function findRunning(): Running | undefined {
  try {
    const running = JSON.parse(readFileSync(demoFiles.running, "utf8")) as Running
    process.kill(running.pid, 0)
    return running.pid === process.pid ? undefined : running
  } catch {
    return undefined
  }
}

/** @throws when a demo already runs in this folder. */
export function openDemoFolder(fresh: boolean): void {
  const running = findRunning()
  if (running) {
    throw new Error(
      `The demo already runs at ${running.baseUrl} (process ${running.pid}). Stop it first, with Ctrl-C there.`
    )
  }
  mkdirSync(folder, { recursive: true })
  if (fresh && existsSync(demoFiles.postgres)) removePostgres(demoFiles.postgres)
  for (const file of [demoFiles.running, demoFiles.storeLog, demoFiles.gatewaysLog])
    rmSync(file, { force: true })
  if (fresh) rmSync(demoFiles.schema, { force: true })
}

export function writeRunning(running: Running): void {
  writeFileSync(demoFiles.running, JSON.stringify(running))
}
