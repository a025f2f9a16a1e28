import { readFileSync } from "node:fs"
import type { Browser, Page } from "playwright-core"
import words from "../../src/admin/i18n/languages/en"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { describeInBrowser } from "../support/browser/find-browser"
import { openAdmin, type AdminTab } from "../support/browser/open-admin"
import { openBrowser, picture } from "../support/browser/open-browser"
import { ownViolations } from "../support/browser/own-violations"
import { startStoreWithAdmin } from "../support/browser/store-with-admin"
import { paidOnce, settledTruth } from "../support/invariants"
import { startMailServer, type MailServer } from "../support/mail/mail-server"
import { send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { adminEmail } from "../support/store/seeded"
import type { OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

/** What a store owner does with accounts, the ledger, comparisons and settings, in a real browser on real payments. */
describeInBrowser("the admin pages about money and gateways", () => {
  let sandbox: SandboxSimulator
  let mailServer: MailServer
  let store: OwnStore
  let browser: Browser
  let tab: AdminTab
  let page: Page
  let paid: Paying
  /** Paid at the gateway, and nothing was told of it. */
  let untold: Paying

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    mailServer = await startMailServer()
    store = await startStoreWithAdmin({
      simulators: { sandbox: sandbox.url },
      env: {
        SMTP_HOST: "127.0.0.1",
        SMTP_PORT: String(mailServer.port),
        SMTP_ENCRYPTION: "none",
        IPN_OPTIONS: JSON.stringify({ settings: { retention: { payload_days: 30 } } }),
      },
    })
    paid = await startPaying(store)
    untold = await startPaying(store)
    const others = [await startPaying(store), await startPaying(store)]
    for (const checkout of [paid, ...others]) await sandbox.pay(idOf(checkout))
    await sandbox.deliver()
    for (const checkout of [paid, ...others]) await settledTruth(store, checkout)
    await sandbox.fee(idOf(paid), "0.35")
    await sandbox.refund(idOf(paid), "5.00")
    await sandbox.dispute(idOf(others[0]!))
    await sandbox.deliver()
    await settledTruth(store, paid)
    const forged = await signedMessage(store, "sandbox", "payment.captured", paid)
    await send({ ...forged, body: Buffer.concat([Buffer.from(forged.body), Buffer.from(" ")]) })
    // Its message is lost: the gateway has it, and the store does not.
    await sandbox.pay(idOf(untold))
    browser = await openBrowser()
    tab = await openAdmin(browser, store)
    page = tab.page
  })
  afterAll(async () => {
    await browser?.close()
    await store?.stop()
    await mailServer?.stop()
    await sandbox?.stop()
  })

  const idOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id
  /** Somebody pays an invoice that the gateway sent: the store never heard of it. */
  const payAtGateway = async (payment: Record<"reference" | "amount" | "currency", string>) => {
    const made = await fetch(`${sandbox.url}/payments`, {
      method: "POST",
      headers: { authorization: "Bearer test-only-sandbox-api-key" },
      body: JSON.stringify({
        ...payment,
        notify_url: `${store.baseUrl}/hooks/ipn/sandbox`,
        return_url: "https://shop.example.com",
        cancel_url: "https://shop.example.com",
      }),
    })
    const { id } = (await made.json()) as { id: string }
    await sandbox.pay(id)
    return id
  }
  const orderOf = async ({ cartId }: Paying) => (await store.ordersOf(cartId))[0]!
  const go = (path: string) => tab.go(path)
  const says = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const button = (name: string | RegExp) =>
    page.getByRole("button", { name, exact: typeof name === "string" })

  it("says of each gateway how it does, what is missing and what to do, and lights up once a message came", async () => {
    await go("/ipn/gateways")
    await page.getByRole("link", { name: "Sandbox" }).waitFor()
    await picture(page, "gateways")
    await page.getByRole("link", { name: "Stripe", exact: true }).click()
    await says("Waiting for the first verified message.")
    await says(`${store.baseUrl}/hooks/ipn/stripe`)
    await says("Choose Webhook endpoint and paste the notify address.")
    // As below each other as Medusa's own pages: a step up is a click.
    await page.locator("ol").getByRole("link", { name: "Gateways" }).click()
    await page.waitForURL(/\/ipn\/gateways$/)
    await go("/ipn/gateways/paypal")
    await says("not set, optional")
    expect(await page.getByText("What is missing here").count()).toBe(0)
    await go("/ipn/gateways/sandbox")
    await says(/It works: the last verified message came/)
    await says("The signature is wrong: compare the secret")
  })

  it("sends a test message to a notify address and says that it arrived", async () => {
    await go("/ipn/gateways/stripe")
    await button("Send test message").click()
    await says("The address works")
    await picture(page, "gateway")
  })

  it("pauses an account after saying what that means, and lets it go on", async () => {
    await go("/ipn/gateways/sandbox")
    await button("Pause").click()
    await says(/Nothing is booked and no order is placed/)
    await picture(page, "gateway-pause")
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click()
    await says("Paused")
    await button("Go on").click()
    await page.getByRole("dialog").getByRole("button", { name: "Go on" }).click()
    await says("Healthy")
  })

  it("shows the ledger with balances, keeps filters in the address and exports what is shown", async () => {
    await go("/ipn/ledger")
    await says("Held by sandbox")
    await says("Refund")
    await says("Medusa and the ledger agree.")
    await picture(page, "ledger")
    await go(`/ipn/ledger?entry=${encodeURIComponent('["fee"]')}`)
    await page.getByRole("row").filter({ hasText: "Fee" }).first().waitFor()
    expect(await page.getByRole("row").count()).toBe(2)
    await button("Export").click()
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "Export CSV" }).click(),
    ])
    const lines = readFileSync(await file.path(), "utf8")
      .trim()
      .split("\r\n")
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain(",fee,")
  })

  it("leads from money that nobody here knows to what it is for", async () => {
    const forgotten = await startPaying(store)
    const invoice = await payAtGateway({
      reference: "invoice-77",
      amount: forgotten.amount,
      currency: forgotten.currency,
    })
    await go("/ipn/reconciliation")
    await says("Nothing compared yet")
    await button("Compare").click()
    await page.getByRole("combobox", { name: "Account" }).click()
    await page.getByRole("option", { name: "Sandbox (sandbox)" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Compare" }).click()
    await page
      .getByRole("row", { name: new RegExp(`Paid at the gateway only.*${invoice}`) })
      .getByRole("button", { name: "More actions" })
      .click()
    await page.getByRole("menuitem", { name: "Take over from gateway" }).click()
    const drawer = page.getByRole("dialog")
    await drawer.getByRole("button", { name: "Take over from gateway" }).click()
    await drawer.getByText("The store does not know what this money is for.").waitFor()
    await picture(page, "difference-unknown")
    await drawer.getByRole("button", { name: "Decide" }).click()
    await drawer.getByText("Attach to an order or cart").click()
    await drawer.getByLabel("Order number or cart").fill("#999999")
    await drawer.getByText("There is no order #999999.").waitFor()
    // Whoever looks while the store tries by itself may decide as soon as it is done.
    const untilFree = "update ipn_lane set lease_until = now() + $2::interval where key = $1"
    await store.sql.query(untilFree, ["ref:invoice-77", "1 hour"])
    await drawer.getByLabel("Order number or cart").fill(forgotten.cartId)
    await drawer.getByText(/Will place the order of cart/).waitFor()
    await drawer.getByLabel("Reason").fill("They told us on the phone")
    expect(await drawer.getByRole("button", { name: "Do it" }).isDisabled()).toBe(true)
    await store.sql.query(untilFree, ["ref:invoice-77", "-1 s"])
    await drawer.getByRole("button", { name: "Do it" }).click()
    const order = await store.waitForPaidOrder(forgotten.cartId)
    await page.getByRole("link", { name: `#${order.display_id}` }).waitFor()
  })

  it("compares a week with the gateway, finds what was never told, and takes it over", async () => {
    await go("/ipn/reconciliation")
    await says("1 of 2")
    await button("Compare").click()
    await page.getByRole("combobox", { name: "Account" }).click()
    await page.getByRole("option", { name: "Sandbox (sandbox)" }).click()
    await picture(page, "compare-drawer")
    await page.getByRole("dialog").getByRole("button", { name: "Compare" }).click()
    await says("Paid at the gateway only")
    await picture(page, "comparison")
    expect(await store.ordersOf(untold.cartId)).toEqual([])
    await button("More actions").click()
    await page.getByRole("menuitem", { name: "Take over from gateway" }).click()
    await says(/it may book money and place an order/)
    await page.getByRole("dialog").getByRole("button", { name: "Take over from gateway" }).click()
    await says("Taken over")
    expect(await settledTruth(store, untold)).toMatchObject(paidOnce(untold))
    await go("/ipn/reconciliation")
    await says("0 of 1")
    await picture(page, "comparisons")
  })

  it("explains each setting, changes it with who did, and leaves what medusa-config fixes", async () => {
    await go("/settings/ipn")
    await says("Place the order")
    await picture(page, "settings-orders")
    await button("Edit").click()
    await page.getByLabel("Grace after a failure").fill("30")
    await picture(page, "settings-drawer")
    await button("Save").click()
    await says("30 minutes")
    await says(/10 minutes → 30 minutes/)
    await page.getByRole("tab", { name: "Privacy" }).click()
    await page.getByLabel("Fixed in medusa-config. Change it there.").first().waitFor()
    await button("Edit").click()
    expect(await page.getByLabel("Keep message contents").isDisabled()).toBe(true)
    await page.getByLabel("Keep messages", { exact: true }).fill("3")
    await button("Save").click()
    await says(/at least 30/)
    await page.keyboard.press("Escape")
  })

  it("keeps rules about messages", async () => {
    await go("/settings/ipn?tab=messages")
    await says("Every message is handled")
    await picture(page, "settings-messages")
    await button("Edit").click()
    await button("Add rule").click()
    await picture(page, "settings-rules")
    await button("Save").click()
    await page.getByRole("cell", { name: "All accounts" }).waitFor()
    await page.getByRole("cell", { name: "Only record" }).waitFor()
  })

  it("holds goods for as long as the owner says, by account and by how far the payment is", async () => {
    await go("/settings/ipn?tab=stock")
    await says("30 minutes at the gateway, a day while a bank works, a week for a transfer")
    await button("Edit").click()
    const drawer = page.getByRole("dialog")
    await drawer.getByRole("button", { name: "Add rule" }).click()
    await drawer.getByRole("combobox", { name: "Account" }).click()
    await page.getByRole("option", { name: "sandbox", exact: true }).click()
    await drawer.getByRole("combobox", { name: "When" }).click()
    await page.getByRole("option", { name: "While a transfer is awaited" }).click()
    await drawer.getByLabel("minutes").fill("4320")
    await picture(page, "settings-holds")
    await drawer.getByRole("button", { name: "Save" }).click()
    await says("sandbox, While a transfer is awaited: 4320 minutes")
    const { settings } = await store.admin<{ settings: { key: string; value: unknown }[] }>(
      "GET",
      "/admin/ipn/settings"
    )
    expect(settings.find(({ key }) => key === "stock.hold_minutes")?.value).toEqual({
      "sandbox:transfer": 4320,
    })
  })

  it("has an email written by the store's own template", async () => {
    await go("/settings/ipn?tab=emails")
    await button("Edit").first().click()
    const drawer = page.getByRole("dialog")
    await drawer.getByRole("combobox", { name: "Refund completed" }).click()
    await page.getByRole("option", { name: "Your template" }).click()
    await drawer.getByLabel("Your provider's template").fill("d-1234")
    await picture(page, "settings-template")
    await drawer.getByRole("button", { name: "Save" }).click()
    await page.getByRole("row", { name: /Refund completed.*Your template.*d-1234/ }).waitFor()
    const { settings } = await store.admin<{ settings: { key: string; value: unknown }[] }>(
      "GET",
      "/admin/ipn/settings"
    )
    const valueOf = (name: string) => settings.find(({ key }) => key === name)?.value
    expect([valueOf("emails.refund_completed"), valueOf("emails.templates")]).toEqual([
      "provider",
      { "ipn.refund-completed": "d-1234" },
    ])
  })

  it("shows how an email looks in each language, and sends a sample", async () => {
    await go("/settings/ipn?tab=emails")
    await says("The gateway confirmed a refund, in part or in full.")
    await picture(page, "settings-emails")
    await button("Preview: Payment received").click()
    await page.getByRole("combobox", { name: "Language" }).click()
    await page.getByRole("option", { name: "German" }).click()
    await page.frameLocator("iframe").locator("html[lang=de]").waitFor()
    await picture(page, "settings-preview")
    await button("Send me a sample").click()
    await waitUntil("the sample is there", () => mailServer.mails.some(({ to }) => to.includes(adminEmail)))
    await says(`A sample was sent to ${adminEmail}`)
  })

  it("tells on the order what happened to its money, and on the customer what was told last", async () => {
    const order = await orderOf(paid)
    await go(`/orders/${order.id}`)
    await page.getByRole("heading", { name: "Payment timeline" }).scrollIntoViewIfNeeded()
    await says("Refund made")
    await picture(page, "order")
    const { rows } = await store.sql.query<{ customer_id: string }>(
      `select customer_id from "order" where id = $1`,
      [order.id]
    )
    await go(`/customers/${rows[0]!.customer_id}`)
    await page.getByRole("heading", { name: "Payment notifications" }).waitFor()
    await picture(page, "customer")
  })

  it("says of a reservation for whom it is held and until when, and frees it", async () => {
    const checkout = await startPaying(store)
    await send(await signedMessage(store, "sandbox", "payment.pending", checkout))
    const reservation = await waitUntil("the goods are held", async () => {
      const { rows } = await store.sql.query<{ id: string }>(
        `select id from reservation_item where external_id = $1 and deleted_at is null`,
        [checkout.cartId]
      )
      return rows[0]
    })
    await go(`/reservations/${reservation.id}`)
    await says(/A buyer is paying for these goods. They are held until/)
    await picture(page, "reservation")
    await button("Free the goods").click()
    await says("Others can buy them at once.")
    await page.getByRole("dialog").getByRole("button", { name: "Free the goods" }).click()
    await says("The goods are free.")
  })

  it("says that something is gone instead of breaking", async () => {
    await go("/ipn/gateways/nobody")
    await says("This is not there any more")
  })

  const pages = [
    ["messages", "/ipn"],
    ["refused", "/ipn?tab=refused"],
    ["issues", "/ipn/issues?tab=all"],
    ["gateways", "/ipn/gateways"],
    ["gateway", "/ipn/gateways/sandbox"],
    ["ledger", "/ipn/ledger"],
    ["comparisons", "/ipn/reconciliation"],
    ["settings-orders", "/settings/ipn"],
    ["settings-emails", "/settings/ipn?tab=emails"],
    ["settings-messages", "/settings/ipn?tab=messages"],
    ["settings-stock", "/settings/ipn?tab=stock"],
    ["settings-alerts", "/settings/ipn?tab=alerts"],
    ["settings-privacy", "/settings/ipn?tab=privacy"],
  ] as const

  it.each([
    ["en", "light"],
    ["de", "dark"],
  ] as const)(
    "have no barrier that axe finds, no error and no word missing in %s, %s",
    async (language, theme) => {
      const other = await openAdmin(browser, store, { language, dark: theme === "dark" })
      const { settings } = await store.admin<{ settings: { key: string }[] }>("GET", "/admin/ipn/settings")
      for (const [name, path] of pages) {
        await other.go(path)
        await other.page.waitForLoadState("networkidle")
        await picture(other.page, `${name}-${language}-${theme}`)
        const own = await ownViolations(other.page)
        // A key that has no words shows itself.
        const text = await other.page.locator("main").innerText()
        const bare = text.match(new RegExp(`\\b(?:${Object.keys(words).join("|")})\\.\\w+(?:\\.\\w+)*`, "g"))
        const keys = settings.map(({ key }) => key).filter((key) => text.includes(key))
        expect({ name, own, bare, keys }).toEqual({ name, own: [], bare: null, keys: [] })
      }
      expect(other.ownErrors()).toEqual([])
      await other.close()
    }
  )
})
