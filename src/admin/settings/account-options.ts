import { useTranslation } from "react-i18next"
import { useAccounts } from "../queries/use-accounts"

/** All accounts, after the choice that means every one of them. */
export function useAccountOptions(): { value: string; label: string }[] {
  const { t } = useTranslation("ipn")
  const { data } = useAccounts()
  return [
    { value: "*", label: t("settings.allAccounts") },
    ...(data?.accounts ?? []).map(({ id }) => ({ value: id, label: id })),
  ]
}
