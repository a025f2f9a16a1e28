import { Button, InlineTip, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { ActionDrawer } from "../parts/action-drawer"
import { FactRow } from "../parts/fact-row"
import { Money } from "../parts/money"
import { OrderLink } from "../parts/order-link"
import type { Difference } from "../queries/use-comparisons"

export type DifferenceVerb = "pull" | "explain"

/**
 * Takes over what the gateway says of a payment, and follows what becomes of it until somebody has to decide; or notes
 * why it is right as it is.
 */
export function DifferenceDrawer({
  difference,
  verb,
  onClose,
  onDecide,
}: {
  /** As it is now: it changes while it is taken over. */
  difference: Difference
  verb: DifferenceVerb
  onClose: () => void
  onDecide: () => void
}) {
  const { t } = useTranslation("ipn")
  const [isPulled, setPulled] = useState(false)
  const act = useAction(
    (note: string) =>
      tell<{ new_events: number }>(
        `/differences/${encodeURIComponent(difference.id)}/${verb}`,
        verb === "explain" ? { note } : {}
      ),
    ({ new_events }) => {
      if (verb === "pull") setPulled(true)
      else onClose()
      return verb === "pull" ? t("comparisons.pulled", { count: new_events }) : t("comparisons.explained")
    }
  )
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={t(`comparisons.${verb}`)}
      description={t(`comparisons.${verb}Help`)}
      submitLabel={isPulled ? t("actions.close") : t(`comparisons.${verb}`)}
      note={verb === "explain" ? "required" : "none"}
      isDone={isPulled}
      isPending={act.isPending}
      onSubmit={(note) => (isPulled ? onClose() : act.mutate(note))}
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
      {isPulled && <Outcome of={difference} onDecide={onDecide} />}
    </ActionDrawer>
  )
}

/** Whether a person must say what the payment is for. */
export function needsDecision({ lane_state }: Difference): boolean {
  return lane_state === "review" || lane_state === "unmatched"
}

/** What became of what was taken over. */
function Outcome({ of, onDecide }: { of: Difference; onDecide: () => void }) {
  const { t } = useTranslation("ipn")
  return (
    <div role="status" className="flex flex-col items-start gap-y-3">
      {needsDecision(of) ? (
        <>
          <InlineTip variant="warning" label={t("states.review")}>
            {t("comparisons.pulledUnknown")}
          </InlineTip>
          <Button type="button" size="small" onClick={onDecide}>
            {t("decide.action")}
          </Button>
        </>
      ) : of.lane_state === "settled" ? (
        <InlineTip variant="success" label={t("states.applied")}>
          {t("comparisons.pulledSettled")}{" "}
          {of.order_id && <OrderLink id={of.order_id} number={of.order_display_id} />}
        </InlineTip>
      ) : (
        <Text size="small" className="text-ui-fg-subtle">
          {t("comparisons.pulledWaits")}
        </Text>
      )}
    </div>
  )
}
