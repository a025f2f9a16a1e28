import { z } from "@medusajs/framework/zod"
import { paymentEventTypes } from "../domain/payment-event"
import { holdMinutes, type HoldPolicy, type HoldState } from "../domain/hold"
import type { Policy } from "../domain/plan"
import { isAddress } from "../emails/address"
import { languages } from "../emails/locale"
import { mailKinds } from "../emails/mail"

/** What may be changed without a deploy: its values, what it is when nobody chose, and one sentence for the owner. */
type Definition<T> = Readonly<{ schema: z.ZodType<T>; default: T; unit: string; about: string }>

const setting = <T>(schema: z.ZodType<T>, told: Omit<Definition<NoInfer<T>>, "schema">): Definition<T> => ({
  schema,
  ...told,
})

const eventName = z.string().refine(
  (name) => {
    const [account = "", type = "", ...more] = name.split(":")
    const isType = type === "*" || (paymentEventTypes as readonly string[]).includes(type)
    return account.length > 0 && isType && more.length === 0
  },
  `write "<account>:<type>", each may be *; the types are ${paymentEventTypes.join(", ")}.`
)

const holdName = z.string().refine(
  (name) => {
    const [account = "", state = "", ...more] = name.split(":")
    return account.length > 0 && state in holdMinutes && more.length === 0
  },
  `write "<account>:<state>", the account may be *; the states are ${Object.keys(holdMinutes).join(", ")}.`
)

const renderer = z.enum(["off", "plugin", "provider"])
/** Whether a mail is sent, and who writes it: the plugin, or the notification provider by a template of the store. */
const mail = (value: "off" | "plugin", about: string) =>
  setting(renderer, { default: value, unit: "choice", about })

const timeZone = z.string().refine((name) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format() !== ""
  } catch {
    return false
  }
}, `write the name of a time zone, as in "Europe/Berlin".`)
const address = z.string().refine(isAddress, `write an email address, as in "owner@example.com".`)

