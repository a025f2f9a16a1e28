import { useTranslation } from "react-i18next"
import { Badge, type BadgeColor } from "../parts/state-badge"
import type { Account } from "../queries/use-accounts"

const colors: Readonly<Record<Account["state"], BadgeColor>> = {
  healthy: "green",
  quiet: "orange",
  failing: "red",
  not_set_up: "grey",
  paused: "blue",
}

/** How an account does, in one word that explains itself. */
export function AccountBadge({ state }: { state: Account["state"] }) {
  const { t } = useTranslation("ipn")
  return (
    <Badge
      color={colors[state]}
      label={t(`gateways.states.${state}`)}
      help={t(`gateways.stateHelp.${state}`)}
    />
  )
}
