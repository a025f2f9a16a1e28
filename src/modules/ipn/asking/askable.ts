import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Operations } from "../../../gateways/gateway"

type Questions = Pick<Operations<unknown>, "fetch" | "list" | "askAfterMinutes">

/**
 * How an account can be asked about payments; nothing where it cannot, also where its gateway could answer others. Of a
 * taken-over provider each payment is asked about where our reader of its gateway has what it needs for that and does
 * nothing but read; its gateway may hold payments of others, so it is not asked for all of them.
 */
export function askable({ account, gateway: { operations }, takenOver }: ConfiguredAccount): Questions {
  if (!operations || operations.answers?.(account) === false) return {}
  if (!takenOver) return operations
  const { fetch, askAfterMinutes, completes } = operations
  return completes || !fetch ? {} : { fetch, ...(askAfterMinutes ? { askAfterMinutes } : {}) }
}
