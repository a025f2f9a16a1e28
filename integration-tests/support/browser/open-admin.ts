import type { Browser } from "playwright-core"
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
    /** Opens a page of the admin, as `/orders`. */
    go(path: string): Promise<void>
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
      await page.goto(`/app${path}`)
      await page.locator("main").waitFor()
    },
    ownErrors: () => tab.errors.slice(before).filter((error) => !forgiven.some((one) => one.test(error))),
    forgive: (error) => void forgiven.push(error),
  }
}
