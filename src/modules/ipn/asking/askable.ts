import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Operations } from "../../../gateways/gateway"

type Questions = Pick<Operations<unknown>, "fetch" | "list" | "askAfterMinutes">

/** How an account can be asked about payments; nothing where it cannot, also where its gateway could answer others. */
export function askable(configured: ConfiguredAccount): Questions {
  return configured.takenOver ? {} : answering(configured)
}

/**
 * The same of a payment whose id at the gateway its own messages told: that of a taken-over provider can be asked about
 * too, where the account has what its gateway's reader needs for it.
 */
export function answering({ account, gateway: { operations } }: ConfiguredAccount): Questions {
  return !operations || operations.answers?.(account) === false ? {} : operations
}
