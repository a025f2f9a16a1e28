import type { Browser, Page } from "playwright-core"
import { describeInBrowser } from "../support/browser/find-browser"
import { openAdmin, type AdminTab } from "../support/browser/open-admin"
import { openBrowser, picture } from "../support/browser/open-browser"
import { ownViolations } from "../support/browser/own-violations"
import { payload, tellStories, type Stories } from "../support/browser/tell-stories"
import { waitForReview } from "../support/lanes"
import { deliver, signedMessage } from "../support/messages"
import { startPaying } from "../support/paying"
import { joinAdminStore, type KeptStore } from "../support/store/kept-store"
import { waitUntil } from "../support/store/wait-until"

/** The built admin of a real store, on payments that the sandbox told of. */
describeInBrowser("the admin's pages of payment notifications", () => {
  let store: KeptStore
  let stories: Stories
  let browser: Browser
  let admin: AdminTab
  let page: Page

  beforeAll(async () => {
    store = await joinAdminStore()
    stories = await tellStories(store)
    browser = await openBrowser()
    admin = await openAdmin(browser, store)
    page = admin.page
    page.setDefaultTimeout(20_000)
  })
  afterAll(async () => {
    await browser?.close()
    await store?.stop()
  })
  afterEach(() => {
    expect(admin.ownErrors()).toEqual([])
  })

  const rows = () => page.locator("tbody tr")
  const row = (name: RegExp) => page.getByRole("row", { name }).first()
  const tab = (name: string) => page.getByRole("navigation").getByRole("button", { name })
  const button = (name: string) => page.getByRole("button", { name, exact: true })
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const flawless = async (within = "main") => expect(await ownViolations(page, within)).toEqual([])
  const messageOf = async (sessionId: string, type = "payment.captured") => {
    const { messages } = await store.admin<{ messages: { id: string }[] }>(
      "GET",
      `/admin/ipn/messages?reference=${sessionId}&event_type=${type}&order=received_at`
    )
    return messages[0]!.id
  }

  it("list what was told with its state and its money; tab, search and filter are in the address", async () => {
    await admin.go("/ipn")
    await seen("Payment received")
    await seen("Not heard of yet:")
    await flawless()
    await picture(page, "admin-messages")
    await tab("Needs you").click()
    await page.waitForURL(/tab=needs_you/)
    await row(/Could not be read/).waitFor()
    await page.getByRole("searchbox").fill(stories.short.sessionId)
    await waitUntil("one is left", async () => (await rows().count()) === 1)
    await page.reload()
    await row(/Payment received.*Needs a decision.*€3\.00/).waitFor()
    expect(await rows().count()).toBe(1)
    await page.getByRole("searchbox").fill("nothing-like-this")
    await seen("No results")
    const [disputed] = await store.ordersOf(stories.disputed.cartId)
    await admin.go(`/ipn?event_type=${encodeURIComponent('["dispute.opened"]')}&order_id=${disputed?.id}`)
    await row(/Dispute opened/).waitFor()
    expect(await rows().count()).toBe(1)
  })

  it("list what was refused, with why", async () => {
    await admin.go("/ipn")
    await tab("Not verified").click()
    await row(/sandbox.*Not verified.*The signature is wrong/).waitFor()
    await flawless()
    await picture(page, "admin-refused")
  })

  it("show a message, what the store did, how it was proven and what it belongs to", async () => {
    await admin.go(`/ipn?q=${stories.paid.sessionId}`)
    await row(/Payment received.*Done/).click()
    await page.waitForURL(/\/ipn\/ipnmsg_/)
    await seen("Order placed")
    await seen("Money recorded as captured")
    await seen("Its signature was checked. Nobody else can have sent it.")
    await seen(stories.paid.email)
    await button("Show").click()
    await seen(`"reference": "${stories.paid.sessionId}"`)
    await flawless()
    await picture(page, "admin-message")
  })

  it("say what a replay would do, and what it did", async () => {
    await admin.go(`/ipn/${await messageOf(stories.paid.sessionId)}`)
    await button("Replay").click()
    const drawer = page.getByRole("dialog")
    await drawer.getByText("Nothing to do").waitFor()
    await flawless("[role=dialog]")
    await picture(page, "admin-replay")
    await drawer.getByRole("button", { name: "Replay" }).click()
    await seen("Replayed. What was missing is done now.")
    await drawer.waitFor({ state: "detached" })
    const { replays } = await store.admin<{ replays: { state: string; actor_id: string }[] }>(
      "GET",
      "/admin/ipn/replays"
    )
    expect(replays[0]).toMatchObject({ state: "done", actor_id: expect.stringMatching(/^user_/) as string })
  })

  it("replay several in the background, and say how far that is", async () => {
    await admin.go("/ipn?tab=needs_you")
    await row(/Could not be read/)
      .getByRole("checkbox")
      .click()
    await seen("Live refresh is paused while rows are selected.")
    await page.keyboard.press("r")
    const drawer = page.getByRole("dialog")
    await drawer.getByText("One message will be read again.").waitFor()
    await drawer.getByRole("button", { name: "Replay" }).click()
    await drawer.getByText("Replay finished: 0 done, 1 could not be read").waitFor()
    await picture(page, "admin-replay-many")
    await drawer.getByRole("button", { name: "Close" }).last().click()
    await drawer.waitFor({ state: "detached" })
  })

  it("are set aside together for one reason, after saying which and before saying what became of each", async () => {
    const short = [await startPaying(store), await startPaying(store)] as const
    for (const checkout of short) {
      await deliver(await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "1.11" }))
      await waitForReview(store, checkout.sessionId)
    }
    await admin.go("/ipn?tab=needs_you&amount=1.11")
    await waitUntil("both are listed", async () => (await rows().count()) === 2)
    await page.getByRole("checkbox", { name: "Select all rows" }).click()
    await page.keyboard.press("i")
    const drawer = page.getByRole("dialog")
    await drawer.getByText("2 payments will be set aside:").waitFor()
    const submit = drawer.getByRole("button", { name: "Ignore" })
    expect(await submit.isDisabled()).toBe(true)
    await flawless("[role=dialog]")
    await picture(page, "admin-ignore-many")
    // Somebody else is quicker with one of the two.
    const { id: laneId } = await waitForReview(store, short[1].sessionId)
    const { preview } = await store.admin<{ preview: { seen: string } }>(
      "POST",
      `/admin/ipn/lanes/${laneId}/preview-decision`,
      { kind: "ignore" }
    )
    await store.admin("POST", `/admin/ipn/lanes/${laneId}/decide`, {
      kind: "ignore",
      seen: preview.seen,
      note: "Theirs",
    })
    // A key of the list is a letter here.
    await drawer.getByLabel("Reason").pressSequentially("rie, our own tests")
    await submit.click()
    await drawer.getByText("One payment was set aside.").waitFor()
    await drawer.getByText("Changed meanwhile and left alone").waitFor()
    await drawer.getByRole("button", { name: "Close" }).last().click()
    await seen("No results")
    const { lanes } = await store.admin<{ lanes: { id: string }[] }>(
      "GET",
      `/admin/ipn/lanes?reference=${short[0].sessionId}`
    )
    const { lane } = await store.admin<{ lane: { decisions: unknown[] } }>(
      "GET",
      `/admin/ipn/lanes/${lanes[0]!.id}`
    )
    expect(lane.decisions).toMatchObject([
      { kind: "ignore", note: "rie, our own tests", actor_id: expect.stringMatching(/^user_/) as string },
    ])
  })

  it("appear by themselves as they come", async () => {
    const paying = await startPaying(store)
    await admin.go(`/ipn?q=${paying.sessionId}`)
    await seen("No results")
    await deliver(await signedMessage(store, "sandbox", "payment.captured", paying))
    await row(/Payment received.*Done/).waitFor()
  })

  it("are counted above the list as the store counts them", async () => {
    await admin.go("/ipn")
    await waitUntil("the numbers are the store's", async () => {
      const { overview } = await store.admin<{ overview: Record<string, number> }>(
        "GET",
        "/admin/ipn/overview"
      )
      const shown = await page.locator("main button[aria-pressed]").allInnerTexts()
      const numbers = ["received_today", "done_today", "waiting", "needs_you"].map((name) => overview[name])
      return shown.map((text) => Number(text.replaceAll(/\D/g, ""))).join() === numbers.join()
    })
  })

  it("ask the gateway, and say what it told", async () => {
    await admin.go(`/ipn/${await messageOf(stories.paid.sessionId)}`)
    await button("Ask the gateway now").click()
    await seen(/^The gateway told /)
  })

  it("take a decision only with a reason, after saying what it will do", async () => {
    await admin.go(`/ipn/${await messageOf(stories.short.sessionId)}`)
    await button("Decide").click()
    const drawer = page.getByRole("dialog")
    await drawer.getByText("Less came than was asked for.").waitFor()
    const submit = drawer.getByRole("button", { name: "Do it" })
    expect(await submit.isDisabled()).toBe(true)
    await drawer.getByText("Accept as part payment").click()
    await drawer.getByText(/Will record 3\.00 EUR as captured/).waitFor()
    expect(await submit.isDisabled()).toBe(true)
    await flawless("[role=dialog]")
    await picture(page, "admin-decide")
    await drawer.getByLabel("Reason").fill("The rest comes by transfer")
    await submit.click()
    await seen("Accepted as part payment")
    await store.waitForOrderThat(
      stories.short.cartId,
      "3.00 is captured",
      ({ captured, payment_status }) => Number(captured) === 3 && payment_status === "partially_captured"
    )
    await seen("Decided: Accept as part payment")
    await seen("The rest comes by transfer")
  })

  it("show how it is now where somebody else was quicker", async () => {
    const paying = await startPaying(store)
    await deliver(await signedMessage(store, "sandbox", "payment.captured", paying, { amount: "2.00" }))
    const { id: laneId } = await waitForReview(store, paying.sessionId)
    await admin.go(`/ipn/${await messageOf(paying.sessionId)}`)
    await button("Decide").click()
    const drawer = page.getByRole("dialog")
    await drawer.getByText("Accept as part payment").click()
    await drawer.getByText(/Will record 2\.00 EUR/).waitFor()
    await drawer.getByLabel("Reason").fill("Mine")
    const path = `/admin/ipn/lanes/${laneId}`
    const wish = { kind: "ignore" }
    const { preview } = await store.admin<{ preview: { seen: string } }>(
      "POST",
      `${path}/preview-decision`,
      wish
    )
    await store.admin("POST", `${path}/decide`, { ...wish, seen: preview.seen, note: "Theirs" })
    await drawer.getByRole("button", { name: "Do it" }).click()
    await seen(/^(It changed meanwhile\.|That did not work)/)
    await seen("Theirs")
    expect(await store.ordersOf(paying.cartId)).toEqual([])
    admin.forgive(/status of (400|409)/)
  })

  it("list issues by urgency, explain each, and keep who looks after it and why", async () => {
    await admin.go("/ipn/issues")
    await row(/Dispute/).waitFor()
    await flawless()
    await picture(page, "admin-issues")
    await row(/Dispute/).click()
    const drawer = page.getByRole("dialog")
    await drawer.getByText(/^The customer disputes €/).waitFor()
    await drawer.getByText("Answer with evidence in the gateway's dashboard before the deadline.").waitFor()
    await flawless("[role=dialog]")
    await picture(page, "admin-issue")
    await drawer.getByLabel("Note (optional)").fill("I have the tracking number")
    await drawer.getByRole("button", { name: "Acknowledge" }).click()
    await drawer.waitFor({ state: "detached" })
    await tab("Acknowledged").click()
    await row(/Dispute/).waitFor()
    const { issues } = await store.admin<{ issues: { note: string; actor_id: string }[] }>(
      "GET",
      "/admin/ipn/issues?kind=dispute_opened&status=acknowledged"
    )
    expect(issues[0]).toMatchObject({ note: "I have the tracking number" })
  })

  it("ignore several issues for one reason", async () => {
    const [order] = await store.ordersOf(stories.scripted.cartId)
    await admin.go(`/ipn/issues?order_id=${order?.id}`)
    const row = page.getByRole("row", { name: /Money taken back/ })
    await row.getByRole("checkbox").click()
    await page.keyboard.press("i")
    const drawer = page.getByRole("dialog")
    await drawer.getByText("One issue will be ignored:").waitFor()
    await drawer.getByLabel("Reason").fill("A test of ours")
    await drawer.getByRole("button", { name: "Ignore" }).click()
    await drawer.getByText("One issue is ignored.").waitFor()
    await drawer.getByRole("button", { name: "Close" }).last().click()
    await row.waitFor({ state: "detached" })
  })

  it("count open issues on every page", async () => {
    await admin.go("/orders")
    const counter = page.getByRole("link", { name: /open payment issue/ })
    await waitUntil("the counter is the store's", async () => {
      const { counts } = await store.admin<{ counts: { open: number } }>("GET", "/admin/ipn/issues?limit=1")
      return (await counter.innerText()).trim() === String(counts.open)
    })
    // What was done before is said in two corners, over the counter too, and stays there while the mouse is on it.
    await page.mouse.move(700, 600)
    const said = page.getByRole("region", { name: /Notifications/ }).getByRole("listitem")
    await waitUntil("nothing is said over it", async () => (await said.count()) === 0)
    await counter.click()
    await page.waitForURL(/\/ipn\/issues/)
  })

  it("say an order's money in one word beside the order", async () => {
    const [order] = await store.ordersOf(stories.paid.cartId)
    await admin.go(`/orders/${order?.id}`)
    await seen("Nothing is open")
    await page.getByText("Paid", { exact: true }).first().waitFor()
    await picture(page, "admin-order")
    const [disputed] = await store.ordersOf(stories.disputed.cartId)
    await admin.go(`/orders/${disputed?.id}`)
    await page.getByText("Disputed", { exact: true }).waitFor()
  })

  it("run no script that a message carries", async () => {
    const asked: string[] = []
    page.on("request", (request) => asked.push(request.url()))
    const id = await messageOf(stories.scripted.sessionId, "capture.failed")
    const [order] = await store.ordersOf(stories.scripted.cartId)
    // Nor one that a colleague wrote.
    const { issues } = await store.admin<{ issues: { id: string }[] }>(
      "GET",
      `/admin/ipn/issues?order_id=${order?.id}`
    )
    await store.admin("POST", `/admin/ipn/issues/${issues[0]!.id}/reopen`, { note: payload })
    const template = (of: object) => store.admin("POST", "/admin/ipn/settings", { values: of })
    await template({
      "emails.account_claim": "provider",
      "emails.templates": { "ipn.account-claim": payload },
    })
    const shown = /<img src=x onerror/
    const places: [string, string | RegExp][] = [
      ["/ipn", shown],
      [`/ipn/${id}`, shown],
      [`/ipn?q=${encodeURIComponent(payload)}`, "No results"],
      ["/ipn/issues?tab=all", "Money taken back"],
      [`/ipn/issues?issue=${issues[0]!.id}`, shown],
      ["/ipn/ledger", "Held by sandbox"],
      ["/ipn/gateways/sandbox", "It works"],
      ["/settings/ipn?tab=emails", shown],
      [`/orders/${order?.id ?? ""}`, "Money did not come after all"],
    ]
    for (const [path, text] of places) {
      await admin.go(path)
      await seen(text)
      if (path === `/ipn/${id}`) {
        await button("Show").click()
        await page.locator("pre").first().waitFor()
      }
      expect(await page.evaluate("window.stolen")).toBeUndefined()
    }
    await template({ "emails.account_claim": "off", "emails.templates": {} })
    expect(asked.filter((url) => url.endsWith("/x"))).toEqual([])
  })

  it("load again what could not be loaded", async () => {
    admin.forgive(/status of 500/)
    const path = /\/admin\/ipn\/messages\?/
    await page.route(path, (route) =>
      route.fulfill({ status: 500, json: { message: "The database is away" } })
    )
    await admin.load("/ipn")
    await seen("This could not be loaded")
    await page.unroute(path)
    await button("Try again").click()
    await seen("Payment received")
  })

  it("speak German, in the dark as well", async () => {
    const german = await openAdmin(browser, store, { language: "de", dark: true })
    try {
      const read = (text: string | RegExp) => german.page.getByText(text).first().waitFor()
      await german.go("/ipn")
      await german.page.getByRole("heading", { name: "Zahlungsmeldungen" }).waitFor()
      await read("Zahlung eingegangen")
      expect(await ownViolations(german.page)).toEqual([])
      await picture(german.page, "admin-messages-de-dark")
      await german.go("/ipn/issues?tab=all")
      await read(/^Der Kunde bestreitet 24,95/)
      await picture(german.page, "admin-issues-de-dark")
      await german.go(`/ipn/${await messageOf(stories.paid.sessionId)}`)
      await read("Bestellung angelegt")
      await read("Die Signatur wurde geprüft.")
      await picture(german.page, "admin-message-de-dark")
      expect(german.ownErrors()).toEqual([])
    } finally {
      await german.close()
    }
  })
})
