import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Client } from "pg"
import { payOnPage } from "../../demo/purchase"
import { freePort } from "../../scripts/free-port"
import { processesWith } from "../support/processes-with"
import { accountsAt, demoAccounts, type Accounts } from "../support/store/accounts"
import { repository, startProgram, type RunningProgram } from "../support/store/child-process"
import type { Database } from "../support/store/database"
import { nobody } from "../support/store/filled-carts"
import { adminEmail, adminPassword, readSeeded } from "../support/store/seeded"
import { createSeededDatabase } from "../support/store/start-store"
import { schemaFingerprint } from "../support/store/template-database"
import { waitUntil } from "../support/store/wait-until"

/** The demo as people start it, but with a folder and a database of its own, which is filled already. */
describe("npm run demo", () => {
  const folder = mkdtempSync(join(tmpdir(), "ipn-demo-"))
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    scripts: Record<"demo" | "send", string>
  }
  let database: Database
  let sql: Client

  beforeAll(async () => {
    database = await createSeededDatabase()
    sql = new Client({ connectionString: database.url })
    await sql.connect()
    await sql.query("delete from cart where email = $1", [nobody])
    writeFileSync(join(folder, "schema"), schemaFingerprint())
  })
  afterAll(async () => {
    await sql?.end()
    await database?.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What package.json says to that name. */
  function run(script: keyof typeof scripts, ...args: string[]): RunningProgram {
    const [node, ...command] = scripts[script].split(" ")
    expect(node).toBe("node")
    return startProgram({
      args: [...command, ...args],
      env: { IPN_DEMO_FOLDER: folder, IPN_DEMO_DATABASE_URL: database.url, NODE_ENV: undefined },
    })
  }

  const nothingIsLeft = () =>
    waitUntil("nothing of the demo is left", () => processesWith(folder).length === 0, { withinMs: 10_000 })

  it("--once --json buys, says so in one line, ends with 0 as the order is paid, and leaves no process", async () => {
    const demo = run("demo", "--once", "--json", "--port", String(await freePort()))
    const code = await demo.exited
    expect([code, code === 0 ? "" : demo.output()]).toEqual([0, ""])
    expect(demo.stdout().split("\n")).toEqual([expect.stringMatching(/^\{.*\}$/), ""])
    const said = JSON.parse(demo.stdout()) as { order_id: string }
    const { rows: orders } = await sql.query<{ id: string; display_id: number }>(
      `select id, display_id from "order"`
    )
    expect(orders).toHaveLength(1)
    expect(said).toEqual({
      order_id: orders[0]!.id,
      display_id: orders[0]!.display_id,
      payment_status: "captured",
      message_to_order_ms: expect.any(Number) as number,
      acknowledged_ms: expect.any(Number) as number,
    })
    // Its cart was filled by Medusa, as a buyer's is.
    const { rows: carts } = await sql.query<{ email: string }>("select email from cart")
    expect(carts).toEqual([{ email: "buyer@example.com" }])
    await nothingIsLeft()
  })

  it("--once that is cut short by SIGTERM says nothing and ends with 143, and leaves no process", async () => {
    const demo = run("demo", "--once", "--json", "--port", String(await freePort()))
    await waitUntil("the store is being started", () => demo.output().includes("Starting the store"))
    demo.kill("SIGTERM")
    expect(await demo.exited).toBe(143)
    expect(demo.stdout()).toBe("")
    await nothingIsLeft()
  })

  describe("--serve --json", () => {
    type Ready = Readonly<{ accounts_file: string; cart_url: string; checkout_url: string }>
    let port: number
    let demo: RunningProgram
    let ready: Ready

    beforeAll(async () => {
      port = await freePort()
      demo = run("demo", "--serve", "--json", "--port", String(port))
      await waitUntil("the demo is ready", () => demo.hasExited() || demo.stdout().endsWith("\n"), {
        withinMs: 180_000,
      })
      if (demo.hasExited()) throw new Error(demo.output())
      ready = JSON.parse(demo.stdout()) as Ready
    })
    afterAll(() => demo?.stop())

    it("says in one line where everything is", async () => {
      const base_url = `http://localhost:${port}`
      expect(ready).toEqual({
        ready: true,
        base_url,
        publishable_key: (await readSeeded(sql)).publishableKey,
        admin: { email: adminEmail, password: adminPassword },
        accounts_file: join(folder, "accounts.json"),
        cart_url: expect.stringMatching(/^http:/) as string,
        checkout_url: expect.stringMatching(/^http:/) as string,
        mailbox_url: expect.stringMatching(/^http:/) as string,
      })
      expect((await fetch(`${base_url}/health`)).status).toBe(200)
      expect(await (await fetch(ready.checkout_url)).text()).toContain("Pay with")
      const accounts = JSON.parse(readFileSync(ready.accounts_file, "utf8")) as Accounts
      const addressed = accountsAt(base_url, { accounts: demoAccounts() })
      for (const [id, { notify_url, provider_id }] of Object.entries(addressed)) {
        expect(accounts[id]).toMatchObject({ notify_url, provider_id })
      }
      expect(Object.keys(accounts)).toEqual(Object.keys(addressed))
    })

    it("takes a buyer who pays by hand back to a page that says what became of it", async () => {
      const paid = await payOnPage(ready.cart_url)
      const back = await fetch(new URL(paid.headers.get("location")!, ready.cart_url))
      expect(back.status).toBe(200)
      expect(back.url).toMatch(new RegExp(`^${ready.checkout_url}/checkout/return\\?ipn_token=`))
      await waitUntil("the page says that it is paid", async () =>
        (await (await fetch(back.url)).text()).includes("Your payment: paid")
      )
    })

    it("is sent a gateway's recorded message by `npm run send`, and no message about a session that it does not have", async () => {
      const sent = run("send", "sandbox", "payment.captured", "--times", "2")
      expect(await sent.exited).toBe(0)
      expect(sent.stdout().match(/^payment\.captured: 200 /gm)).toHaveLength(2)
      expect(sent.stdout()).toMatch(/^About payses_\w+, 17\.50 eur$/m)
      const refused = run("send", "sandbox", "payment.captured", "--session", "payses_of_nobody")
      expect(await refused.exited).toBe(2)
      expect(refused.output()).toContain(`The demo has no payment session "payses_of_nobody"`)
    })

    it("is stopped by Ctrl-C, and leaves no process", async () => {
      // The demo, the gateways, the store.
      expect(processesWith(folder).length).toBeGreaterThanOrEqual(3)
      process.kill(-demo.pid, "SIGINT")
      expect(await demo.exited).toBe(130)
      await nothingIsLeft()
    })
  })
})
