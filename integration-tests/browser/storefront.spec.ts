import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { issueToken, tokenKeyOf, type TokenPurpose } from "../../src/domain/buyer-token"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { startMailbox } from "../../demo/mailbox"
import { freePort } from "../../scripts/free-port"
import { describeInBrowser } from "../support/browser/find-browser"
import {
  accessibilityViolations,
  openBrowser,
  openTab,
  picture,
  type Tab,
} from "../support/browser/open-browser"
import { tokenOf, waitForState } from "../support/buyer-status"
import { paidOnce, settledTruth } from "../support/invariants"
import { startMailServer, type MailServer } from "../support/mail/mail-server"
import { startPaying, type Paying } from "../support/paying"
import { buildStorefront, serveStorefront } from "../support/start-storefront"
import { specAccounts, transferAccount } from "../support/store/accounts"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

const tokenSecret = "test-only-token-secret-of-the-storefront-spec"
/** Test payments offer an account to nobody else. */
const guest = "guest@example.com"
const phone = { width: 390, height: 780 }
const desktop = { width: 1200, height: 800 }

/**
 * People buy in examples/storefront and pay on the sandbox's page. No message of the sandbox goes out by itself: each
 * spec says when it arrives.
 */
describeInBrowser("the example storefront", () => {
  let gateway: SandboxSimulator
  let mailServer: MailServer
  let mailbox: Awaited<ReturnType<typeof startMailbox>>
  let store: OwnStore
  let shop: Awaited<ReturnType<typeof serveStorefront>>
  let browser: Browser
  const folder = mkdtempSync(join(tmpdir(), "ipn-storefront-"))
  const tabs: Tab[] = []

  beforeAll(async () => {
    const port = await freePort()
    gateway = await startSandboxSimulator({ sendsAtOnce: false })
    mailServer = await startMailServer()
    mailbox = await startMailbox(mailServer)
    const { sandbox } = specAccounts()
    store = await startStore({
      simulators: { sandbox: gateway.url, transfer: gateway.url },
      accounts: { sandbox: sandbox!, transfer: transferAccount() },
      env: {
        STOREFRONT_URL: `http://localhost:${port}`,
        SMTP_HOST: "127.0.0.1",
        SMTP_PORT: String(mailServer.port),
        SMTP_ENCRYPTION: "none",
        IPN_OPTIONS: JSON.stringify({
          tokenSecret,
          settings: { alerts: { addresses: [guest] }, emails: { account_claim: "plugin" } },
        }),
      },
    })
    const { publishableKey } = store.seeded
    await buildStorefront({ baseUrl: store.baseUrl, publishableKey, folder })
    shop = await serveStorefront({ folder, port })
    browser = await openBrowser()
  })
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close()
  })
  afterAll(async () => {
    await browser?.close()
    await shop?.stop()
    await store?.stop()
    await gateway?.stop()
    await mailbox?.stop()
    await mailServer?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A person with a phone and no history. */
  async function visit(path = "/"): Promise<Page> {
    const tab = await openTab(browser, { viewport: phone, locale: "de-DE" })
    tabs.push(tab)
    tab.page.setDefaultTimeout(20_000)
    await tab.page.goto(`${shop.url}${path}`)
    return tab.page
  }

  const heading = (page: Page, title: string) =>
    page.getByRole("heading", { level: 1, name: title }).waitFor()
  const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click()

  /** From the shop's first page to the gateway's, as people click. `seen` looks at each page on the way. */
  async function checkOut(
    page: Page,
    { method = "Sandbox", seen }: { method?: string; seen?: (name: string) => Promise<void> } = {}
  ): Promise<void> {
    await page.getByRole("link", { name: /Coffee mug/ }).click()
    await page.getByRole("button", { name: "Add to cart" }).waitFor()
    await seen?.("product")
    await press(page, "Add to cart")
    await heading(page, "Your cart")
    await seen?.("cart")
    await press(page, "Check out")
    await page.getByLabel("Email").waitFor()
    await seen?.("address")
    await press(page, "Fill in an example")
    await press(page, "Go on")
    await page.getByRole("radio", { name: "Standard delivery" }).and(page.locator(":checked")).waitFor()
    await page.getByRole("radio", { name: method }).check()
    await seen?.("payment")
    await press(page, /^Pay /)
  }

  /** On the gateway's page; resolves to its payment. */
  async function atGateway(page: Page) {
    await page.waitForURL(/\/pay\/pay_/)
    return gateway.payment(page.url().split("/").at(-1)!)
  }

  const atGatewayPress = (page: Page, action: string) => page.locator(`button[value="${action}"]`).click()
  const tokenFor = ({ sessionId }: Pick<Paying, "sessionId">, purpose: TokenPurpose, at = new Date()) =>
    issueToken(tokenKeyOf(tokenSecret), purpose, sessionId, at)
  const returnPage = (token: string) => `/checkout/return?ipn_token=${token}`

  /** How many orders were made of what a payment was for. */
  async function ordersFor(reference: string): Promise<number> {
    const { rows } = await store.sql.query<{ orders: number }>(
      `select count(*)::int as orders from order_cart placed
       join ipn_expected_payment expected on expected.cart_id = placed.cart_id
       where expected.reference = $1 and placed.deleted_at is null`,
      [reference]
    )
    return rows[0]!.orders
  }

  it("sells: from the product to the thanks, each page usable by everybody", async () => {
    const page = await visit()
    const seen = async (name: string) => {
      expect({ name, found: await accessibilityViolations(page) }).toEqual({ name, found: [] })
      await inEveryLook(page, name)
    }
    await heading(page, "Good things, few of them")
    await page.getByRole("link", { name: /Coffee mug/ }).waitFor()
    await seen("products")
    await checkOut(page, { seen })
    const { reference } = await atGateway(page)
    await seen("gateway")
    await atGatewayPress(page, "pay")
    await heading(page, "Thank you")
    expect(await page.title()).toContain("Thank you")
    expect(await page.getByText("€17.50").count()).toBe(1)
    await page.getByRole("link", { name: /Cart 0/ }).waitFor()
    expect(await ordersFor(reference)).toBe(1)
    expect(tabs.at(-1)!.errors).toEqual([])
    await page.goto(`${shop.url}/nowhere`)
    await heading(page, "There is no such page")
    await seen("not-found")
  })

  it("a card is declined: back in the shop another try is paid, as one order", async () => {
    const page = await visit()
    await checkOut(page)
    const first = await atGateway(page)
    await atGatewayPress(page, "decline")
    await gateway.redeliver()
    await page.goBack()
    await page.goBack()
    await heading(page, "Payment failed")
    await press(page, "Try again")
    const second = await atGateway(page)
    expect(second.reference).not.toBe(first.reference)
    await atGatewayPress(page, "pay")
    await gateway.redeliver()
    await heading(page, "Thank you")
    expect(await ordersFor(second.reference)).toBe(1)
  })

  it("a payment ended: another way to pay is chosen, and the bank transfer arrives while the page is open", async () => {
    const page = await visit()
    await checkOut(page)
    const { id } = await atGateway(page)
    await gateway.fail(id)
    await gateway.redeliver()
    await page.goBack()
    await heading(page, "Payment failed")
    await page.getByText("Pay in another way").click()
    await page.getByRole("radio", { name: "Bank transfer" }).check()
    await press(page, /^Pay /)
    await heading(page, "How to pay")
    const reference = await page.locator(".instructions strong").textContent()
    const code = page.getByRole("img", { name: /QR code/ })
    expect(await code.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBeGreaterThan(150)
    const transfer = gateway.payments().find((one) => reference?.endsWith(one.id.slice(-8).toUpperCase()))!
    await gateway.pay(transfer.id)
    await gateway.redeliver()
    await heading(page, "Thank you")
    expect(await ordersFor(transfer.reference)).toBe(1)
  })

  it("the tab is closed before returning: the message places the order, and shop and email lead to the thanks", async () => {
    const page = await visit()
    await checkOut(page)
    const payment = await atGateway(page)
    await page.route("**/ipn/return/**", (route) => route.abort())
    await atGatewayPress(page, "pay")
    await waitUntil("the gateway has the money", () => gateway.payment(payment.id).status === "captured")
    const later = await page.context().newPage()
    await page.close()
    await gateway.redeliver()
    await waitUntil("the order is placed", async () => (await ordersFor(payment.reference)) === 1)

    await later.goto(`${shop.url}/cart`)
    await heading(later, "Your cart is empty")
    await later.getByRole("link", { name: "See what became of it" }).click()
    await heading(later, "Thank you")

    const elsewhere = await visit(
      `/checkout/return?ipn_resume=${tokenFor({ sessionId: payment.reference }, "resume")}`
    )
    await heading(elsewhere, "Thank you")
  })

  it("an email's link of a failed payment leads to another try, without signing in", async () => {
    const checkout = await startPaying(store)
    await gateway.fail(gateway.paymentOf(checkout.sessionId).id)
    await gateway.redeliver()
    const page = await visit(`/checkout/return?ipn_resume=${tokenFor(checkout, "resume")}`)
    await heading(page, "Payment failed")
    await press(page, "Try again")
    const { reference } = await atGateway(page)
    await atGatewayPress(page, "pay")
    await gateway.redeliver()
    await heading(page, "Thank you")
    expect(await settledTruth(store, { ...checkout, sessionId: reference })).toEqual(paidOnce(checkout))
  })

  it("a gateway sends the buyer back by a posted form", async () => {
    const page = await visit()
    await checkOut(page)
    const { id, returnUrl } = await atGateway(page)
    await gateway.pay(id)
    await gateway.redeliver()
    await page.goto("about:blank")
    await page.setContent(
      `<form method="post" action="${returnUrl}"><input name="status" value="AUTHORISED"><button>Back</button></form>`
    )
    await press(page, "Back")
    await heading(page, "Thank you")
  })

  it("the buyer is back before the message: told to wait, then thanked without a click", async () => {
    const page = await visit()
    await checkOut(page)
    await atGateway(page)
    gateway.setDown(true)
    try {
      await atGatewayPress(page, "pay")
      await heading(page, "Confirming your payment")
      await page.getByText("You can close this page.").waitFor()
      await page.getByText("This is a test payment: no money moves, and you get no email of it.").waitFor()
      expect(await page.getByText("email you").count()).toBe(0)
      await press(page, "Ask the gateway now")
      await page.getByText("cannot be asked just now").or(page.getByText("We have just asked")).waitFor()
    } finally {
      gateway.setDown(false)
    }
    await gateway.redeliver()
    await heading(page, "Thank you")
  })

  it("the message is there before the buyer", async () => {
    const page = await visit()
    await checkOut(page)
    const { id, reference } = await atGateway(page)
    await gateway.pay(id)
    await gateway.redeliver()
    await waitUntil("the order is placed", async () => (await ordersFor(reference)) === 1)
    await page.reload()
    await press(page, "Back to the shop")
    await heading(page, "Thank you")
  })

  it("the back button: from the gateway to where one can go on to pay, and from the thanks to the thanks", async () => {
    const page = await visit()
    await checkOut(page)
    const { reference } = await atGateway(page)
    await page.goBack()
    await heading(page, "Your payment is not finished")
    await press(page, /Go on to pay €17.50/)
    expect((await atGateway(page)).reference).toBe(reference)
    await atGatewayPress(page, "pay")
    await heading(page, "Thank you")
    await page.goBack()
    await page.goBack()
    await heading(page, "Thank you")
    await page.goBack()
    await heading(page, "Your cart is empty")
    expect(await ordersFor(reference)).toBe(1)
  })

  it("two tabs: the one that waits learns what was paid in the other, and of money that came twice", async () => {
    const checkout = await startPaying(store)
    const one = await visit(returnPage(tokenOf(checkout)))
    await heading(one, "Your payment is not finished")
    const two = await one.context().newPage()
    await two.goto(one.url())
    await two.getByText("Pay in another way").click()
    await two.getByRole("radio", { name: "Sandbox" }).check()
    await press(two, /^Pay €/)
    const second = await atGateway(two)
    expect(second.reference).not.toBe(checkout.sessionId)
    await atGatewayPress(two, "pay")
    await gateway.redeliver()
    await heading(two, "Thank you")
    await heading(one, "Thank you")
    await gateway.pay(gateway.paymentOf(checkout.sessionId).id)
    await gateway.redeliver()
    await waitUntil("the buyer is told of both", async () => {
      await two.reload()
      await heading(two, "Thank you")
      return (await two.getByText("We received your payment twice").count()) === 1
    })
    expect(await store.ordersOf(checkout.cartId)).toHaveLength(1)
    await looksRight(two, "paid-twice")
  })

  it("expired, foreign and invented tokens are too old for all to see, and say nothing else", async () => {
    const checkout = await startPaying(store)
    const foreign = await startPaying(store)
    const { sales_channel } = await store.admin<{ sales_channel: { id: string } }>(
      "POST",
      "/admin/sales-channels",
      { name: "Another shop" }
    )
    await store.sql.query("update cart set sales_channel_id = $2 where id = $1", [
      foreign.cartId,
      sales_channel.id,
    ])
    const longAgo = new Date(Date.now() - 8 * 86_400_000)
    const texts = new Set<string>()
    for (const address of [
      returnPage(tokenFor(checkout, "status", longAgo)),
      returnPage(tokenFor(foreign, "status")),
      returnPage("made-up"),
      `/checkout/return?ipn_resume=${tokenFor(checkout, "resume", new Date(Date.now() - 31 * 86_400_000))}`,
      "/checkout/return",
    ]) {
      const page = await visit(address)
      await heading(page, "This link is too old")
      texts.add(await page.locator("main").innerText())
    }
    expect(texts.size).toBe(1)
    await looksRight(await visit(returnPage("made-up")), "too-old")
  })

  it("a forged return that says paid shows no thanks and places no order", async () => {
    const page = await visit()
    await checkOut(page)
    const { reference, returnUrl } = await atGateway(page)
    await page.goto(`${returnUrl}?status=paid&state=paid&order_id=1`)
    await heading(page, "Confirming your payment")
    const token = new URL(page.url()).searchParams.get("ipn_token")!
    expect([...new URL(page.url()).searchParams.keys()]).toEqual(["ipn_token"])
    await page.goto(`${shop.url}${returnPage(token)}&state=paid&status=paid&display_id=7`)
    await heading(page, "Confirming your payment")
    expect(await page.getByText("Thank you").count()).toBe(0)
    expect(await ordersFor(reference)).toBe(0)
  })

  describe("shows every ending", () => {
    type Act = (id: string, checkout: Paying) => Promise<unknown>
    it.each<[name: string, title: string, says: string, act: Act, account?: string]>([
      ["awaiting-buyer", "Your payment is not finished", "Nothing was charged.", async () => undefined],
      ["processing", "Confirming your payment", "We are confirming your payment", (id) => gateway.pend(id)],
      ["paid", "Thank you", "We received your payment.", (id) => gateway.pay(id)],
      ["authorized", "Thank you", "Your payment is authorised.", (id) => gateway.authorize(id)],
      ["pending", "How to pay", "We are waiting for your payment.", (id) => gateway.pend(id), "transfer"],
      ["failed", "Payment failed", "Nothing was charged.", (id) => gateway.fail(id)],
      ["canceled", "Payment cancelled", "You cancelled the payment.", (id) => gateway.cancel(id)],
      ["expired", "Payment expired", "The time to pay is over.", (id) => gateway.expire(id)],
      ["review", "Checking your payment", "You do not need to pay again.", (id) => gateway.pay(id, "1.00")],
      [
        "refunded",
        "Paid back",
        "Your payment was paid back.",
        async (id, checkout) => {
          await gateway.pay(id)
          await gateway.redeliver()
          await store.waitForPaidOrder(checkout.cartId)
          await gateway.refund(id)
          await gateway.redeliver()
          await waitForState(store, tokenOf(checkout), "canceled")
        },
      ],
    ])("%s: %s", async (name, title, says, act, account = "sandbox") => {
      const checkout = await startPaying(store, { account })
      await act(gateway.paymentOf(checkout.sessionId).id, checkout)
      await gateway.redeliver()
      const page = await visit(returnPage(tokenOf(checkout)))
      await heading(page, title)
      await page.getByText(says).first().waitFor()
      await looksRight(page, name)
    })
  })

  it("an order that was placed unpaid is paid by another try, and stays one order", async () => {
    await store.sql.query(
      `insert into ipn_setting (id, key, value, actor_id) values ('ipnset_spec', 'orders.when', $1, 'user_spec')`,
      [JSON.stringify({ value: "pending" })]
    )
    const checkout = await waitUntil("the setting holds, and an order is placed unpaid", async () => {
      const probe = await startPaying(store)
      await gateway.pend(gateway.paymentOf(probe.sessionId).id)
      await gateway.redeliver()
      await settledTruth(store, probe)
      return (await store.ordersOf(probe.cartId)).length === 1 && probe
    })
    const [order] = await store.ordersOf(checkout.cartId)
    await gateway.fail(gateway.paymentOf(checkout.sessionId).id)
    await gateway.redeliver()
    const page = await visit(returnPage(tokenOf(checkout)))
    await heading(page, "Payment failed")
    await page.getByText(`#${order!.display_id}`).waitFor()
    await looksRight(page, "unpaid-order")
    await press(page, "Try again")
    await atGateway(page)
    await atGatewayPress(page, "pay")
    await gateway.redeliver()
    await heading(page, "Thank you")
    expect((await store.waitForPaidOrder(checkout.cartId)).id).toBe(order!.id)
    expect(await store.ordersOf(checkout.cartId)).toHaveLength(1)
  })

  it("a guest's mail leads to an account: a password is set once, and the order is in it", async () => {
    const checkout = {
      ...(await store.buyer.startCheckout({ account: "sandbox", email: guest })),
      email: guest,
    }
    await gateway.pay(gateway.paymentOf(checkout.sessionId).id)
    await gateway.redeliver()
    const { display_id } = await store.waitForPaidOrder(checkout.cartId)
    await waitUntil("the mail came", async () => {
      await store.sql.query(
        `update ipn_outbox set due_at = now() where topic = 'ipn.account-claim' and state = 'waiting'`
      )
      return mailServer.mails.some(({ text }) => text.includes("ipn_claim="))
    })
    const inbox = await visit()
    await inbox.goto(mailbox.url)
    await heading(inbox, "Mailbox")
    await looksRight(inbox, "mailbox")
    await inbox.getByRole("link", { name: /Ihr Kundenkonto/ }).click()
    await looksRight(inbox, "mailbox-mail")
    const mail = inbox.frameLocator("iframe")
    await mail.getByRole("link").first().waitFor()
    await inbox.getByRole("link", { name: "As on a phone" }).focus()
    // Into the mail, to its first link.
    await inbox.keyboard.press("Tab")
    await mail.locator("a:focus").waitFor()
    const opened = inbox.context().waitForEvent("page")
    await inbox.keyboard.press("Enter")
    const page = await opened
    const link = new URL(page.url()).pathname + new URL(page.url()).search
    await heading(page, "Set a password")
    expect(await page.getByLabel("Email").inputValue()).toBe(guest)
    await looksRight(page, "claim")
    await page.getByLabel(/Password/).fill("short")
    await press(page, "Set password")
    await heading(page, "Set a password")
    await page.getByLabel(/Password/).fill("test-only-password-of-a-guest")
    await press(page, "Set password")
    await heading(page, "Your account is ready")
    await page
      .getByRole("listitem")
      .filter({ hasText: `#${display_id},` })
      .waitFor()
    await looksRight(page, "claimed")
    const again = await visit(link)
    await heading(again, "No account to set up here")
    await again.getByText("This link is too old, or it was used already.").waitFor()
    await looksRight(again, "claim-spent")
  })

  /** Without barriers in the light and in the dark; pictures of it where they are wanted. */
  async function looksRight(page: Page, name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
      // In the dark a page differs by its colours alone.
      const found = await accessibilityViolations(
        page,
        colorScheme === "dark" ? { only: ["color-contrast"] } : {}
      )
      expect({ name, colorScheme, found }).toEqual({ name, colorScheme, found: [] })
    }
    await inEveryLook(page, name)
  }
})

async function inEveryLook(page: Page, name: string): Promise<void> {
  if (!process.env.IPN_SCREENSHOTS) return
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(desktop)
    await picture(page, `${name}-desktop-${colorScheme}`)
    await page.setViewportSize(phone)
    await picture(page, `${name}-phone-${colorScheme}`)
  }
}
