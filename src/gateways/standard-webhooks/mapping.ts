import { z } from "@medusajs/framework/zod"
import { paymentEventTypes, type PaymentEventType } from "../../domain/payment-event"
import { place } from "./place"

const unit = z.enum(["minor", "major"], {
  error: `The unit is "minor" (1050 is 10.50 EUR) or "major" (10.50 is 10.50 EUR).`,
})

/** Where things stand; said once for all events, and again in an event where it differs. */
const places = {
  /** Our reference: the Medusa payment session id that was given to the gateway. */
  reference: place.optional(),
  /** The gateway's id of the payment. */
  gatewayPayment: place.optional(),
  /** The gateway's id of the refund, dispute, payout or capture. */
  resource: place.optional(),
  amount: place.optional(),
  unit: unit.optional(),
  /** An ISO 4217 code, in small or capital letters. */
  currency: place.optional(),
  /** The gateway's fee, in the unit and currency of the amount. */
  fee: place.optional(),
  /** When it happened: ISO 8601 with a time zone, or seconds or milliseconds since 1970. */
  time: place.optional(),
  /** Until when somebody must act. */
  dueAt: place.optional(),
  reason: place.optional(),
}

const meaning = z.strictObject({
  /** What the event means here. */
  as: z.enum(paymentEventTypes, {
    error: `There is no such payment event. Choose one of ${paymentEventTypes.join(", ")}.`,
  }),
  ...places,
})

const sayKind = `Say in kind where the event's name stands, as in "type", or in up to 3 places as in ["type", "data.status"].`

const mappingSchema = z.strictObject({
  /** Where the name of the event stands; of several places the values are joined by ":". */
  kind: z.union([z.array(place).min(1, sayKind).max(3, sayKind), place], { error: sayKind }),
  /** What each of the gateway's event names means; others are stored and read as nothing. */
  events: z.record(
    z.string().min(1),
    z.preprocess((value) => (typeof value === "string" ? { as: value } : value), meaning)
  ),
  ...places,
  /** The currency where messages hold none. */
  fixedCurrency: z
    .string()
    .regex(/^[A-Za-z]{3}$/, `The fixedCurrency is three letters, as in "eur".`)
    .optional(),
  /** Digits after the point of minor amounts where the gateway differs from ISO 4217: `{ isk: 2 }`. */
  minorDigits: z
    .record(
      z.string(),
      z.int("Digits are whole numbers.").min(0, "At least 0 digits.").max(4, "At most 4 digits.")
    )
    .optional(),
  /** What marks a message of the gateway's test mode; without it a message is of the account's mode. */
  test: z
    .strictObject({
      at: place,
      is: z.union([z.boolean(), z.string().min(1)], {
        error: `Say in test.is what stands there in test mode, as in false or "sandbox".`,
      }),
    })
    .optional(),
})

export type Mapping = z.infer<typeof mappingSchema>
/** Where the parts of one event stand, with what the mapping says for all. */
export type Meaning = z.infer<typeof meaning>

const worthless: ReadonlySet<PaymentEventType> = new Set([
  "payment.authorized",
  "payment.captured",
  "refund.pending",
  "refund.succeeded",
  "fee",
])

/** How a gateway's messages are read. Refuses a mapping by which an event could not be read, in a sentence for each. */
export const mapping = mappingSchema.superRefine((mapping, context) => {
  const names = Object.keys(mapping.events)
  const complain = (message: string, ...path: string[]) => context.addIssue({ code: "custom", path, message })
  if (names.length === 0) {
    complain(
      `List in events what each of the gateway's event names means, as in { "payment.paid": "payment.captured" }.`
    )
  }
  for (const name of names) {
    for (const mistake of mistakesOf(meaningOf(mapping, name))) complain(`${mistake}.`, "events", name)
  }
  if (Object.keys(mapping.minorDigits ?? {}).some((currency) => !/^[a-z]{3}$/.test(currency))) {
    complain(`Write currencies in small letters, as in { isk: 2 }.`, "minorDigits")
  }
  const started = names.some((name) => /^payment\./.test(meaningOf(mapping, name)?.as ?? ""))
  const findable = names.some((name) => {
    const one = meaningOf(mapping, name)
    return one?.reference !== undefined && one.as.startsWith("payment.")
  })
  if (started && !findable) {
    complain(
      `Say in reference where our payment session id stands, as in "data.metadata.session_id".`,
      "reference"
    )
  }
})

/** What an event name means; undefined for one that is not listed. */
export function meaningOf(mapping: Mapping, name: string): Meaning | undefined {
  if (!Object.hasOwn(mapping.events, name)) return undefined
  const { kind: _kind, events, fixedCurrency: _fixed, minorDigits: _digits, test: _test, ...common } = mapping
  const own = events[name]
  return own && { ...common, ...own }
}

/** Whether nothing can be believed of an event without an amount. */
export function needsMoney(type: PaymentEventType): boolean {
  return worthless.has(type)
}

function mistakesOf(meaning: Meaning | undefined): string[] {
  if (!meaning) return []
  const { as, amount, unit, reference, gatewayPayment, resource } = meaning
  const isAboutObject = /^(?:refund|dispute|payout)\./.test(as)
  const isAboutPayment = !as.startsWith("payout.") && as !== "info"
  return [
    ...(needsMoney(as) && !amount ? [`${as} needs an amount: say in amount where it stands`] : []),
    ...((amount ?? meaning.fee) && !unit ? [`An amount needs its unit: set unit to "minor" or "major"`] : []),
    ...(isAboutObject && !resource
      ? [`${as} needs the id of its ${as.split(".")[0]}: say in resource where it stands`]
      : []),
    ...(isAboutPayment && !reference && !gatewayPayment
      ? [`${as} needs to name its payment: say where reference or gatewayPayment stands`]
      : []),
  ]
}
