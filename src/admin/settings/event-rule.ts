import type { TFunction } from "i18next"
import { eventTypes } from "../queries/event-types"

export const modes = ["handle", "record", "ignore"] as const
export type Mode = (typeof modes)[number]

/** What is done with an account's events of a type; `*` means all. */
export type EventRule = Readonly<{ account: string; type: string; mode: Mode }>

/** The rules of the setting `events`, whose keys are `<account>:<type>`. */
export function readRules(value: unknown): EventRule[] {
  return Object.entries(value as Record<string, Mode>).map(([key, mode]) => {
    const [account = "*", type = "*"] = key.split(":")
    return { account, type, mode }
  })
}

export function writeRules(rules: readonly EventRule[]): Record<string, Mode> {
  return Object.fromEntries(rules.map(({ account, type, mode }) => [`${account}:${type}`, mode]))
}

/** All payment events in words. */
export function eventOptions(t: TFunction<"ipn">): { value: string; label: string }[] {
  return [
    { value: "*", label: t("settings.allEvents") },
    ...eventTypes.map((type) => ({ value: type, label: t(`events.${type}`) })),
  ]
}
