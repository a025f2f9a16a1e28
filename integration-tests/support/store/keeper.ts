import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { dropDatabase } from "./database"
import { startSandboxSimulator } from "../../../src/gateways/sandbox/simulator"
import type { Accounts } from "./accounts"
import { runProgram } from "./child-process"
import { startLendableStore, type LendableStore, type Wish } from "./lendable-store"
import { adminEnvironment, rolesEnvironment } from "./medusa"
import { startStore, type OwnStore } from "./start-store"
import { prepareTemplate } from "./template-database"

/** Where a kept store is, as spec files are told. */
export type Kept = Readonly<{ baseUrl: string; databaseUrl: string; accounts: Accounts }>
/** Where a store is that is lent, with its desk, and where it writes what it does. */
export type Lent = Kept & Readonly<{ deskPort: number; logFile: string }>

/**
 * Keeps what spec files have in common, in jest's own process: the database that each of their stores has a copy of, and
 * stores that are started when somebody asks for one and none is free.
 */
export type Keeper = Readonly<{ url: string; stop(): Promise<void> }>

/**
 * Opens the desk where spec files, each in a process of its own, ask: `GET /template` is the name of the database to copy,
 * once it is there; `GET /admin` is the store with the admin panel, which they share; `POST /lend` is a store for them
 * alone, until they close that connection.
 */
export async function openKeeper(): Promise<Keeper> {
  const template = process.env.IPN_TEST_TEMPLATE ? Promise.resolve(process.env.IPN_TEST_TEMPLATE) : prepare()
  // Whoever asks is told.
  template.catch(() => undefined)
  let admin: Promise<OwnStore> | undefined
  const idle: Promise<LendableStore>[] = []
  const all = new Set<Promise<LendableStore>>()
  const returning = new Set<Promise<void>>()
  let isClosing = false

  async function lend(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wish = await readWish(request)
    const lent = idle.pop() ?? startLendableStore()
    all.add(lent)
    const store = await lent
    response.once("close", () => {
      if (isClosing) return
      const returned = takeBack(lent).finally(() => returning.delete(returned))
      returning.add(returned)
    })
    await store.lend(wish)
    const { deskPort, logFile } = store
    response.write(`${JSON.stringify({ ...keptAt(store), deskPort, logFile } satisfies Lent)}\n`)
  }

  async function takeBack(lent: Promise<LendableStore>): Promise<void> {
    const store = await lent
    if (await store.takeBack()) return void idle.push(lent)
    all.delete(lent)
    await store.stop()
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/lend") return lend(request, response)
    if (request.url === "/template") return void response.end(await template)
    response.end(JSON.stringify(keptAt(await (admin ??= startWithAdmin()))))
  }

  const desk = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(error.message)
    })
  })
  await new Promise<void>((listening) => desk.listen(0, "127.0.0.1", listening))
  return {
    url: `http://127.0.0.1:${(desk.address() as AddressInfo).port}`,
    async stop() {
      await Promise.all(returning)
      isClosing = true
      desk.closeAllConnections()
      await new Promise((closed) => desk.close(closed))
      const running = admin ? [admin, ...all] : [...all]
      await Promise.all(running.map(async (store) => (await store.catch(() => undefined))?.stop()))
      const prepared = await template.catch(() => undefined)
      // It stays where somebody keeps it for quick runs on a server of their own.
      if (prepared && !process.env.IPN_TEST_KEEP_TEMPLATE) await dropDatabase(prepared)
    },
  }
}

async function prepare(): Promise<string> {
  const started = Date.now()
  process.stderr.write("Preparing the database that the specs copy ...\n")
  const name = await prepareTemplate()
  process.stderr.write(`Prepared it in ${Math.round((Date.now() - started) / 1000)} s\n`)
  return name
}

const keptAt = ({ baseUrl, databaseUrl, accounts }: Kept): Kept => ({ baseUrl, databaseUrl, accounts })

async function readWish(request: IncomingMessage): Promise<Wish> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Wish
}

async function startWithAdmin(): Promise<OwnStore> {
  await runProgram({ args: ["--import", "tsx", "scripts/build-admin.ts"] })
  const sandbox = await startSandboxSimulator({ sendsAtOnce: false })
  const store = await startStore({
    env: { ...adminEnvironment, ...rolesEnvironment },
    simulators: { sandbox: sandbox.url },
  })
  return {
    ...store,
    async stop() {
      await store.stop()
      await sandbox.stop()
    },
  }
}
