import type { TFunction } from "i18next"
import type { TimelineEntry } from "../queries/use-order-summary"

/** What happened, in words: "Payment received", "Order placed", "Email sent: Payment received". */
export function sayEntry({ kind, what, state }: TimelineEntry, t: TFunction<"ipn">): string {
  const name = what ?? ""
  switch (kind) {
    case "started":
      return t("timeline.started")
    case "told":
      return t(`events.${name}` as "events.fee", name)
    case "done":
      return t(`effects.${name}` as "effects.complete_cart", name)
    case "decided":
      return t("timeline.decided", { what: t(`decide.kinds.${name}` as "decide.kinds.ignore", name) })
    case "mailed": {
      const mail = name.replace(/^ipn\./, "").replaceAll("-", "_")
      const written = t(`settings.names.emails.${mail}` as "settings.names.emails.payment_received", name)
      return state === "sent"
        ? t("timeline.mailed", { mail: written })
        : t("timeline.mail", { mail: written })
    }
    case "order_placed":
      return t("effects.complete_cart")
    case "order_canceled":
      return t("effects.cancel_order")
  }
}
