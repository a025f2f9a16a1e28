import { Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { ActionDrawer } from "../parts/action-drawer"
import { FactRow } from "../parts/fact-row"
import { Money } from "../parts/money"
import type { Difference } from "../queries/use-comparisons"

export type DifferenceVerb = "pull" | "explain"

/** Takes over what the gateway says of a payment, or notes why it is right as it is. */
export function DifferenceDrawer({
  difference,
  verb,
  onClose,
}: {
  difference: Difference
  verb: DifferenceVerb
  onClose: () => void
}) {
  const { t } = useTranslation("ipn")
  const act = useAction(
    (note: string) =>
      tell<{ new_events: number }>(
        `/differences/${encodeURIComponent(difference.id)}/${verb}`,
        verb === "explain" ? { note } : {}
      ),
    ({ new_events }) => {
      onClose()
      return verb === "pull" ? t("comparisons.pulled", { count: new_events }) : t("comparisons.explained")
    }
  )
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={t(`comparisons.${verb}`)}
      description={t(`comparisons.${verb}Help`)}
      submitLabel={t(`comparisons.${verb}`)}
      note={verb === "explain" ? "required" : "none"}
      isPending={act.isPending}
      onSubmit={(note) => act.mutate(note)}
    >
      <Text size="small">{t(`comparisons.kindHelp.${difference.kind}`)}</Text>
      <div className="-mx-6 divide-y border-y">
        <FactRow title={t("comparisons.columns.here")}>
          <Money amount={difference.here_amount} currency={difference.currency_code} />
        </FactRow>
        <FactRow title={t("comparisons.columns.gateway")}>
          <Money amount={difference.gateway_amount} currency={difference.currency_code} />
        </FactRow>
      </div>
    </ActionDrawer>
  )
}
