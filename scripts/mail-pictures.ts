import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import type { Browser } from "playwright-core"
import { openBrowser, openTab } from "../integration-tests/support/browser/open-browser"
import { words } from "../src/emails/locale"
import { mailKinds } from "../src/emails/mail"
import { renderMail } from "../src/emails/render-mail"
import { samples, shop } from "../src/emails/sample-mails"

const folder = resolve(__dirname, "..", "docs", "emails")

/** `npm run pictures`: every mail as it looks on a computer, and on a phone in the dark, into docs/emails. */
async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const old of readdirSync(folder)) rmSync(join(folder, old))
  const browser = await openBrowser()
  try {
    for (const kind of mailKinds) {
      // Mails to the merchant name no contact.
      const contact = kind.startsWith("ipn.merchant-") ? undefined : shop.contact
      const { html } = renderMail(samples[kind], words.en, { ...shop, contact })
      const looks = [
        await look(browser, html, { width: 680, colorScheme: "light" }),
        await look(browser, html, { width: 375, colorScheme: "dark" }),
      ]
      writeFileSync(join(folder, `${kind.replace("ipn.", "")}.png`), await beside(browser, looks))
    }
  } finally {
    await browser.close()
  }
}

type Look = Readonly<{ width: number; colorScheme: "light" | "dark" }>

async function look(browser: Browser, html: string, { width, colorScheme }: Look): Promise<Buffer> {
  const { page, close } = await openTab(browser, { viewport: { width, height: 400 }, colorScheme })
  await page.setContent(html)
  const taken = await page.screenshot({ fullPage: true })
  await close()
  return taken
}

async function beside(browser: Browser, pictures: readonly Buffer[]): Promise<Buffer> {
  const { page, close } = await openTab(browser, { viewport: { width: 1095, height: 400 } })
  const images = pictures.map((picture) => `<img src="data:image/png;base64,${picture.toString("base64")}">`)
  await page.setContent(
    `<style>body { display: flex; gap: 40px; align-items: start; margin: 0 }</style>${images.join("")}`
  )
  const taken = await page.screenshot({ fullPage: true })
  await close()
  return taken
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
