import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Pool } from "pg"
import { startSandboxSimulator } from "../../../src/gateways/sandbox/simulator"
import type { Accounts } from "./accounts"
import { runProgram } from "./child-process"
import { adminEnvironment, rolesEnvironment } from "./medusa"
import { startStore, type OwnStore } from "./start-store"
import { readSeeded } from "./seeded"
import { openStore, type Store } from "./store"

type Shared = Readonly<{ baseUrl: string; databaseUrl: string; accounts: Accounts }>

/** Keeps the stores that specs share, in jest's own process: each is started when the first spec asks for it. */
export type Keeper = Readonly<{ url: string; stop(): Promise<void> }>

/** Opens the desk where spec files, each in a process of its own, ask for a shared store. */
export async function openKeeper(): Promise<Keeper> {
  const booting = new Map<string, Promise<OwnStore>>()
  const desk = createServer(({ url = "/" }, response) => {
    const store = booting.get(url) ?? (url === "/admin" ? startWithAdmin() : startStore())
    booting.set(url, store)
    store.then(
      ({ baseUrl, databaseUrl, accounts }) =>
        response.end(JSON.stringify({ baseUrl, databaseUrl, accounts } satisfies Shared)),
      (error: Error) => response.writeHead(500).end(error.message)
    )
  })
  await new Promise<void>((listening) => desk.listen(0, "127.0.0.1", listening))
  return {
    url: `http://127.0.0.1:${(desk.address() as AddressInfo).port}`,
    async stop() {
      desk.closeAllConnections()
      await new Promise((closed) => desk.close(closed))
      for (const store of booting.values()) await (await store.catch(() => undefined))?.stop()
    },
  }
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

/**
 * The store that all specs of a run share, for those that neither restart it nor count what is in it. Call it in
 * `beforeAll` and hand what comes back to {@link leaveSharedStore} in `afterAll`. Another one, with the admin panel and
 * Medusa's roles, is for the specs that look at it.
 */
export async function joinSharedStore({ admin = false } = {}): Promise<Store> {
  const { IPN_TEST_KEEPER } = process.env
  if (!IPN_TEST_KEEPER)
    throw new Error("There is no shared store: these specs belong to the jest project `http`")
  const response = await fetch(`${IPN_TEST_KEEPER}${admin ? "/admin" : "/"}`)
  if (!response.ok) throw new Error(await response.text())
  const shared = (await response.json()) as Shared
  const sql = new Pool({ connectionString: shared.databaseUrl, max: 4 })
  sql.on("error", () => undefined)
  return openStore({ ...shared, sql, seeded: await readSeeded(sql) })
}

/** Closes what {@link joinSharedStore} opened; the store goes on for the others. */
export async function leaveSharedStore(store: Store | undefined): Promise<void> {
  await store?.sql.end()
}
