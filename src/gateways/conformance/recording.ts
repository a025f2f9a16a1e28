import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { z } from "@medusajs/framework/zod"
import { toMinorUnits, type Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { paymentEventTypes } from "../../domain/payment-event"
import { encodeWindows1252 } from "../verification/windows-1252"
import type { Account, HttpRequest, HttpResponse, Message } from "../gateway"

const pair = z.tuple([z.string(), z.string()])

const recordingSchema = z.strictObject({
  /** Where the payload comes from: an address, or a public repository and path. */
  source: z.string().min(1),
  /** What the message says, in one sentence. */
  says: z.string().min(1),
  method: z.enum(["GET", "POST"]).default("POST"),
  headers: z.record(z.string(), z.string()).default({}),
  query: z.array(pair).default([]),
  json: z.json().optional(),
  form: z.array(pair).optional(),
  text: z.string().optional(),
  charset: z.enum(["utf-8", "windows-1252"]).default("utf-8"),
  verdict: z.enum(["proven", "unproven"]),
  /** What the gateway answers when asked about the message; handed to the sender's `answer`. */
  confirmed: z.json().optional(),
  events: z.array(z.looseObject({ key: z.string(), type: z.enum(paymentEventTypes), test: z.boolean() })),
})

/** One message of a gateway as its own documentation shows it, without its signature, with what it must be read as. */
export type Recording = z.infer<typeof recordingSchema> & Readonly<{ name: string }>

/** What the placeholders of a recording are filled with. */
export type Values = Readonly<{
  reference: string
  money: Money
  /** The gateway's id of the payment. */
  payment: string
  /** The id of the message. */
  id: string
  at: Date
}>

/** Plays the gateway in tests. Its secrets are made up for tests. */
export type Sender<C> = Readonly<{
  account: Account<C>
  /** Options beyond the gateway's `secrets` that prove messages, such as a public key. */
  proofs?: readonly (keyof C & string)[]
  /** The message with the gateway's signature, made as the gateway's documentation says. */
  sign(message: Message, account: Account<C>, at: Date): Message
  /** What the gateway answers to a call of `confirm`: that the message is its own, or that it is not. */
  answer?(request: HttpRequest, question: Question<C>): HttpResponse
  /** What an installed Medusa payment provider makes of the message, for gateways whose `confirm` asks one. */
  askProvider?(providerId: string, question: Question<C>): unknown
}>

export type Question<C> = Readonly<{
  account: Account<C>
  message: Message
  says: "yes" | "no"
  /** The recording's `confirmed`, filled. */
  confirmed: unknown
}>

/** A value that is exactly one of these becomes a number in `json`. */
const numeric: Readonly<Record<string, keyof ReturnType<typeof texts>>> = {
  "{{minor}}": "minor",
  "{{unix}}": "unix",
  "{{amountNumber}}": "amount",
}

/** The recordings of a gateway's folder, by name. @throws Error that names the file and what is wrong with it. */
export function loadRecordings(gatewayFolder: string): Recording[] {
  const folder = join(gatewayFolder, "recordings")
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      try {
        return readRecording(file.slice(0, -".json".length), readFileSync(join(folder, file), "utf8"))
      } catch (cause) {
        throw new Error(`${join(folder, file)}: ${messageOf(cause)}`, { cause })
      }
    })
}

function messageOf(error: unknown): string {
  return error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
}

function readRecording(name: string, text: string): Recording {
  const recording = recordingSchema.parse(JSON.parse(text))
  const bodies = [recording.json, recording.form, recording.text].filter((body) => body !== undefined)
  if (bodies.length > 1) throw new Error(`recording "${name}" has more than one of json, form and text`)
  if (bodies.length === 0 && recording.method === "POST") throw new Error(`recording "${name}" has no body`)
  return { name, ...recording }
}

