import type { TFunction } from "i18next"
import { eventTypes } from "../queries/event-types"

/** `payment.captured` as people say it; what a newer version might tell stays as it is. */
export function sayEvent(t: TFunction<"ipn">, type: string): string {
  const known = eventTypes.find((one) => one === type)
  return known ? t(`events.${known}`) : type
}

/** What a message told, in one line. */
export function sayEvents(
  t: TFunction<"ipn">,
  of: Readonly<{ event_types: readonly string[]; state: string; reason: string | null }>
): string {
  const [first, ...more] = of.event_types
  if (first === undefined)
    return of.state === "review" || of.reason === "unreadable" ? t("events.unreadable") : t("events.known")
  return more.length > 0
    ? `${sayEvent(t, first)}, ${t("messages.moreEvents", { count: more.length })}`
    : sayEvent(t, first)
}
