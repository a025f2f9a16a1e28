import type { Browser } from "playwright-core"
import { adminIpnMiddlewares } from "../../src/api/admin/ipn/middlewares"
import { describeInBrowser } from "../support/browser/find-browser"
import { openAdmin, type AdminTab } from "../support/browser/open-admin"
import { openBrowser, picture } from "../support/browser/open-browser"
import { ownViolations } from "../support/browser/own-violations"
import { tellStories, type Stories } from "../support/browser/tell-stories"
import { signIn } from "../support/sign-in"
import { joinAdminStore, type KeptStore } from "../support/store/kept-store"
import { hire, owner, type Staff } from "../support/store/staff"

/** Every route of the admin API, with nothing in its place, and the permission that it needs. */
const routes = adminIpnMiddlewares.map(({ methods, matcher, policies }) => {
  const [{ resource, operation }] = [policies!].flat() as [{ resource: string; operation: string }]
  const path = String(matcher).replaceAll(/:\w+/g, "nobody")
  return [`${methods as unknown as string}`, path, `${resource}:${operation}`] as const
})

/** A store with Medusa's roles on. */
describeInBrowser("under Medusa's roles", () => {
  let store: KeptStore
  let stories: Stories
  let browser: Browser
  /** Sees notifications and orders, and may do nothing. */
  let clerk: Staff
  let nobody: Staff
  /** The clerk's. */
  let admin: AdminTab

  beforeAll(async () => {
    store = await joinAdminStore()
    clerk = await hire(store, "clerk", ["ipn_message:read", "order:read"])
    nobody = await hire(store, "nobody", [])
    stories = await tellStories(store)
    browser = await openBrowser()
    admin = await openAdmin(browser, store, { as: clerk })
    admin.page.setDefaultTimeout(20_000)
    admin.forgive(/status of 403/)
  })
  afterAll(async () => {
    await browser?.close()
    await store?.stop()
  })
  afterEach(() => {
    expect(admin.ownErrors()).toEqual([])
  })

  const call = async (token: string, method: string, path: string) => {
    const response = await fetch(`${store.baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(method === "POST" ? { body: "{}" } : {}),
    })
    return { status: response.status, text: await response.text() }
  }

  it("each route lets in who has its permission, and names it to who has not", async () => {
    const [all, some, none] = [
      await signIn(store, owner),
      await signIn(store, clerk),
      await signIn(store, nobody),
    ]
    expect(routes.length).toBeGreaterThan(40)
    for (const [method, path, permission] of routes) {
      const refused = await call(none, method, path)
      expect({ method, path, ...refused }).toMatchObject({ status: 403 })
      expect(refused.text).toContain(permission)
      const asClerk = await call(some, method, path)
      expect({ method, path, refused: asClerk.status === 403 }).toEqual({
        method,
        path,
        refused: permission !== "ipn_message:read",
      })
      // A call without sense is all that an owner makes of those that change something.
      const asOwner = await call(all, method, path)
      expect({ method, path, status: asOwner.status }).not.toMatchObject({ status: 403 })
      expect(asOwner.status).toBeLessThan(500)
    }
  })

  it.each([
    ["/ipn/issues", "ipn_issue:read"],
    ["/ipn/ledger", "ipn_ledger_entry:read"],
    ["/ipn/reconciliation", "ipn_reconciliation:read"],
    ["/ipn/gateways", "ipn_account:read"],
    ["/ipn/gateways/sandbox", "ipn_account:read"],
    ["/settings/ipn", "ipn_setting:read"],
  ])("the page %s says that %s is missing, and stands", async (path, permission) => {
    await admin.go(path)
    await admin.page.getByText(`Your role lacks the permission ${permission}.`).first().waitFor()
    expect(await ownViolations(admin.page)).toEqual([])
    await picture(admin.page, `admin-forbidden-${permission.split(":")[0]}`)
  })

  it("who may look at notifications sees them, and is told what each action lacks", async () => {
    const { page } = admin
    await admin.go(`/ipn?q=${stories.short.sessionId}`)
    await page.getByRole("row", { name: /Payment received.*Needs a decision/ }).click()
    await page.getByRole("heading", { name: "Payment received" }).waitFor()
    const lacks = (permission: string) =>
      page.getByText(`Your role lacks the permission ${permission}.`).first().waitFor()
    await page.getByRole("button", { name: "Show", exact: true }).click()
    await lacks("ipn_payload:read")
    await page.getByRole("button", { name: "Replay", exact: true }).click()
    await lacks("ipn_replay:create")
    await page.keyboard.press("Escape")
    await page.getByRole("button", { name: "Ask the gateway now" }).click()
    await lacks("ipn_lane:update")
    await page.getByRole("button", { name: "Decide" }).click()
    await lacks("ipn_lane:read")
  })

  it("an order says what its payment widget lacks", async () => {
    const [order] = await store.ordersOf(stories.paid.cartId)
    await admin.go(`/orders/${order?.id}`)
    await admin.page.getByText("Your role lacks the permission ipn_lane:read.").waitFor()
  })

  it("who has no permission at all is told so, not shown a page that is broken", async () => {
    const other = await openAdmin(browser, store, { as: nobody })
    await other.go("/ipn")
    await other.page.getByText("Your role lacks the permission ipn_message:read.").first().waitFor()
    await other.close()
  })
})
