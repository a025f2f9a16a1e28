import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Operations } from "../../../gateways/gateway"

/** How an account can be asked about payments; nothing where it cannot, also where its gateway could answer others. */
export function askable({
  account,
  gateway,
  takenOver,
}: ConfiguredAccount): Pick<Operations<unknown>, "fetch" | "list" | "askAfterMinutes"> {
  const { operations } = gateway
  if (!operations || takenOver || operations.answers?.(account) === false) return {}
  return operations
}
