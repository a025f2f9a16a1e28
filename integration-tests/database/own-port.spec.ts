import { randomBytes } from "node:crypto"
import { Worker } from "node:worker_threads"
import { payloadKeySchema } from "../../src/config/payload-key"
import type { ConfiguredAccount } from "../../src/gateways/configured-account"
import type { Reply } from "../../src/gateways/gateway"
import { OwnPort, type OwnPortOptions } from "../../src/modules/ipn/own-port/own-port"
import {
  accountsOf,
  accountWith,
  capturedBody,
  sandboxAccount,
  signed,
} from "../../src/receiver/__tests__/accounts"
import type { Refusal } from "../../src/receiver/received"
import type { IncomingCall } from "../../src/receiver/receiver"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"
import { waitUntil } from "../support/store/wait-until"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(() => database?.drop())

let open: OwnPort | undefined
beforeEach(() => database.pool.query("truncate ipn_intake"))
afterEach(() => open?.close())

/** Of a gateway that the store brings itself. */
const brought: ConfiguredAccount = {
  ...accountWith({ id: "brought" }),
  account: { ...sandboxAccount.account, id: "brought" },
}
/** Of a gateway whose messages prove nothing by themselves. */
const thin: ConfiguredAccount = {
  ...sandboxAccount,
  account: { id: "thin", mode: "test", config: { provider: "pp_other" } },
  gateway: jest.requireActual<{ default: ConfiguredAccount["gateway"] }>("../../src/gateways/medusa-provider")
    .default,
}

async function setUp(more: Partial<OwnPortOptions> = {}) {
  const seen = {
    refusals: [] as Refusal[],
    errors: [] as string[],
    warnings: [] as string[],
    handedOn: [] as IncomingCall[],
    stored: 0,
  }
  const ownPort = new OwnPort({
    configuration: { accounts: accountsOf(sandboxAccount, brought, thin), payloadKeys: [] },
    address: { port: 0, host: "127.0.0.1", trustedProxies: 0 },
    database: { connection: { connectionString: database.url } },
    log: { warn: (line) => seen.warnings.push(line), error: (line) => seen.errors.push(line) },
    receive: async (call): Promise<Reply> => {
      seen.handedOn.push(call)
      return { status: 202, headers: { "x-by": "the store" }, body: "handed on" }
    },
    stored: () => (seen.stored += 1),
    countUnproven: async () => 0,
    noteRefusal: (refusal) => seen.refusals.push(refusal),
    ...more,
  })
  open = ownPort
  const port = await ownPort.open()
  return { seen, ownPort, url: (account = "sandbox") => `http://127.0.0.1:${port}/hooks/ipn/${account}` }
}

function send(url: string, body: Buffer, headers = signed(body)) {
  return fetch(url, { method: "POST", headers, body: new Uint8Array(body) })
}

async function entries(): Promise<Record<string, unknown>[]> {
  const { rows } = await database.pool.query<{ entries: string }>(
    "select entries from ipn_intake order by created_at"
  )
  return rows.flatMap((row) => JSON.parse(row.entries) as Record<string, unknown>[])
}

it("a genuine message is stored, acknowledged and told of", async () => {
  const { url, seen } = await setUp()
  const reply = await send(url(), capturedBody("evt_1"))
  expect(reply.status).toBe(200)
  expect(await entries()).toMatchObject([
    {
      account_id: "sandbox",
      gateway_id: "sandbox",
      proof: "proven",
      ip: "127.0.0.1",
    },
  ])
  await waitUntil("the store is told", () => seen.stored > 0)
})

it("a call is acknowledged while the store's process does nothing else at all", async () => {
  const { url } = await setUp()
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const body = capturedBody("evt_busy")
  const sender = new Worker(
    `const { workerData: { url, headers, body, answered } } = require("node:worker_threads")
     fetch(url, { method: "POST", headers, body }).then(({ status }) => {
       Atomics.store(answered, 0, status)
       Atomics.notify(answered, 0)
     })`,
    { eval: true, execArgv: [], workerData: { url: url(), headers: signed(body), body, answered } }
  )
  // This thread stands still until the answer is there.
  const waited = Atomics.wait(answered, 0, 0, 30_000)
  await sender.terminate()
  expect(waited).not.toBe("timed-out")
  expect(Atomics.load(answered, 0)).toBe(200)
  expect(await entries()).toHaveLength(1)
})

it("a forged call is refused, counted and leaves no row; the log says so", async () => {
  const { url, seen } = await setUp()
  const body = capturedBody("evt_1")
  const reply = await send(url(), Buffer.concat([body, Buffer.from(" ")]), signed(body))
  expect(reply.status).toBe(401)
  await waitUntil("it is noted", () => seen.refusals.length > 0)
  expect(seen.refusals).toMatchObject([{ accountId: "sandbox", why: "mismatch", ip: "127.0.0.1" }])
  expect(seen.refusals[0]!.at.getTime()).toBeLessThanOrEqual(Date.now())
  expect(seen.warnings).toEqual(["[ipn] [sandbox] refused a call: mismatch"])
  expect(await entries()).toEqual([])
})

