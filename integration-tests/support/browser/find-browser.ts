import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"

/** The headless shell first: it draws no window, and takes half of the time. */
const names = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
]
const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
]

/** The program of an installed Chromium or Chrome; `CHROMIUM_PATH` names another. Undefined when there is none. */
export function findBrowser(): string | undefined {
  const named = process.env.CHROMIUM_PATH
  if (named) return named
  const folders = (process.env.PATH ?? "").split(delimiter)
  const programs = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return [...programs, ...elsewhere].find((program) => existsSync(program))
}

/**
 * `describe` for specs that drive a browser. Without one they are skipped, and the reason is printed; in CI a missing
 * browser fails them.
 */
export function describeInBrowser(claim: string, specs: () => void): void {
  if (findBrowser() !== undefined || process.env.CI) return describe(claim, specs)
  console.warn(
    `Skipped "${claim}": no Chromium was found. Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to a Chrome or Chromium.`
  )
  describe.skip(claim, specs)
}
