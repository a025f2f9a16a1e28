import type { TFunction } from "i18next"
import type { Setting } from "../queries/use-settings"
import { readLengths } from "./hold-length"

type Choice = "settings.choices.orders.when.paid"
type Empty = "settings.empty.orders.cancel_unpaid_after_hours"
type Unit = "settings.units.hours"

const units = ["minutes", "hours", "days", "percent"]

/** A setting's value in words: `30 days`, `Once paid in full`, `Never`. */
export function sayValue(
  { key, unit }: Pick<Setting, "key" | "unit">,
  value: unknown,
  t: TFunction<"ipn">
): string {
  if (value === null || value === undefined) return t(`settings.empty.${key}` as Empty, t("settings.notSet"))
  if (typeof value === "boolean") return value ? t("settings.yes") : t("settings.no")
  if (Array.isArray(value)) return value.length > 0 ? value.join(", ") : t("settings.nobody")
  if (key === "stock.hold_minutes") return sayLengths(value, t)
  if (typeof value === "object") return t("settings.lines", { count: Object.keys(value).length })
  if (typeof value === "number" && units.includes(unit))
    return t(`settings.units.${unit}` as Unit, { count: value })
  return sayChoice(key, String(value), t)
}

function sayLengths(value: unknown, t: TFunction<"ipn">): string {
  const lines = readLengths(value).map(({ account, state, minutes }) =>
    t("settings.holdLength", {
      account: account === "*" ? t("settings.allAccounts") : account,
      state: t(`settings.holdStates.${state}`),
      length: t("settings.units.minutes", { count: minutes }),
    })
  )
  return lines.length > 0 ? lines.join("; ") : t("settings.empty.stock.hold_minutes")
}

/** One of a setting's choices, in words. */
export function sayChoice(key: string, value: string, t: TFunction<"ipn">): string {
  if (key.endsWith("language")) return t(`settings.languages.${value}` as "settings.languages.en", value)
  if (key.startsWith("emails.")) return t(`settings.renderers.${value}` as "settings.renderers.plugin", value)
  return t(`settings.choices.${key}.${value}` as Choice, value)
}

/** A setting's name, and one sentence that explains it. */
export function sayName(key: string, t: TFunction<"ipn">): { name: string; help: string } {
  return {
    name: t(`settings.names.${key}` as "settings.names.orders.when", key),
    help: t(`settings.help.${key}` as "settings.help.orders.when", ""),
  }
}
