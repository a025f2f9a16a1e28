import { z } from "@medusajs/framework/zod"
import { paymentEventTypes } from "../../../../domain/payment-event"
import type { MessageFilter } from "../../../../modules/ipn/browsing/message-filter"
import { messageStates, messageTabs, type MessageTab } from "../../../../modules/ipn/browsing/message-state"
import type { ConfiguredAccount } from "../../../../gateways/configured-account"
import { amount, currency, oneOrMany, paging, selecting, text, timeRange } from "../query"

const filters = {
  q: text.optional(),
  id: oneOrMany(text),
  account_id: oneOrMany(text),
  gateway_id: oneOrMany(text),
  event_type: oneOrMany(z.enum(paymentEventTypes)),
  proof: oneOrMany(z.enum(["proven", "unproven", "confirmed"])),
  order_id: text.optional(),
  customer_id: text.optional(),
  reference: text.optional(),
  amount: amount.optional(),
  currency_code: currency.optional(),
  mode: z.enum(["live", "test"]).optional(),
  received_at: timeRange,
}

export const listMessagesQuery = z.object({
  ...paging(),
  ...selecting,
  ...filters,
  order: z.enum(["-received_at", "received_at", "-id", "id"]).default("-received_at"),
  tab: z.enum(Object.keys(messageTabs) as [MessageTab]).optional(),
  state: oneOrMany(z.enum(messageStates)),
})

export const countMessagesQuery = z.object(filters)

/** The query as the module takes it. An account that is not asked for, or has another mode, is left out. */
export function messageFilter(
  query: z.infer<typeof countMessagesQuery> &
    Partial<Pick<z.infer<typeof listMessagesQuery>, "tab" | "state">>,
  accounts: ReadonlyMap<string, ConfiguredAccount>
): MessageFilter {
  const { mode, tab, state, received_at: received } = query
  const ofMode = mode
    ? [...accounts.values()].filter(({ account }) => account.mode === mode).map(({ account }) => account.id)
    : undefined
  const inTab = tab ? messageTabs[tab] : undefined
  const named = query.account_id
  return {
    q: query.q,
    id: query.id,
    accountId: named && ofMode ? named.filter((id) => ofMode.includes(id)) : (named ?? ofMode),
    gatewayId: query.gateway_id,
    type: query.event_type,
    proof: query.proof,
    orderId: query.order_id,
    customerId: query.customer_id,
    reference: query.reference,
    amount: query.amount,
    currency: query.currency_code,
    from: received?.$gte,
    to: received?.$lte,
    state:
      state && inTab ? state.filter((one) => (inTab as readonly string[]).includes(one)) : (state ?? inTab),
  }
}

/** What a row of the list may show. */
export const messageFields = [
  "id",
  "account_id",
  "gateway_id",
  "gateway_title",
  "mode",
  "method",
  "state",
  "reason",
  "proof",
  "body_state",
  "received_at",
  "due_at",
  "attempts",
  "max_attempts",
  "error",
  "event_types",
  "amount",
  "currency_code",
  "gateway_reference",
  "lane_id",
  "payment_session_id",
  "cart_id",
  "order_id",
  "order_display_id",
  "customer_id",
  "email",
]