/** Every setting, as it may be pinned under `settings` in medusa-config; flat, its key is `orders.when`. */
const definitions = {
  orders: {
    when: setting(z.enum(["pending", "authorized", "paid"]), {
      default: "authorized",
      unit: "choice",
      about:
        'When a message, or the buyer\'s browser, may place the order: "pending" as soon as the gateway has the payment in hand, "authorized" once authorised or captured, "paid" once captured in full.',
    }),
    failure_grace_minutes: setting(z.number().min(0).max(1440), {
      default: 10,
      unit: "minutes",
      about:
        "How long a failure, cancellation or expiry waits for a success that may still come, before the payment session is closed.",
    }),
    partial: setting(z.enum(["await", "accept"]), {
      default: "await",
      unit: "choice",
      about:
        'What becomes of a payment that is short of what was asked: "await" places no order until the rest has come, "accept" places the order with the part that came.',
    }),
    tolerance_percent: setting(z.number().min(0).max(5).multipleOf(0.01), {
      default: 0,
      unit: "percent",
      about:
        "A payment that is short or over by at most this share of what was asked counts as paid in full; meant for bank transfers.",
    }),
    cancel_unpaid_after_hours: setting(z.number().int().min(1).max(8760).nullable(), {
      default: null,
      unit: "hours",
      about:
        "An order that is still unpaid this long after it was placed is cancelled, after its gateway was asked; empty means never.",
    }),
    cancel_unpaid_on_failure: setting(z.boolean(), {
      default: false,
      unit: "yes or no",
      about: "Whether an unpaid order is cancelled when its payment failed for good.",
    }),
    late_payment: setting(z.enum(["revive", "review"]), {
      default: "revive",
      unit: "choice",
      about:
        'What becomes of money for an order that this plugin cancelled as unpaid: "revive" opens it again when the stock allows, "review" leaves it to a person.',
    }),
  },
  stock: {
    hold_on_start: setting(z.boolean(), {
      default: false,
      unit: "yes or no",
      about:
        "Whether goods are held for a buyer from the moment a payment is started; a buyer whose goods are held for somebody else cannot start to pay then.",
    }),
    hold_on_pending: setting(z.boolean(), {
      default: true,
      unit: "yes or no",
      about:
        "Whether goods are held while a gateway has the payment in hand and no order is placed yet, as for bank transfers.",
    }),
    hold_minutes: setting(z.record(holdName, z.number().int().min(1).max(86_400)), {
      default: {},
      unit: "minutes",
      about:
        'How long goods are held, by "<account>:<state>" where the account may be *: "started" while the buyer is at the gateway (30), "pending" while the bank works (1440), "transfer" while the buyer is to transfer the money (10080, or a day more than the due date that the gateway names).',
    }),
    after_failure: setting(z.enum(["release", "keep"]), {
      default: "release",
      unit: "choice",
      about:
        'What becomes of held goods when the payment failed for good: "release" frees them at once, "keep" lets the buyer try again until the hold ends.',
    }),
    longest_days: setting(z.number().int().min(1).max(60), {
      default: 14,
      unit: "days",
      about: "How long goods are held at most, however often a bank says that it is still working.",
    }),
  },
  events: setting(z.record(eventName, z.enum(["handle", "record", "ignore"])), {
    default: {},
    unit: "map",
    about:
      'What is done with payment events, by "<account>:<type>" where each may be *: "handle" settles them, "record" only keeps them, "ignore" marks them as ignored; the most specific line counts.',
  }),
  accounts: {
    paused: setting(z.array(z.string().min(1)).max(500), {
      default: [],
      unit: "accounts",
      about:
        "Accounts whose messages are received and kept, and settled only once they are no longer paused.",
    }),
  },
  reconcile: {
    ask: setting(z.boolean(), {
      default: true,
      unit: "yes or no",
      about: "Whether gateways are asked by schedule about payments that they told nothing of.",
    }),
    silence_hours: setting(z.number().min(1).max(720).nullable(), {
      default: null,
      unit: "hours",
      about:
        "After how many hours without a message, while payments are open, a gateway is reported as silent; empty means that it is learned from the account's own past.",
    }),
  },
  emails: {
    payment_received: mail(
      "plugin",
      "To the customer: the first payment or authorisation that covers the order."
    ),
    order_waiting: mail(
      "plugin",
      "To the customer: the order is placed and its money comes later; with instructions and due date."
    ),
    payment_reminder: mail("off", "To the customer: some hours before a payment must be there."),
    payment_failed: mail(
      "plugin",
      "To the customer: a payment failed or expired, and the time of grace is over."
    ),
    order_cancelled_unpaid: mail("plugin", "To the customer: an unpaid order was cancelled."),
    refund_completed: mail("plugin", "To the customer: the gateway confirmed a refund, in part or in full."),
    account_claim: mail("off", "To the customer: a guest paid; an offer to set a password."),
    merchant_issue: mail(
      "plugin",
      "To the alert addresses: new issues, gathered for 15 minutes; urgent ones at once."
    ),
    merchant_dispute: mail(
      "plugin",
      "To the alert addresses: a dispute was opened, must be answered soon, or was decided."
    ),
    merchant_silence: mail("plugin", "To the alert addresses: a gateway is quiet while payments are open."),
    merchant_daily: mail("off", "To the alert addresses: the totals of the day before."),
    templates: setting(z.partialRecord(z.enum(mailKinds), z.string().min(1).max(200)), {
      default: {},
      unit: "map",
      about:
        'The notification provider\'s template for each mail that it renders, as in "ipn.payment-received"; a mail that is not named here has its own name as template.',
    }),
    language: setting(z.enum(languages), {
      default: "en",
      unit: "choice",
      about: "The language of mails to customers whose own language is not known.",
    }),
    contact: setting(address.nullable(), {
      default: null,
      unit: "email address",
      about: "Where customers may ask; it stands at the end of each mail, and their replies go there.",
    }),
    reminder_hours: setting(z.number().int().min(1).max(720), {
      default: 24,
      unit: "hours",
      about: "How long before a payment must be there its reminder is sent.",
    }),
    time_zone: setting(timeZone, {
      default: "UTC",
      unit: "time zone",
      about: "The time zone of dates in mails, of quiet hours and of daily totals.",
    }),
  },
  alerts: {
    addresses: setting(z.array(address).max(20), {
      default: [],
      unit: "email addresses",
      about:
        "Who is told of issues, disputes and silence by mail; and who gets customers' mails of test payments.",
    }),
    language: setting(z.enum(languages), {
      default: "en",
      unit: "choice",
      about: "The language of mails to the alert addresses.",
    }),
    quiet_hours: setting(
      z
        .string()
        .regex(
          /^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/,
          `write two times, as in "22:00-07:00".`
        )
        .nullable(),
      {
        default: null,
        unit: "times",
        about:
          "When no mail goes to the alert addresses, urgent or not: it is sent when the hours end. Webhooks and the admin are told at once.",
      }
    ),
    feed: setting(z.boolean(), {
      default: true,
      unit: "yes or no",
      about: "Whether urgent issues and disputes are shown in the admin's notifications.",
    }),
  },
  retention: {
    payload_days: setting(z.number().int().min(1).max(3650), {
      default: 90,
      unit: "days",
      about:
        "How long the bytes, headers and sender address of a message are kept; without them it can no longer be replayed.",
    }),
    message_days: setting(z.number().int().min(30).max(3650), {
      default: 395,
      unit: "days",
      about:
        "How long a message's row is kept, and what lies beside it; payment events and the ledger stay, so that a message sent again later is still known.",
    }),
  },
} as const

