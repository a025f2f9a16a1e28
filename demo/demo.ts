import { writeFileSync } from "node:fs"
import { Pool } from "pg"
import { startMailServer } from "../integration-tests/support/mail/mail-server"
import { buildStorefront, serveStorefront } from "../integration-tests/support/start-storefront"
import { accountsAt, demoAccounts, type Accounts } from "../integration-tests/support/store/accounts"
import {
  runProgram,
  startProgram,
  stopPrograms,
  type RunningProgram,
} from "../integration-tests/support/store/child-process"
import { adminEnvironment, startMedusa } from "../integration-tests/support/store/medusa"
import {
  adminEmail,
  adminPassword,
  offerAllProviders,
  readSeeded,
} from "../integration-tests/support/store/seeded"
import { openStore, type Order, type Store } from "../integration-tests/support/store/store"
import { waitUntil } from "../integration-tests/support/store/wait-until"
import { isAdminBuilt } from "../scripts/build-admin"
import { freePort, isPortFree } from "../scripts/free-port"
import { offerByCurrency } from "./accounts"
import { exitCodeAfter, readArguments, usage, type DemoArguments } from "./arguments"
import { openDemoDatabase } from "./demo-database"
import { startCheckoutPage } from "./checkout"
import { demoFiles, openDemoFolder, writeRunning } from "./demo-folder"
import type { GatewayAddresses } from "./gateways"
import { startMailbox } from "./mailbox"
import { during, say } from "./progress"
import { makePurchase, writeTimeline } from "./purchase"

type Demo = Readonly<{
  store: Store
  deskUrl: string
  bankUrl: string
  mailboxUrl: string
  /** Where buyers buy, and where gateways send them back to; undefined where nobody buys by hand. */
  shopUrl: string | undefined
}>

/** What was started, to be stopped in the opposite order. */
const toStop: (() => Promise<unknown>)[] = []

async function stopAll(): Promise<void> {
  for (const stop of toStop.splice(0).reverse()) await stop()
  // Whoever is interrupted in the middle of starting has what is not listed yet.
  await stopPrograms()
}

async function main(args: DemoArguments): Promise<number> {
  stopOnSignals(args.run)
  openDemoFolder(args.fresh)
  const demo = await startDemo(args)
  if (args.run === "serve") return serve(demo, args)
  return purchase(demo, args)
}

