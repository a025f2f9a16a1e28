import { fromDecimal, fromMinorUnits, type Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Message } from "../gateway"
import { readJson, type Json } from "../verification/strict-json"
import type { StandardWebhooksAccount } from "./config"
import { meaningOf, needsMoney, type Mapping, type Meaning } from "./mapping"
import { readPlace } from "./place"
import { messageId } from "./signature"

/**
 * The payment event in a message, as the mapping says; none for names that the mapping does not list.
 * @throws Error naming the place, when something that the event cannot be without is not there or cannot be read.
 */
export function parseStandardWebhook(message: Message, account: StandardWebhooksAccount): PaymentEvent[] {
  const { mapping } = account.config
  const json = readJson(message.body, { numbers: "text" })
  const meaning = meaningOf(mapping, readKind(json, mapping))
  if (!meaning) return []
  const id = messageId(message, account)
  if (!id) throw new Error("the message has no id")
  return [readEvent(json, meaning, mapping, { id, test: readTest(json, account) })]
}

function readKind(json: Json, { kind }: Mapping): string {
  return [kind]
    .flat()
    .map((path) => readPlace(json, path) ?? missing(path))
    .join(":")
}

function readTest(json: Json, { mode, config }: StandardWebhooksAccount): boolean {
  const { test } = config.mapping
  return test ? readPlace(json, test.at) === String(test.is) : mode === "test"
}

function readEvent(
  json: Json,
  meaning: Meaning,
  mapping: Mapping,
  { id, test }: Readonly<{ id: string; test: boolean }>
): PaymentEvent {
  const at = (path: string | undefined) => (path === undefined ? undefined : readPlace(json, path))
  const { as: type } = meaning
  const reference = at(meaning.reference)
  const gatewayPayment = at(meaning.gatewayPayment)
  const resource = at(meaning.resource)
  const needsResource = /^(?:refund|dispute|payout)\./.test(type)
  if (needsResource && resource === undefined) missing(meaning.resource)
  const money = readMoney(json, meaning.amount, meaning, mapping)
  if (!money && needsMoney(type)) missing(meaning.amount)
  const fee = type === "fee" ? money : readMoney(json, meaning.fee, meaning, mapping)
  const occurredAt = readTime(at(meaning.time), meaning.time)
  const dueAt = readTime(at(meaning.dueAt), meaning.dueAt)
  const reason = at(meaning.reason)
  return {
    key: id,
    type,
    test,
    ...(reference ? { reference } : {}),
    ...(gatewayPayment ? { gatewayPayment } : {}),
    ...(resource ? { resource } : {}),
    ...(money && type !== "fee" ? { money } : {}),
    ...(fee ? { fee } : {}),
    ...(occurredAt ? { occurredAt } : {}),
    ...(dueAt ? { dueAt } : {}),
    ...(reason ? { reason: { text: reason.slice(0, 500) } } : {}),
  }
}

/** Some gateways write what leaves the merchant as a negative amount: of refunds, disputes, payouts and fees. */
function readMoney(
  json: Json,
  path: string | undefined,
  { unit, currency: currencyAt, as }: Meaning,
  mapping: Mapping
): Money | undefined {
  const text = path === undefined ? undefined : readPlace(json, path)
  if (text === undefined) return undefined
  const currency =
    (currencyAt && readPlace(json, currencyAt)) ?? mapping.fixedCurrency ?? missing(currencyAt ?? "currency")
  const isOutgoing = !as.startsWith("payment.") && !as.startsWith("capture.")
  const amount = isOutgoing ? text.replace(/^-/, "") : text
  if (amount.startsWith("-")) throw new RangeError(`the amount at ${path} is negative`)
  if (unit === "major") return fromDecimal(amount, currency)
  if (!/^\d{1,24}$/.test(amount)) throw new RangeError(`the amount at ${path} is not a whole number`)
  const digits = mapping.minorDigits?.[currency.toLowerCase()]
  return digits === undefined
    ? fromMinorUnits(BigInt(amount), currency)
    : withDigits(amount, digits, currency)
}

/** Minor units of a currency that the gateway writes with other digits than ISO 4217. */
function withDigits(amount: string, digits: number, currency: string): Money {
  const text = amount.padStart(digits + 1, "0")
  const whole = text.slice(0, text.length - digits)
  return fromDecimal(digits === 0 ? whole : `${whole}.${text.slice(-digits)}`, currency)
}

function readTime(text: string | undefined, path: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const isIso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/.test(text)
  const [seconds, fraction = ""] = /^\d{9,11}(?:\.\d+)?$/.test(text) ? text.split(".") : []
  const ms =
    seconds !== undefined ? Number(seconds) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3)) : undefined
  const time = isIso ? new Date(text) : new Date(ms ?? (/^\d{12,14}$/.test(text) ? Number(text) : NaN))
  const year = time.getUTCFullYear()
  if (!(year >= 1970 && year <= 9999))
    throw new RangeError(`the time at ${path} is not a time with a time zone`)
  return time
}

function missing(path: string | undefined): never {
  throw new Error(`there is nothing at ${path}, where the mapping looks for it`)
}
