import type { PaymentEvent } from "../../domain/payment-event"
import type { Message } from "../gateway"
import type { MollieAccount } from "./config"
import { classicId, readEntity } from "./entity"
import { mollieObjects, readMollieJson } from "./objects"
import { asEvents } from "./statement"

/**
 * The payment events in a signed message; none in one that only names an object, and none for kinds that move no money.
 * Mollie sends the object in an envelope, or as it is. @throws SyntaxError or ZodError, with the path.
 */
export function parseMollieMessage(message: Message, account: MollieAccount): PaymentEvent[] {
  if (classicId(message) !== undefined) return []
  const json = readMollieJson(message.body)
  const isEvent =
    typeof json === "object" && json !== null && (json as { resource?: unknown }).resource === "event"
  const entity = isEvent ? mollieObjects.event.parse(json)._embedded?.entity : json
  return entity ? asEvents(readEntity(entity), account) : []
}
