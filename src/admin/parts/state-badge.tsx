import { StatusBadge, Tooltip } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { MessageState } from "../queries/message"

export type BadgeColor = "green" | "red" | "blue" | "orange" | "grey" | "purple"

const colors: Readonly<Record<MessageState, BadgeColor>> = {
  waiting: "orange",
  settling: "blue",
  applied: "green",
  already_applied: "grey",
  ignored: "grey",
  review: "purple",
  unmatched: "purple",
  failed: "red",
  refused: "red",
}

type Told = Readonly<{ due_at?: string | null; attempts?: number; max_attempts?: number }>

/** A message's state in one word, which explains itself in a tooltip. */
export function StateBadge({ state, of = {} }: { state: MessageState; of?: Told }) {
  const { t } = useTranslation("ipn")
  const { due_at, attempts = 0, max_attempts = 20 } = of
  const why =
    state === "waiting" && due_at
      ? t("stateHelp.waiting", { at: new Date(due_at), attempt: attempts + 1, attempts: max_attempts })
      : state === "waiting"
        ? t("stateHelp.stored")
        : state === "failed"
          ? t("stateHelp.failed", { attempts })
          : t(`stateHelp.${state}`)
  return <Badge color={colors[state]} label={t(`states.${state}`)} help={why} />
}

/** Any state in one word, with one sentence that explains it. */
export function Badge({ color, label, help }: { color: BadgeColor; label: string; help?: string }) {
  const badge = (
    <StatusBadge color={color} className="text-nowrap">
      {label}
    </StatusBadge>
  )
  return help ? (
    <Tooltip content={help}>
      <span>{badge}</span>
    </Tooltip>
  ) : (
    badge
  )
}
