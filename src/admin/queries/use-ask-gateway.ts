import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"

/** Asks the gateway now, about a payment (`/lanes/...`) or all payments of an order (`/orders/...`). */
export function useAskGateway(of: `/lanes/${string}` | `/orders/${string}`) {
  const { t } = useTranslation("ipn")
  return useAction(
    () => tell<{ asked: { new_events: number } }>(`${of}/ask`),
    ({ asked }) => (asked.new_events > 0 ? t("ask.told", { count: asked.new_events }) : t("ask.nothing"))
  )
}