/** Values that no other call gives, for `42.00 eur` unless said otherwise. */
export function freshValues(values: Partial<Values> = {}): Values {
  const count = String(++made).padStart(6, "0")
  return {
    reference: `payses_01TEST${count}`,
    money: { amount: "42.00", currency: "eur" },
    payment: `pay_${count}`,
    id: `msg_${count}`,
    at: new Date("2026-01-15T10:30:00.000Z"),
    ...values,
  }
}
let made = 0

/** The message of a recording, unsigned: the sender's `sign` adds what proves it. */
export function fill(recording: Recording, values: Values): Message {
  const [body, type] = writeBody(recording, values)
  return {
    method: recording.method,
    url: "https://shop.example/hooks/ipn/test",
    query: writeForm(recording.query, values, "utf-8").toString("latin1"),
    headers: {
      ...(type ? { "content-type": type } : {}),
      ...(fillAll(recording.headers, values) as Record<string, string>),
    },
    body,
    ip: "203.0.113.7",
    receivedAt: values.at,
  }
}

/** The payment events that the message of a recording must be read as. */
export function expectedEvents(recording: Recording, values: Values): PaymentEvent[] {
  return (fillAll(recording.events, values) as Record<string, unknown>[]).map((event) => ({
    ...(event as PaymentEvent),
    ...(typeof event.occurredAt === "string" ? { occurredAt: new Date(event.occurredAt) } : {}),
    ...(typeof event.dueAt === "string" ? { dueAt: new Date(event.dueAt) } : {}),
  }))
}

/** The recording's `confirmed` with its placeholders filled, numbers as in a `json` body. */
export function fillConfirmed(recording: Recording, values: Values): unknown {
  return fillAll(recording.confirmed, values, true)
}

function writeBody(recording: Recording, values: Values): [body: Buffer, contentType: string | undefined] {
  const { charset } = recording
  if (recording.json !== undefined) {
    return [Buffer.from(JSON.stringify(fillAll(recording.json, values, true))), "application/json"]
  }
  if (recording.form) return [writeForm(recording.form, values, charset), "application/x-www-form-urlencoded"]
  if (recording.text === undefined) return [Buffer.alloc(0), undefined]
  return [encode(fillText(recording.text, values), charset), "text/plain"]
}

function writeForm(
  fields: readonly [string, string][],
  values: Values,
  charset: Recording["charset"]
): Buffer {
  const escape = (text: string) =>
    [...encode(fillText(text, values), charset)]
      .map((byte) => {
        const character = String.fromCharCode(byte)
        if (/[A-Za-z0-9_.*-]/.test(character)) return character
        return character === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
      })
      .join("")
  return Buffer.from(fields.map(([name, value]) => `${escape(name)}=${escape(value)}`).join("&"))
}

function encode(text: string, charset: Recording["charset"]): Buffer {
  return charset === "utf-8" ? Buffer.from(text) : encodeWindows1252(text)
}

function fillAll(value: unknown, values: Values, numbers = false): unknown {
  if (typeof value === "string") {
    const number = numbers ? numeric[value] : undefined
    return number ? Number(texts(values)[number]) : fillText(value, values)
  }
  if (Array.isArray(value)) return value.map((item) => fillAll(item, values, numbers))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [fillText(key, values), fillAll(item, values, numbers)])
  )
}

function fillText(text: string, values: Values): string {
  const known: Record<string, string> = texts(values)
  return text.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
    const value = known[name]
    if (value === undefined) throw new Error(`there is no placeholder ${placeholder}`)
    return value
  })
}

function texts({ reference, money, payment, id, at }: Values) {
  const minor = toMinorUnits(money).toString()
  const unix = String(Math.floor(at.getTime() / 1000))
  return {
    reference,
    amount: money.amount,
    amountNumber: money.amount,
    minor,
    minorText: minor,
    currency: money.currency,
    CURRENCY: money.currency.toUpperCase(),
    payment,
    id,
    unix,
    unixText: unix,
    iso: at.toISOString(),
  }
}
