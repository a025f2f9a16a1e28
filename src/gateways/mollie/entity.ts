import type { z } from "@medusajs/framework/zod"
import type { Message } from "../gateway"
import { readForm } from "../verification/ordered-form"
import type { Json } from "../verification/strict-json"
import { mollieObjects, readMollieJson } from "./objects"
import { readCapture } from "./read-capture"
import { readChargeback } from "./read-chargeback"
import { readPayment } from "./read-payment"
import { readFee, readPayout } from "./read-payout"
import { readRefund } from "./read-refund"
import type { Statement } from "./statement"

/** What an object of Mollie says, by its `resource`; nothing for kinds that move no money. @throws ZodError with the path. */
export function readEntity(entity: Json | Record<string, unknown>): Statement[] {
  const resource = (entity as { resource?: unknown } | null)?.resource
  const as = <T>(schema: z.ZodType<T>) => schema.parse(entity)
  switch (resource) {
    case "payment":
      return readPayment(as(mollieObjects.payment))
    case "refund":
      return readRefund(as(mollieObjects.refund))
    case "chargeback":
      return readChargeback(as(mollieObjects.chargeback))
    case "capture":
      return readCapture(as(mollieObjects.capture))
    case "payout":
      return readPayout(as(mollieObjects.payout))
    case "balance-transaction":
    case "balance_transaction":
      return readFee(as(mollieObjects.balanceTransaction))
    default:
      return []
  }
}

/** What a message points at, to be asked for: a payment, or a payout. */
export type Subject = Readonly<{ kind: "payment" | "payout"; id: string }>

/**
 * The payment that a classic webhook names: a form with nothing but `id`. Undefined for ids of other objects, which we
 * never make (orders, links, subscriptions), and for anything that could change the address asked.
 */
export function classicSubject(message: Message): Subject | undefined {
  const id = classicId(message)
  return id !== undefined && isPaymentId(id) ? { kind: "payment", id } : undefined
}

/** The id in a classic webhook, of whatever object; undefined when the body is not of that form. */
export function classicId(message: Message): string | undefined {
  if (message.body.length > 200) return undefined
  try {
    const [[name, id] = [], ...others] = readForm(message.body)
    return name === "id" && others.length === 0 && id && /^[a-z]{2,12}_[A-Za-z0-9_]{1,100}$/.test(id)
      ? id
      : undefined
  } catch {
    return undefined
  }
}

/**
 * What a signed message is about whose payload is "simple": it names the object and holds nothing of it. The payment of
 * a refund, capture or chargeback stands in the address of the object, which is read and never followed.
 */
export function thinSubject(message: Message): Subject | undefined {
  let json: Json
  try {
    json = readMollieJson(message.body)
  } catch {
    return undefined
  }
  const event = mollieObjects.event.safeParse(json).data
  if (!event || event._embedded?.entity) return undefined
  const entity = event.entityId ?? ""
  if (isPaymentId(entity)) return { kind: "payment", id: entity }
  if (/^payout_[A-Za-z0-9_]{1,100}$/.test(entity)) return { kind: "payout", id: entity }
  const payment = /\/v2\/payments\/(tr_[A-Za-z0-9_]{1,100})\//.exec(event._links?.entity?.href ?? "")?.[1]
  return payment ? { kind: "payment", id: payment } : undefined
}

/** Mollie's payment ids are letters and digits; nothing else becomes part of an address. */
export function isPaymentId(id: string): boolean {
  return /^tr_[A-Za-z0-9_]{1,100}$/.test(id)
}