async function startDemo({ run, port: wanted, json, admin, fresh }: DemoArguments): Promise<Demo> {
  const port = wanted ?? ((await isPortFree(9000)) ? 9000 : await freePort())
  if (wanted !== undefined && !(await isPortFree(wanted))) {
    throw new Error(`Port ${wanted} is in use: name another one with --port, or none to get a free one.`)
  }
  if (port !== 9000 && wanted === undefined) say(`Port 9000 is in use, so the store gets ${port}.`)
  const baseUrl = `http://localhost:${port}`
  const shopPort = (await isPortFree(8000)) ? 8000 : await freePort()
  const storefrontUrl = `http://localhost:${shopPort}`

  writeAccounts(accountsAt(baseUrl, { accounts: demoAccounts() }))
  const gateways = startProgram({
    args: ["--import", "tsx", "demo/gateways.ts", demoFiles.accounts],
    logFile: demoFiles.gatewaysLog,
  })
  toStop.push(gateways.stop)
  const { url: databaseUrl, stop: stopDatabase } = await openDemoDatabase(fresh)
  toStop.push(stopDatabase)
  const { simulators, deskUrl } = await addressesOf(gateways)
  const accounts = accountsAt(baseUrl, { accounts: demoAccounts(), simulators })
  writeAccounts(accounts)
  const sql = new Pool({ connectionString: databaseUrl, max: 2 })
  sql.on("error", () => undefined)
  toStop.push(() => sql.end())
  const seeded = await readSeeded(sql)

  // Who reads one line of JSON gets a page that sells instead of a shop.
  const opensShop = run === "show" || (run === "serve" && !json)
  const { publishableKey } = seeded
  const built = opensShop
    ? buildStorefront({ baseUrl, publishableKey, folder: demoFiles.storefront })
    : Promise.resolve()
  built.catch(() => undefined)
  if (admin && !isAdminBuilt()) {
    await during("Building the admin panel, which takes about half a minute", () =>
      runProgram({ args: ["--import", "tsx", "scripts/build-admin.ts"] })
    )
  }
  const mailServer = await startMailServer()
  toStop.push(mailServer.stop)
  const mailbox = await startMailbox(mailServer)
  toStop.push(mailbox.stop)
  const medusa = await during("Starting the store", () =>
    startMedusa({
      databaseUrl,
      port,
      env: {
        IPN_ACCOUNTS_FILE: demoFiles.accounts,
        STOREFRONT_URL: storefrontUrl,
        SMTP_HOST: "127.0.0.1",
        SMTP_PORT: String(mailServer.port),
        SMTP_ENCRYPTION: "none",
        ...(admin ? adminEnvironment : {}),
      },
      logFile: demoFiles.storeLog,
    })
  )
  toStop.push(medusa.stop)
  await offerAllProviders(sql)
  await offerByCurrency(sql, accounts)
  if (opensShop) {
    await during("Building the shop", () => built)
    const shop = await serveStorefront({ folder: demoFiles.storefront, port: shopPort })
    toStop.push(shop.stop)
    void endWith(shop, "The storefront", json)
  }
  const store = openStore({ baseUrl, databaseUrl, sql, accounts, seeded, copiesCarts: false })
  if (run === "serve" && json) toStop.push((await startCheckoutPage(store, shopPort)).stop)
  writeRunning({ pid: process.pid, baseUrl, accountsFile: demoFiles.accounts, databaseUrl, deskUrl })
  void endWith(medusa, "The store", json)
  void endWith(gateways, "The program that plays the gateways", json)
  await sendAlertsToAdmin(store)
  return {
    store,
    deskUrl,
    mailboxUrl: mailbox.url,
    bankUrl: simulators["transfer"] ?? "",
    shopUrl: run === "once" ? undefined : storefrontUrl,
  }
}

/** Somebody must be told of test payments; whoever uses the demo may choose other addresses in the settings. */
async function sendAlertsToAdmin(store: Store): Promise<void> {
  const key = "alerts.addresses"
  const { rows } = await store.sql.query("select 1 from ipn_setting where key = $1", [key])
  if (rows.length === 0) await store.admin("POST", "/admin/ipn/settings", { values: { [key]: [adminEmail] } })
}

function writeAccounts(accounts: Accounts): void {
  writeFileSync(demoFiles.accounts, JSON.stringify(accounts, null, 2) + "\n")
}

async function addressesOf(gateways: RunningProgram): Promise<GatewayAddresses> {
  const line = await waitUntil(
    "the gateways are played",
    () => {
      if (gateways.hasExited()) throw new Error(gateways.output())
      return gateways
        .output()
        .split("\n")
        .slice(0, -1)
        .find((text) => text.startsWith("{"))
    },
    { withinMs: 60_000 }
  )
  return JSON.parse(line) as GatewayAddresses
}

async function purchase(demo: Demo, { run, json, admin }: DemoArguments): Promise<number> {
  const made = await during("Buying a T-shirt", () => makePurchase(demo.store, demo.deskUrl))
  const { order } = made
  say(`\n${writeTimeline(made)}\n`)
  say(`Message to order: ${made.messageToOrderMs} ms. Acknowledged in ${made.acknowledgedMs} ms.`)
  if (run === "show") {
    await showAddresses(demo, admin, order)
    await untilInterrupted()
  }
  await stopAll()
  if (json) {
    const result = {
      order_id: order.id,
      display_id: order.display_id,
      payment_status: order.payment_status,
      message_to_order_ms: made.messageToOrderMs,
      acknowledged_ms: made.acknowledgedMs,
    }
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }
  return order.payment_status === "captured" ? 0 : 1
}

