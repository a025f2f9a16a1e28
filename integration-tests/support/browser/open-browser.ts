import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core"
import { findBrowser } from "./find-browser"

/** A page and what it complained of. */
export type Tab = Readonly<{
  page: Page
  /** Errors of the console and of scripts since it was opened, oldest first. */
  errors: readonly string[]
  close(): Promise<void>
}>

export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser()
  if (!executablePath) throw new Error("no Chromium was found: install one, or set CHROMIUM_PATH")
  // As root, which CI often is, Chromium starts without its sandbox only; it sees nothing but our own pages.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] })
}

/** Opens a tab with cookies and storage of its own, as another person would have. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ locale: "en-US", timezoneId: "UTC", ...options })
  const page = await context.newPage()
  const errors: string[] = []
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text())
  })
  page.on("pageerror", (error) => errors.push(error.message))
  return { page, errors, close: () => context.close() }
}

export type Violation = Readonly<{ rule: string; impact: string; help: string; where: readonly string[] }>

/**
 * Waits until nothing fades or slides: a colour on its way is nobody's colour. What turns for ever is not waited for.
 * Medusa's admin dims a page while it loads what comes next: that is waited for too.
 */
async function standsStill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    type Motion = {
      playState: string
      finished: Promise<unknown>
      effect: { getComputedTiming(): { endTime: number } }
    }
    type Browser = {
      document: { getAnimations(): Motion[]; querySelectorAll(selector: string): Iterable<object> }
      getComputedStyle(element: object): { opacity: string }
      requestAnimationFrame(done: () => void): void
    }
    const { document, getComputedStyle, requestAnimationFrame } = globalThis as unknown as Browser
    const moving = () =>
      document
        .getAnimations()
        .filter(
          ({ effect, playState }) =>
            playState === "running" && Number.isFinite(effect.getComputedTiming().endTime)
        )
    const isDim = () =>
      [...document.querySelectorAll("main")].some((main) => getComputedStyle(main).opacity !== "1")
    for (let now = moving(); now.length > 0 || isDim(); now = moving()) {
      await Promise.allSettled(now.map(({ finished }) => finished))
      await new Promise<void>((done) => requestAnimationFrame(done))
    }
  })
}

/**
 * What axe finds wrong with the page's accessibility, or with the part of it that a selector names.
 * @param only The rules of axe to judge by; all of them unless they are given.
 */
export async function accessibilityViolations(
  page: Page,
  { within = "body", only }: { within?: string; only?: readonly string[] } = {}
): Promise<Violation[]> {
  await standsStill(page)
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"))
  }
  return page.evaluate(
    async ([selector, rules]) => {
      type Found = { id: string; impact: string; help: string; nodes: { target: string[] }[] }
      const { axe } = globalThis as unknown as {
        axe: { run(where: string, options: object): Promise<{ violations: Found[] }> }
      }
      const { violations } = await axe.run(
        selector,
        rules ? { runOnly: { type: "rule", values: rules } } : {}
      )
      return violations.map(({ id, impact, help, nodes }) => ({
        rule: id,
        impact,
        help,
        where: nodes.map(({ target }) => target.join(" ")),
      }))
    },
    [within, only] as const
  )
}

/** Takes a picture into the folder that `IPN_SCREENSHOTS` names; without it nothing is taken. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.IPN_SCREENSHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
