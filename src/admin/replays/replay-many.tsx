import { Label, Select, Text } from "@medusajs/ui"
import { useId, useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { ActionDrawer } from "../parts/action-drawer"
import { FailureNotice } from "../parts/failure-notice"
import {
  isOver,
  useReplay,
  useReplayCount,
  useStartReplay,
  type Replay,
  type Selection,
} from "../queries/use-replays"

export type ReplaySelection = Readonly<{ kind: "messages"; ids: readonly string[] } | { kind: "failed" }>

const spans = { day: 1, week: 7, month: 30 } as const
type Span = keyof typeof spans

/** Replays several messages in the background: says first how many, and then how far it is. */
export function ReplayMany({ selection, onClose }: { selection: ReplaySelection; onClose: () => void }) {
  const { t } = useTranslation("ipn")
  const [span, setSpan] = useState<Span>("day")
  const spanId = useId()
  const chosen = useMemo(
    (): Selection =>
      selection.kind === "messages"
        ? { message_ids: selection.ids }
        : { failed_since: new Date(Date.now() - spans[span] * 86_400_000).toISOString() },
    [selection, span]
  )
  const { data: counted, error, refetch } = useReplayCount(chosen)
  const [started, setStarted] = useState<Replay>()
  const { mutate, isPending } = useStartReplay(setStarted)
  const { data: running } = useReplay(started?.id)
  const replay = running?.replay ?? started
  const count = counted?.count
  const isNothing = count !== undefined && count.messages + count.lanes === 0
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={t("replay.manyTitle")}
      description={t("replay.background")}
      submitLabel={started ? t("actions.close") : t("replay.submit")}
      canSubmit={started ? isOver(replay) : count !== undefined && !isNothing}
      isDone={started !== undefined}
      isPending={isPending || (started !== undefined && !isOver(replay))}
      onSubmit={() => (started ? onClose() : mutate(chosen))}
    >
      {selection.kind === "failed" && !started && (
        <div className="flex flex-col gap-y-2">
          <Label size="small" weight="plus" htmlFor={spanId}>
            {t("replay.since")}
          </Label>
          <Select value={span} onValueChange={(value) => setSpan(value as Span)}>
            <Select.Trigger id={spanId}>
              <Select.Value />
            </Select.Trigger>
            <Select.Content>
              <Select.Item value="day">{t("replay.sinceDay")}</Select.Item>
              <Select.Item value="week">{t("replay.sinceWeek")}</Select.Item>
              <Select.Item value="month">{t("replay.sinceMonth")}</Select.Item>
            </Select.Content>
          </Select>
          <Text size="xsmall" className="text-ui-fg-subtle">
            {t("replay.sinceHelp")}
          </Text>
        </div>
      )}
      {!started && error && <FailureNotice error={error} retry={() => void refetch()} />}
      {!started && count && (
        <ul className="txt-small text-ui-fg-base flex flex-col gap-y-1">
          {isNothing && <li>{t("replay.nothing")}</li>}
          {count.messages > 0 && <li>{t("replay.count", { count: count.messages })}</li>}
          {count.lanes > 0 && <li>{t("replay.lanes", { count: count.lanes })}</li>}
        </ul>
      )}
      {replay && <Progress replay={replay} />}
    </ActionDrawer>
  )
}

function Progress({ replay }: { replay: Replay }) {
  const { t } = useTranslation("ipn")
  const { done, total, failed, error } = replay
  const said = isOver(replay)
    ? t("replay.finished", { done: done - failed, failed })
    : t("replay.progress", { done, total })
  return (
    <div className="flex flex-col gap-y-2" aria-live="polite">
      <div
        role="progressbar"
        aria-label={said}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        className="bg-ui-bg-switch-off h-1.5 w-full overflow-hidden rounded-full"
      >
        <div
          className="bg-ui-fg-interactive h-full transition-all"
          style={{ width: `${total > 0 ? Math.round((done / total) * 100) : 100}%` }}
        />
      </div>
      <Text size="small">{said}</Text>
      {error && (
        <Text size="small" className="text-ui-fg-error">
          {error}
        </Text>
      )}
    </div>
  )
}