async function serve(demo: Demo, { json, admin }: DemoArguments): Promise<number> {
  const { store } = demo
  if (json) {
    const ready = {
      ready: true,
      base_url: store.baseUrl,
      publishable_key: store.seeded.publishableKey,
      admin: {
        email: adminEmail,
        password: adminPassword,
        ...(admin ? { url: `${store.baseUrl}/app` } : {}),
      },
      accounts_file: demoFiles.accounts,
      cart_url: await newCartUrl(store),
      checkout_url: demo.shopUrl,
      mailbox_url: demo.mailboxUrl,
    }
    process.stdout.write(`${JSON.stringify(ready)}\n`)
  } else await showAddresses(demo, admin)
  await untilInterrupted()
  await stopAll()
  return 0
}

/** The hosted payment page of a cart that waits to be paid. */
async function newCartUrl(store: Store): Promise<string> {
  const { next } = await store.buyer.startCheckout({ account: "sandbox", product: "coffee-mug" })
  if (next?.kind !== "redirect") throw new Error("The sandbox gave no payment page")
  return next.url
}

async function showAddresses(demo: Demo, admin: boolean, order?: Order): Promise<void> {
  const { store, shopUrl, bankUrl, mailboxUrl } = demo
  const { baseUrl, seeded, accounts } = store
  const panel = `${baseUrl}/app`
  const list: [what: string, where: string | undefined][] = [
    ["The shop", shopUrl],
    ["Pay a new cart", await newCartUrl(store)],
    ["The order", order && `#${order.display_id}  ${order.id}`],
    ["  in the admin panel", order && admin ? `${panel}/orders/${order.id}` : undefined],
    ["The sandbox's dashboard", String(accounts["sandbox"]?.config["url"])],
    ["The bank of its transfers", bankUrl],
    ["The mails it sent", mailboxUrl],
    ["Send a gateway's message", "npm run send -- sandbox payment.captured   (npm run send lists all)"],
    ["The store", baseUrl],
    ["Publishable key", seeded.publishableKey],
    ["Admin panel", admin ? `${panel}/ipn` : undefined],
    ["Admin (test only)", `${adminEmail} / ${adminPassword}`],
    [
      "Notify addresses",
      Object.values(accounts)
        .map((account) => account.notify_url)
        .join(`\n${" ".repeat(32)}`),
    ],
    ["Accounts with their secrets", demoFiles.accounts],
    ["Logs", demoFiles.storeLog],
  ]
  const lines = list.flatMap(([what, where]) => (where === undefined ? [] : [`  ${what.padEnd(30)}${where}`]))
  say(`\nTry it by hand:\n${lines.join("\n")}\n\nCtrl-C stops everything.`)
}

let interrupted: (() => void) | undefined
const interruption = new Promise<void>((resolve) => (interrupted = resolve))
const untilInterrupted = () => interruption

/** Ends the demo when a program that it needs ends by itself. */
async function endWith(program: RunningProgram, what: string, json: boolean): Promise<void> {
  await program.exited
  if (toStop.length === 0) return
  say(`${what} has ended by itself:\n${program.output().slice(-3000)}`)
  if (!json) say(`More in ${demoFiles.folder}`)
  await stopAll()
  process.exit(1)
}

let stopping = false
function stopOnSignals(run: DemoArguments["run"]): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      say("\nStopping ...")
      interrupted?.()
      // In the middle of starting or buying there is nobody who waits for the interruption.
      void stopAll().then(() => process.exit(exitCodeAfter(signal, run)))
    })
  }
}

async function run(): Promise<number> {
  let args: DemoArguments
  try {
    args = readArguments(process.argv.slice(2))
  } catch (error) {
    say(`${(error as Error).message}\n\n${usage}`)
    return 2
  }
  try {
    return await main(args)
  } catch (error) {
    if (stopping) return 130
    say(`\n${error instanceof Error ? error.message : String(error)}`)
    say(`Logs: ${demoFiles.folder}`)
    await stopAll()
    return 1
  }
}

run().then(
  (code) => {
    if (!stopping) process.exit(code)
  },
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  }
)
