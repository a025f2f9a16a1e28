import { Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { Copied } from "../parts/copied"
import { useAccounts } from "../queries/use-accounts"
import type { MessageTab } from "./message-tabs"

/** Where there is nothing yet: what to do so that something comes. */
export function NoMessages({ tab }: { tab: MessageTab }) {
  const { t } = useTranslation("ipn")
  const { data } = useAccounts()
  const isEverything = tab === "all"
  return (
    <div className="flex flex-col items-center gap-y-3 px-6 py-16 text-center">
      <div className="flex flex-col items-center gap-y-1">
        <Text size="small" leading="compact" weight="plus">
          {isEverything ? t("messages.empty") : t("messages.emptyTab")}
        </Text>
        {isEverything && (
          <Text size="small" className="text-ui-fg-subtle">
            {t("messages.emptyHelp")}
          </Text>
        )}
      </div>
      {isEverything && (
        <ul className="flex w-full max-w-lg flex-col gap-y-2">
          {data?.accounts.slice(0, 5).map(({ id, notify_url }) => (
            <li
              key={id}
              className="bg-ui-bg-component border-ui-border-base flex justify-between gap-x-2 rounded-lg border px-3 py-2"
            >
              <Copied text={notify_url} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
