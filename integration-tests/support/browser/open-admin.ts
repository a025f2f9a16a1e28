import type { Browser, Page } from "playwright-core"
import { owner, type Staff } from "../store/staff"
import type { Store } from "../store/store"
import { openTab, type Tab } from "./open-browser"

export type AdminOptions = Readonly<{
  language?: "en" | "de"
  dark?: boolean
  width?: number
  /** Who signs in; default: the seeded admin user. */
  as?: Staff
}>

export type AdminTab = Tab &
  Readonly<{
    /** Goes to a page of the admin, as `/orders`, as a click on a link does: without loading the panel anew. */
    go(path: string): Promise<void>
    /** Opens a page of the admin as who types its address does: nothing that was loaded before is known. */
    load(path: string): Promise<void>
    /** Errors since the sign-in that are neither core's nor forgiven. */
    ownErrors(): string[]
    /** Errors that a spec provoked. */
    forgive(error: RegExp): void
  }>

/** What Medusa's own pages complain of. */
const known = [/ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED/, /validateDOMNesting/]

/** A tab of the admin panel, signed in. */
export async function openAdmin(
  browser: Browser,
  store: Pick<Store, "baseUrl">,
  { language = "en", dark = false, width = 1440, as = owner }: AdminOptions = {}
): Promise<AdminTab> {
  const tab = await openTab(browser, {
    baseURL: store.baseUrl,
    viewport: { width, height: 900 },
    colorScheme: dark ? "dark" : "light",
  })
  const { page } = tab
  // In words of the browser, which this side does not know.
  await page.addInitScript(`
    localStorage.setItem("lng", "${language}")
    localStorage.setItem("medusa_admin_theme", "${dark ? "dark" : "light"}")
    document.cookie = "lng=${language}"
  `)
  await page.goto("/app/login")
  await page.fill("input[name=email]", as.email)
  await page.fill("input[name=password]", as.password)
  await page.click("button[type=submit]")
  await page.waitForURL(/\/app\/orders/)
  const before = tab.errors.length
  const forgiven = [...known]
  return {
    ...tab,
    async go(path) {
      // By a page that Medusa does not have: what was shown before is gone, and cannot be taken for what comes.
      await pushPath(page, "/app/nowhere")
      await page.locator("main").waitFor({ state: "detached" })
      await pushPath(page, `/app${path}`)
      await page.locator("main").waitFor()
    },
    async load(path) {
      await page.goto(`/app${path}`)
      await page.locator("main").waitFor()
    },
    ownErrors: () => tab.errors.slice(before).filter((error) => !forgiven.some((one) => one.test(error))),
    forgive: (error) => void forgiven.push(error),
  }
}

/** What a link of a single-page application does. In words of the browser, which this side does not know. */
async function pushPath(page: Page, path: string): Promise<void> {
  await page.evaluate(`
    history.pushState({}, "", ${JSON.stringify(path)})
    dispatchEvent(new PopStateEvent("popstate", { state: {} }))
  `)
}
