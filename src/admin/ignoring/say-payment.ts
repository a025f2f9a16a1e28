import type { TFunction } from "i18next"
import { sayEvents } from "../messages/event-words"
import { writeMoney } from "../parts/money"
import type { Message } from "../queries/message"

/** A message's payment in a line: `Payment received, €32.00, pay_1Q...`. */
export function sayPayment(t: TFunction<"ipn">, language: string, message: Message): string {
  const { amount, currency_code, gateway_reference, order_display_id } = message
  return [
    sayEvents(t, message),
    amount === null ? undefined : writeMoney(amount, currency_code, language),
    order_display_id === null ? gateway_reference : `#${order_display_id}`,
  ]
    .filter(Boolean)
    .join(", ")
}
