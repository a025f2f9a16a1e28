import type { ConfiguredAccount } from "../../../../gateways/configured-account"
import type { ListedMessage } from "../../../../modules/ipn/browsing/list-messages"
import { maxAttempts } from "../../../../modules/ipn/inbox/retry"

/** A row with what the configuration says of its account; nothing where the account is not configured any more. */
export function withAccount<T extends ListedMessage>(
  row: T,
  accounts: ReadonlyMap<string, ConfiguredAccount>
) {
  const configured = accounts.get(row.account_id)
  return {
    ...row,
    gateway_title: configured?.gateway.title ?? row.gateway_id,
    mode: configured?.account.mode ?? null,
    max_attempts: maxAttempts,
  }
}
