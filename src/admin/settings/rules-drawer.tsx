import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ActionDrawer } from "../parts/action-drawer"
import { useAccountOptions } from "./account-options"
import { Choice } from "./choice"
import { eventOptions, modes, writeRules, type EventRule, type Mode } from "./event-rule"
import { LineList } from "./line-list"
import { useChange } from "./use-change"

/** Adds, changes and removes rules about payment events. */
export function RulesDrawer({ rules, onClose }: { rules: readonly EventRule[]; onClose: () => void }) {
  const { t } = useTranslation("ipn")
  const [drafts, setDrafts] = useState<readonly EventRule[]>(rules)
  const change = useChange(onClose)
  const accounts = useAccountOptions()
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={t("settings.tabs.messages")}
      description={t("settings.rulesHelp")}
      submitLabel={t("settings.save")}
      isPending={change.isPending}
      onSubmit={() => change.mutate({ events: writeRules(drafts) })}
    >
      <LineList
        lines={drafts}
        onChange={setDrafts}
        fresh={{ account: "*", type: "info", mode: "record" }}
        empty={t("settings.noRulesHelp")}
      >
        {({ account, type, mode }, set) => (
          <>
            <Choice
              label={t("messages.filters.account")}
              options={accounts}
              value={account}
              onChange={(chosen) => set({ account: chosen })}
            />
            <Choice
              label={t("messages.columns.event")}
              options={eventOptions(t)}
              value={type}
              onChange={(chosen) => set({ type: chosen })}
            />
            <Choice
              label={t("settings.what")}
              options={modes.map((value) => ({ value, label: t(`settings.modes.${value}`) }))}
              value={mode}
              onChange={(chosen) => set({ mode: chosen as Mode })}
            />
          </>
        )}
      </LineList>
    </ActionDrawer>
  )
}