type Tree = typeof definitions
type ValueOf<N> =
  N extends Definition<infer T>
    ? T
    : { readonly [K in keyof N]: N[K] extends Definition<infer T> ? T : never }
type PinOf<N> =
  N extends Definition<infer T>
    ? T
    : { readonly [K in keyof N]?: (N[K] extends Definition<infer T> ? T : never) | undefined }
type KeyOf<N, P extends string> = N extends Definition<unknown> ? P : `${P}.${keyof N & string}`

/** All settings with their values: `settings.orders.when`. */
export type Settings = { readonly [G in keyof Tree]: ValueOf<Tree[G]> }
/** The settings that medusa-config pins, in the same shape. */
export type Pins = { readonly [G in keyof Tree]?: PinOf<Tree[G]> | undefined }
/** A setting's name in the database and the admin: `orders.when`. */
export type SettingKey = { [G in keyof Tree & string]: KeyOf<Tree[G], G> }[keyof Tree & string]

const isDefinition = (node: object): node is Definition<unknown> => "schema" in node

const flat: ReadonlyMap<string, Definition<unknown>> = new Map(
  Object.entries(definitions).flatMap(([group, node]): [string, Definition<unknown>][] =>
    isDefinition(node)
      ? [[group, node]]
      : Object.entries(node).map(([name, one]) => [`${group}.${name}`, one as Definition<unknown>])
  )
)

/** All keys, in the order in which they are shown. */
export const settingKeys = [...flat.keys()] as readonly SettingKey[]

/** @returns undefined when there is no such setting. */
export function definitionOf(key: string): Definition<unknown> | undefined {
  return flat.get(key)
}

/** What may stand under `settings` in medusa-config: any of the settings, each of which is locked then. */
export const pinsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(definitions).map(([group, node]) => [
      group,
      isDefinition(node)
        ? node.schema.optional()
        : z
            .strictObject(
              Object.fromEntries(
                Object.entries(node).map(([name, one]) => [
                  name,
                  (one as Definition<unknown>).schema.optional(),
                ])
              )
            )
            .optional(),
    ])
  )
) as unknown as z.ZodType<Pins, Pins>

/** The pinned settings by their keys. */
export function flattenPins(pins: Pins): ReadonlyMap<SettingKey, unknown> {
  const groups = pins as Readonly<Record<string, unknown>>
  const found = settingKeys.map((key): [SettingKey, unknown] => {
    const [group = "", name] = key.split(".")
    const node = groups[group]
    return [key, name === undefined ? node : (node as Record<string, unknown> | undefined)?.[name]]
  })
  return new Map(found.filter(([, value]) => value !== undefined))
}

