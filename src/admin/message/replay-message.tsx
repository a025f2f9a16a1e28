import { Label, Skeleton, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { ActionDrawer } from "../parts/action-drawer"
import { FailureNotice } from "../parts/failure-notice"
import { WillList } from "../parts/will-list"
import { useDryReplay, useReplayMessage } from "../queries/use-replay-message"

/** Replays one message: says first what that would do now. */
export function ReplayMessage({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation("ipn")
  const { data, error, refetch } = useDryReplay(id)
  const { mutate, isPending } = useReplayMessage(id)
  const replay = data?.replay
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={t("replay.title")}
      description={t("replay.help")}
      submitLabel={t("replay.submit")}
      canSubmit={replay !== undefined}
      isPending={isPending}
      onSubmit={() => mutate(undefined, { onSuccess: onClose })}
    >
      {error && <FailureNotice error={error} retry={() => void refetch()} />}
      {!replay && !error && <Skeleton className="h-16 w-full" />}
      {replay?.outcome === "unreadable" && (
        <Text size="small">{t("replay.unreadable", { why: replay.why })}</Text>
      )}
      {replay?.outcome === "dry_run" && (
        <div className="flex flex-col gap-y-3">
          <Label size="small" weight="plus">
            {t("replay.would")}
          </Label>
          {replay.lanes.length === 0 && (
            <WillList
              will={[{ kind: "nothing", text: t("will.nothing"), amount: null, currency_code: null }]}
            />
          )}
          {replay.lanes.map(({ lane_id, key, will }) => (
            <WillList key={lane_id || key} will={will} />
          ))}
          {replay.kept && (
            <Text size="small" className="text-ui-fg-subtle">
              {t("replay.kept", { why: replay.kept })}
            </Text>
          )}
        </div>
      )}
    </ActionDrawer>
  )
}
