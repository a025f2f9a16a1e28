import { DatePicker, InlineTip, Label, Select } from "@medusajs/ui"
import { useId, useState } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router-dom"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { ActionDrawer } from "../parts/action-drawer"
import { useAccounts } from "../queries/use-accounts"
import type { Comparison } from "../queries/use-comparisons"

const dayMs = 86_400_000
const startOf = (day: Date) => new Date(day.getFullYear(), day.getMonth(), day.getDate())

/** Chooses an account and a period, and starts comparing. */
export function CompareDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation("ipn")
  const navigate = useNavigate()
  const id = useId()
  const { data } = useAccounts()
  const accounts = data?.accounts.filter(({ can_compare }) => can_compare) ?? []
  const [chosen, setChosen] = useState<string>()
  const [from, setFrom] = useState<Date | null>(() => startOf(new Date(Date.now() - 7 * dayMs)))
  const [to, setTo] = useState<Date | null>(() => startOf(new Date()))
  const account = chosen ?? accounts[0]?.id
  const isPeriod = from !== null && to !== null && from <= to
  const start = useAction(
    () => {
      const last = startOf(to ?? new Date())
      const end = Math.min(
        new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1).getTime(),
        Date.now()
      )
      return tell<{ reconciliation: Comparison; already_running: boolean }>("/reconciliations", {
        account_id: account,
        from: startOf(from ?? new Date()).toISOString(),
        to: new Date(end).toISOString(),
      })
    },
    ({ reconciliation, already_running }) => {
      onClose()
      void navigate(`/ipn/reconciliation/${reconciliation.id}`)
      return t(already_running ? "comparisons.alreadyRunning" : "comparisons.started")
    }
  )
  return (
    <ActionDrawer
      open={open}
      onClose={onClose}
      title={t("comparisons.title")}
      description={t("comparisons.startHelp")}
      submitLabel={t("comparisons.start")}
      canSubmit={account !== undefined && isPeriod}
      isPending={start.isPending}
      onSubmit={() => start.mutate(undefined)}
    >
      <div className="flex flex-col gap-y-2">
        <Label size="small" weight="plus" htmlFor={`${id}-account`}>
          {t("messages.filters.account")}
        </Label>
        <Select value={account ?? ""} onValueChange={setChosen}>
          <Select.Trigger id={`${id}-account`}>
            <Select.Value placeholder={t("comparisons.choose")} />
          </Select.Trigger>
          <Select.Content>
            {accounts.map(({ id: value, gateway_title }) => (
              <Select.Item key={value} value={value}>
                {gateway_title} ({value})
              </Select.Item>
            ))}
          </Select.Content>
        </Select>
      </div>
      <div className="grid grid-cols-1 gap-4 md:grid-cols-2">
        <div className="flex flex-col gap-y-2">
          <Label size="small" weight="plus">
            {t("comparisons.from")}
          </Label>
          <DatePicker
            modal
            aria-label={t("comparisons.from")}
            value={from}
            onChange={setFrom}
            maxValue={new Date()}
          />
        </div>
        <div className="flex flex-col gap-y-2">
          <Label size="small" weight="plus">
            {t("comparisons.to")}
          </Label>
          <DatePicker
            modal
            aria-label={t("comparisons.to")}
            value={to}
            onChange={setTo}
            maxValue={new Date()}
          />
        </div>
      </div>
      {data && accounts.length === 0 && (
        <InlineTip variant="info" label={t("comparisons.title")}>
          {t("comparisons.noneCanCompare")}
        </InlineTip>
      )}
      {!isPeriod && (
        <InlineTip variant="error" label={t("comparisons.columns.period")}>
          {t("comparisons.badPeriod")}
        </InlineTip>
      )}
    </ActionDrawer>
  )
}