/** All settings: the given values by key, and the default wherever none is given or the given one does not fit any more. */
export function completeSettings(values: ReadonlyMap<string, unknown>): Settings {
  const settings: Record<string, unknown> = {}
  for (const [key, definition] of flat) {
    const parsed = values.has(key) ? definition.schema.safeParse(values.get(key)) : undefined
    const value = parsed?.success ? parsed.data : definition.default
    const [group = "", name] = key.split(".")
    if (name === undefined) settings[group] = value
    else settings[group] = { ...(settings[group] as object | undefined), [name]: value }
  }
  return settings as Settings
}

/**
 * What cannot be right of settings that each fit: accounts that are not configured, and messages that would be dropped
 * before their bytes. By key, as the end of a sentence.
 * @param given Only these keys are judged: what was stored earlier may name accounts that are gone.
 */
export function contradictionsIn(
  settings: Settings,
  given: ReadonlySet<string>,
  accountIds: ReadonlySet<string>
): { key: SettingKey; message: string }[] {
  const found: { key: SettingKey; message: string }[] = []
  const named = (key: SettingKey, accounts: readonly string[]) => {
    if (!given.has(key)) return
    for (const account of new Set(accounts)) {
      if (accountIds.has(account)) continue
      const known = [...accountIds].join(", ")
      found.push({ key, message: `no account "${account}" is configured; the accounts are ${known}.` })
    }
  }
  named("accounts.paused", settings.accounts.paused)
  named(
    "stock.hold_minutes",
    Object.keys(settings.stock.hold_minutes)
      .flatMap((name) => name.split(":")[0] ?? [])
      .filter((name) => name !== "*")
  )
  named(
    "events",
    Object.keys(settings.events)
      .flatMap((name) => name.split(":")[0] ?? [])
      .filter((name) => name !== "*")
  )
  const { payload_days: payload, message_days: message } = settings.retention
  if (payload > message) {
    const key = given.has("retention.payload_days") ? "retention.payload_days" : "retention.message_days"
    if (given.has(key)) {
      found.push({
        key,
        message: `a message's bytes cannot be kept for ${payload} days when the message is dropped after ${message}: make retention.message_days at least retention.payload_days.`,
      })
    }
  }
  return found
}

/** The settings as the plan takes them. */
export function policyOf({ orders }: Settings): Policy {
  const hours = orders.cancel_unpaid_after_hours
  return {
    orderWhen: orders.when,
    failureGraceMs: orders.failure_grace_minutes * 60_000,
    partial: orders.partial,
    tolerancePercent: orders.tolerance_percent,
    cancelUnpaidOnFailure: orders.cancel_unpaid_on_failure,
    cancelUnpaidAfterMs: hours === null ? null : hours * 3_600_000,
    latePayment: orders.late_payment,
  }
}

/** Whether buyers are emailed what became of their payment, whichever way it ends. */
export function emailsOutcome({ emails }: Settings): boolean {
  return emails.payment_received !== "off" && emails.payment_failed !== "off"
}

/** The settings about held goods, for an account. The account's own line counts before that of all. */
export function holdPolicyOf({ stock, orders }: Settings, accountId: string): HoldPolicy {
  const chosen = (state: HoldState): number | undefined =>
    stock.hold_minutes[`${accountId}:${state}`] ?? stock.hold_minutes[`*:${state}`]
  return {
    onStart: stock.hold_on_start,
    onPending: stock.hold_on_pending,
    lengthMs: (state) => (chosen(state) ?? holdMinutes[state]) * 60_000,
    isLengthChosen: (state) => chosen(state) !== undefined,
    keepAfterFailure: stock.after_failure === "keep",
    longestMs: stock.longest_days * 86_400_000,
    failureGraceMs: orders.failure_grace_minutes * 60_000,
  }
}

/**
 * What is done with an account's events of a type. The most specific line counts: account and type, then the account,
 * then the type, then everything; "handle" when there is none.
 */
export function eventMode(
  settings: Pick<Settings, "events">,
  accountId: string,
  type: string
): "handle" | "record" | "ignore" {
  const name = [`${accountId}:${type}`, `${accountId}:*`, `*:${type}`, "*:*"].find((line) =>
    Object.hasOwn(settings.events, line)
  )
  return name === undefined ? "handle" : (settings.events[name] ?? "handle")
}