it("an unknown account is answered 404", async () => {
  const { url } = await setUp()
  expect((await send(url("nobody"), capturedBody("evt_1"))).status).toBe(404)
})

it("a gateway that the store brought itself receives in the store's process, with the exact bytes", async () => {
  const { url, seen } = await setUp()
  const body = Buffer.from([0xff, 0x00, 0x7b, 0xe9])
  const reply = await send(`${url("brought")}?a=%20`, body, { "x-signature": "abc" })
  expect([reply.status, reply.headers.get("x-by"), await reply.text()]).toEqual([
    202,
    "the store",
    "handed on",
  ])
  const [call] = seen.handedOn
  expect(call).toMatchObject({ accountId: "brought", method: "POST", query: "a=%20", ip: "127.0.0.1" })
  expect(Buffer.compare(call!.body, body)).toBe(0)
  expect(call!.headers["x-signature"]).toBe("abc")
  expect(call!.headers["constructor"]).toBeUndefined()
})

it("an answer of such a gateway that cannot be handed over breaks nothing", async () => {
  const { url } = await setUp({ receive: async () => ({ status: 200, body: (() => "") as never }) })
  await expect(send(url("brought"), Buffer.from("{}"), {})).rejects.toThrow()
  expect((await send(url(), capturedBody("evt_1"))).status).toBe(200)
})

it("how many unproven messages wait is asked of the store; where that fails the sender is to come again", async () => {
  const waiting = [
    Promise.resolve(0),
    Promise.reject(new Error("the database is away")),
    Promise.resolve(1000),
  ]
  waiting[1]!.catch(() => undefined)
  const statuses: number[] = []
  for (const count of waiting) {
    const { url, ownPort } = await setUp({ countUnproven: () => count })
    statuses.push((await send(url("thin"), Buffer.from("{}"), {})).status)
    await ownPort.close()
  }
  expect(statuses).toEqual([200, 503, 429])
  expect(await entries()).toHaveLength(1)
})

it("what is stored is encrypted where a key is set", async () => {
  const payloadKeys = payloadKeySchema.parse(randomBytes(32).toString("base64"))
  const { url } = await setUp({ configuration: { accounts: accountsOf(sandboxAccount), payloadKeys } })
  expect((await send(url(), capturedBody("evt_1"))).status).toBe(200)
  expect(await entries()).toMatchObject([{ body_state: "sealed", seal_key_id: payloadKeys[0]!.id }])
})

it("a database that is away is answered 503, and the next message is stored", async () => {
  const { url } = await setUp()
  await database.pool.query("alter table ipn_intake rename to ipn_intake_away")
  const away = await send(url(), capturedBody("evt_1"))
  await database.pool.query("alter table ipn_intake_away rename to ipn_intake")
  expect(away.status).toBe(503)
  expect((await send(url(), capturedBody("evt_1"))).status).toBe(200)
  expect(await entries()).toHaveLength(1)
})

it("closing answers what is under way, and then takes nothing more", async () => {
  const { url, ownPort } = await setUp()
  const holder = await database.pool.connect()
  await holder.query("begin; lock table ipn_intake")
  const under = send(url(), capturedBody("evt_1"))
  let closed: Promise<void>
  try {
    await waitUntil("its commit waits", async () => {
      const { rows } = await database.pool.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into ipn_intake%'"
      )
      return rows.length > 0
    })
    closed = ownPort.close()
  } finally {
    await holder.query("commit")
    holder.release()
  }
  const { status, headers } = await under
  expect([status, headers.get("connection")]).toEqual([200, "close"])
  await closed
  expect(await entries()).toHaveLength(1)
  await expect(send(url(), capturedBody("evt_2"))).rejects.toThrow()
})

it("closing ends also where the thread ends by an error meanwhile", async () => {
  const { ownPort } = await setUp()
  const thread = ownPort["thread"]!
  const closed = ownPort.close()
  thread.emit("error", new Error("out of memory"))
  await expect(closed).resolves.toBeUndefined()
})

it("functions in the database's settings are told", async () => {
  const connection = {
    connectionString: "postgres://localhost/",
    ssl: { checkServerIdentity: () => undefined },
  }
  await expect(setUp({ database: { connection } })).rejects.toMatchObject({ name: "DataCloneError" })
})

it("a port that is taken is told", async () => {
  const { url, ownPort } = await setUp()
  const address = { port: Number(new URL(url()).port), host: "127.0.0.1", trustedProxies: 0 }
  await expect(setUp({ address })).rejects.toThrow("EADDRINUSE")
  await ownPort.close()
})

it("a thread that ends by an error is started again on the same port, and the log says so", async () => {
  const first = await setUp()
  const { port } = new URL(first.url())
  await first.ownPort.close()
  const { ownPort, url, seen } = await setUp({
    address: { port: Number(port), host: "127.0.0.1", trustedProxies: 0 },
  })
  await ownPort["thread"]!.terminate()
  await waitUntil("it receives again", async () => {
    const reply = await send(url(), capturedBody("evt_1")).catch(() => undefined)
    return reply?.status === 200
  })
  expect(seen.errors).toEqual([
    `[ipn] receiving on port ${port} ended and is started again (for no known reason)`,
  ])
})
