import type { Operations } from "../gateway"
import { create } from "./ipn/create"
import { appOf, type PaypalConfig } from "./options"
import { restOperations } from "./rest/operations"

/**
 * Payments are made with the account's app where it has one, with the classic form otherwise. Without an app PayPal
 * can be asked nothing: `fetch` and `list` find nothing, the others are refused in words.
 */
export const operations: Operations<PaypalConfig> = {
  ...restOperations,
  create: async (input, account, io) =>
    appOf(account) ? restOperations.create(input, account, io) : create(input, account),
  answers: (account) => appOf(account) !== undefined,
  fetch: async (expected, account, io) => (appOf(account) ? restOperations.fetch(expected, account, io) : []),
  async *list(period, account, io) {
    if (appOf(account)) yield* restOperations.list(period, account, io)
  },
}
