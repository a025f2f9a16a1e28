import { mkdtempSync, rmSync } from "node:fs"
import { connect, createServer, type AddressInfo, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openDesk } from "../open-desk"
import { specAccounts, transferAccount, type Accounts } from "./accounts"
import { startStore, type OwnStore } from "./start-store"
import { waitUntil } from "./wait-until"

/** What a borrower wants of a store. */
export type Wish = Readonly<{
  /** Where the gateways of accounts are played, by account. */
  simulators?: Readonly<Record<string, string>>
  /** What the owner has decided, by key: `{ "orders.when": "pending" }`. */
  settings?: Readonly<Record<string, unknown>>
}>

/**
 * How a store that is lent is configured. Its buyers come back to another host than the demo's, and links of a secret
 * that was replaced still lead somewhere.
 */
export const lentSecrets = [
  "test-only-token-secret-of-lent-stores",
  "test-only-token-secret-of-them-before",
] as const
export const lentEnvironment = {
  STOREFRONT_URL: "https://shop.example.com",
  IPN_OPTIONS: JSON.stringify({ tokenSecret: lentSecrets, storefrontOrigins: ["https://eu.example.com"] }),
} as const

/** Its accounts: those of specs, one that is paid by bank transfer, and a PayPal that reserves money and takes it later. */
export function lentAccounts(): Accounts {
  const accounts = specAccounts()
  const paypal = accounts.paypal!
  const later = { ...paypal.config, paymentAction: "authorization" }
  return {
    ...accounts,
    "paypal-later": { ...paypal, provider_id: "pp_ipn_paypal-later", config: later },
    transfer: transferAccount(),
  }
}

/** A store that is lent to one spec after another, to each as if it had just been started. */
export type LendableStore = OwnStore &
  Readonly<{
    deskPort: number
    /** All that Medusa wrote since its start. */
    logFile: string
    lend(wish: Wish): Promise<void>
    /** Waits until the store is at rest, and takes out of it all that was done; false when it cannot be lent again. */
    takeBack(): Promise<boolean>
  }>

/** Starts such a store; where the gateways of its accounts are played is said when it is lent. */
export async function startLendableStore(): Promise<LendableStore> {
  const folder = mkdtempSync(join(tmpdir(), "ipn-lent-"))
  const logFile = join(folder, "medusa.log")
  const relays = new Map<string, Relay>()
  const accounts = lentAccounts()
  for (const account of Object.keys(accounts)) relays.set(account, await openRelay())
  const close = async () => {
    for (const relay of relays.values()) await relay.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const desk = await openDesk([{ resolve: join(__dirname, "..", "bus-listener") }])
    const store = await startStore({
      accounts,
      simulators: Object.fromEntries([...relays].map(([account, { url }]) => [account, url])),
      env: { ...lentEnvironment, ...desk.env },
      logFile,
    })
    await store.sql.query(
      `create table test_heard (name text, data jsonb, at timestamptz default clock_timestamp())`
    )
    await store.sql.query(keepRows)
    return {
      ...store,
      deskPort: desk.port,
      logFile,
      async lend({ simulators = {}, settings = {} }) {
        for (const [account, relay] of relays) relay.to(simulators[account])
        // The default at least, that the store forgets what it knew of the borrower before.
        const values = { "orders.when": "authorized", ...settings }
        await store.admin("POST", "/admin/ipn/settings", { values })
      },
      async takeBack() {
        try {
          await waitUntilAtRest(store)
          await store.sql.query(restoreRows)
          return true
        } catch (error) {
          process.stderr.write(`A store is not lent again: ${(error as Error).message}\n`)
          return false
        }
      },
      async stop() {
        await store.stop()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Copies of all rows that a store has from its start, in a schema of their own. */
const keepRows = `
  create schema kept;
  do $$ declare name text; has_rows boolean; begin
    for name in select tablename from pg_tables where schemaname = 'public' loop
      execute format('select exists (select from public.%I)', name) into has_rows;
      if has_rows then execute format('create table kept.%1$I as table public.%1$I', name); end if;
    end loop;
  end $$`

/** All tables as they were kept. Foreign keys are not looked at meanwhile, which only a superuser of Postgres may ask for. */
const restoreRows = `
  do $$ declare name text; begin
    set local session_replication_role = replica;
    set local lock_timeout = '10s';
    for name in select tablename from pg_tables where schemaname = 'public' loop
      execute format('delete from public.%I', name);
      if to_regclass(format('kept.%I', name)) is not null then
        execute format('insert into public.%1$I select * from kept.%1$I', name);
      end if;
    end loop;
  end $$`

/** Nothing is received, sorted, settled or sent any more, and nobody is in the middle of something in the database. */
async function waitUntilAtRest({ sql }: OwnStore): Promise<void> {
  let quiet = 0
  await waitUntil("a store that was lent is at rest", async () => {
    const { rows } = await sql.query(
      `select from ipn_intake
       union all select from ipn_lane where lease_until is not null or due_at < now() + interval '1 second'
       union all select from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state not in ('idle', 'disabled')`
    )
    quiet = rows.length === 0 ? quiet + 1 : 0
    return quiet === 3
  })
}

/** An address that leads to another one, which may change. */
type Relay = Readonly<{ url: string; to(url: string | undefined): void; close(): Promise<void> }>

async function openRelay(): Promise<Relay> {
  let target: URL | undefined
  const open = new Set<Socket>()
  const closeAll = () => open.forEach((socket) => socket.destroy())
  const server = createServer((near) => {
    if (!target) return void near.destroy()
    const far = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket
        .on("error", () => undefined)
        .once("close", () => {
          open.delete(socket)
          other.destroy()
        })
      socket.pipe(other)
    }
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    to(url) {
      closeAll()
      target = url === undefined ? undefined : new URL(url)
    },
    async close() {
      closeAll()
      await new Promise((closed) => server.close(closed))
    },
  }
}
