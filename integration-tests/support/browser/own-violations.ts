import type { Page } from "playwright-core"
import { accessibilityViolations, type Violation } from "./open-browser"

/** What Medusa's own components of the admin lack, found on its own pages too. */
const ofCore: readonly Readonly<{ rule: string; where: RegExp; what: string }>[] = [
  { rule: "button-name", where: /^#radix-/, what: "the buttons for filters and order above a list" },
  { rule: "button-name", where: /bg-ui-button-transparent/, what: "the cross that closes a drawer" },
  { rule: "role-img-alt", where: /^\.absolute$/, what: "the lens in the search field" },
  { rule: "color-contrast", where: /text-ui-fg-interactive|^a\[href/, what: "the colour of links" },
]

/** What axe finds wrong with a part of an admin page that is not Medusa's own. */
export async function ownViolations(page: Page, within = "main"): Promise<Violation[]> {
  const found = await accessibilityViolations(page, { within })
  return found
    .map((violation) => ({
      ...violation,
      where: violation.where.filter(
        (place) => !ofCore.some(({ rule, where }) => rule === violation.rule && where.test(place))
      ),
    }))
    .filter(({ where }) => where.length > 0)
}
