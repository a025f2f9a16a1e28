import type { TFunction } from "i18next"
import type { Account } from "../queries/use-accounts"

/** What keeps an account from doing its work, one sentence each. */
export function missingOf(account: Account, t: TFunction<"ipn">): string[] {
  return [
    ...account.secrets
      .filter(({ is_missing }) => is_missing)
      .map(({ name }) => t("gateways.missingSecret", { name })),
    ...(account.offered_in === 0 ? [t("gateways.missingRegion", { provider: account.provider_id })] : []),
    ...(account.paused ? [t("gateways.isPaused")] : []),
  ]
}
