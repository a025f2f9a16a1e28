import { Input, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useAccountOptions } from "./account-options"
import { Choice } from "./choice"
import { holdStates, readLengths, writeLengths, type HoldLength, type HoldState } from "./hold-length"
import { LineList } from "./line-list"

const fresh: HoldLength = { account: "*", state: "started", minutes: 30 }

/** For how many minutes goods are held, by account and by how far the payment is. */
export function HoldLengthList({
  value,
  onChange,
  isDisabled,
}: {
  value: unknown
  onChange: (value: unknown) => void
  isDisabled: boolean
}) {
  const { t } = useTranslation("ipn")
  const accounts = useAccountOptions()
  const [lengths, setLengths] = useState(() => readLengths(value))
  return (
    <LineList
      lines={lengths}
      onChange={(changed) => {
        setLengths([...changed])
        onChange(writeLengths(changed))
      }}
      fresh={fresh}
      empty={t("settings.empty.stock.hold_minutes")}
      isDisabled={isDisabled}
    >
      {({ account, state, minutes }, set) => (
        <>
          <Choice
            label={t("messages.filters.account")}
            options={accounts}
            value={account}
            isDisabled={isDisabled}
            onChange={(chosen) => set({ account: chosen })}
          />
          <Choice
            label={t("settings.holdState")}
            options={holdStates.map((one) => ({ value: one, label: t(`settings.holdStates.${one}`) }))}
            value={state}
            isDisabled={isDisabled}
            onChange={(chosen) => set({ state: chosen as HoldState })}
          />
          <div className="flex items-center gap-x-2">
            <Input
              size="small"
              type="number"
              min={1}
              step={1}
              className="w-full"
              disabled={isDisabled}
              aria-label={t("settings.unitNames.minutes")}
              value={minutes || ""}
              onChange={({ target }) => set({ minutes: Number(target.value) })}
            />
            <Text size="small" className="text-ui-fg-subtle w-20 shrink-0">
              {t("settings.unitNames.minutes")}
            </Text>
          </div>
        </>
      )}
    </LineList>
  )
}
