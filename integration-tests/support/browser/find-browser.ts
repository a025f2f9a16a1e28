import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { describeWith } from "../left-out"

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

/** `describe` for specs that drive a browser. */
export function describeInBrowser(claim: string, specs: () => void): void {
  describeWith(
    {
      name: "Chromium",
      isInstalled: findBrowser() !== undefined,
      install:
        "in Debian `apt-get install chromium-headless-shell`, elsewhere name a Chrome in CHROMIUM_PATH",
    },
    claim,
    specs
  )
}
