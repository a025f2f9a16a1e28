import type { z } from "@medusajs/framework/zod"
import type { Money } from "../domain/money"
import type { PaymentEvent } from "../domain/payment-event"
import type { GatewaySetup } from "./gateway-setup"

/** One HTTP call from a gateway exactly as it arrived; nothing in it is parsed. */
export type Message = Readonly<{
  method: "GET" | "POST"
  /** The public notify URL of the account, from the configuration: never read from the request. */
  url: string
  /** The query string as sent, without the question mark. */
  query: string
  /** Names in lower case; a header sent twice is joined with ", ". */
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  /** The address of the sender as seen by the server. */
  ip: string
  receivedAt: Date
}>

/** One configured merchant account of a gateway. Secrets in the config are lists: rotation keeps the previous one valid. */
export type Account<C> = Readonly<{ id: string; mode: "live" | "test"; config: C }>

/** Whether a message can be believed. */
export type Verdict = Proven | Unproven | Refused
export type Proven = Readonly<{
  kind: "proven"
  by: "hmac" | "hash" | "rsa" | "ed25519" | "token" | "mtls"
  /** What the proof covers. Where it is less than the body, unsigned fields may not be used without `confirm`. */
  covers: "body" | "fields" | "id"
  /** The signed time of sending, where the scheme has one. */
  sentAt?: Date
  /** Which of several configured secrets matched: 0 is the current one. */
  keyId?: string
}>
/** Stored under a quota and usable only after `confirm`. */
export type Unproven = Readonly<{
  kind: "unproven"
  why: "thin" | "unsigned" | "needs-postback" | "unknown-key"
}>
/** Never stored, never acted on. */
export type Refused = Readonly<{
  kind: "refused"
  why: "missing" | "mismatch" | "stale" | "weak" | "malformed" | "wrong-account" | "probe"
}>

/** What the gateway is told. Default for an accepted message: 200 with an empty body. */
export type Reply = Readonly<{ status: number; headers?: Readonly<Record<string, string>>; body?: string }>

/** What `acknowledge` is told about the message: stored durably, or refused by the verdict. */
export type Receipt = Readonly<{ kind: "stored" }> | Readonly<{ kind: "refused"; why: Refused["why"] }>

/** What we asked the gateway for before the buyer left: what its messages are compared with. */
export type Expected = Readonly<{
  /** Our reference: the Medusa payment session id. */
  reference: string
  money: Money
  /** The gateway's own ids of the payment that are known so far, oldest first: of a checkout session and of its payment. */
  gatewayPayments: readonly string[]
}>

export type HttpRequest = Readonly<{
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
}>
export type HttpResponse = Readonly<{
  status: number
  headers: Readonly<Record<string, string>>
  body: Uint8Array
}>

/**
 * The only way a gateway reaches the network or the clock. Follows no redirects, has a time-out (10 s) and a size cap
 * (1 MB). Throws when the other side cannot be reached: the caller lets that pass, so that the work is tried again.
 */
export type Io = Readonly<{
  request(request: HttpRequest): Promise<HttpResponse>
  now(): Date
  /**
   * What `make` resolves to, kept in this process for so many milliseconds: access tokens and certificates. The key must
   * hold the account's id. Nothing is kept of a `make` that throws.
   */
  remember(key: string, forMs: number, make: () => Promise<string>): Promise<string>
}>

/** What `confirm` may use besides the network. */
export type ConfirmIo = Io &
  Readonly<{
    /** What we asked the gateway for under a reference; undefined when the reference is not ours. */
    expected(reference: string): Promise<Expected | undefined>
    /** Asks an installed Medusa payment provider what a message means (`getWebhookActionAndData`): for take-over. */
    askProvider(providerId: string, message: Message): Promise<unknown>
  }>

export type CreateInput = Readonly<{
  /** The Medusa payment session id; also the idempotency key. */
  reference: string
  money: Money
  /** Where the gateway sends its messages: `<publicUrl>/hooks/ipn/<account>`. */
  notifyUrl: string
  /** Where the gateway sends the buyer's browser afterwards. */
  returnUrl: string
  cancelUrl: string
  email?: string
  description?: string
}>

/** Where the buyer goes next. Shown to the buyer: nothing secret in it. */
export type Created = Readonly<{
  gatewayPayment?: string
  next:
    | Readonly<{ kind: "redirect"; url: string }>
    | Readonly<{ kind: "form"; url: string; fields: Readonly<Record<string, string>> }>
    | Readonly<{
        kind: "instructions"
        lines: readonly string[]
        /** What the buyer writes on the transfer. */
        reference?: string
        dueAt?: Date
        /** The text of a QR code that the buyer's bank reads. */
        qr?: string
      }>
}>

/**
 * A call that moves money. `key` is the idempotency key, the id of Medusa's capture, refund or payment: the same call with
 * the same key, within a day, moves nothing again and tells what the first did, for its answer may have been lost.
 */
export type MoneyInput = Readonly<{
  expected: Expected
  money: Money
  key: string
  /** Where the gateway tells how it went, for gateways that are told so with each call. */
  notifyUrl?: string
}>

/** A change that the gateway answered no to, in words for the store owner. Not thrown for outages: those are tried again. */
export class GatewayRefusedError extends Error {
  override name = "GatewayRefusedError"
}

/**
 * How one payment gateway speaks. A gateway knows nothing of deduplication, matching, amounts expected, retries,
 * orders or mails. `verify`, `parse` and `acknowledge` are pure: no network, no clock, no state; they never throw on
 * any input but a message that they cannot read, where `parse` throws.
 */
export type Gateway<C = unknown> = Readonly<{
  /** The folder's name, as written in medusa-config. */
  id: string
  /** The name that people know. */
  title: string
  /** The gateway's own documentation of its messages. */
  docs: string
  /** The account's options, with a sentence for every mistake. Refuses empty, short or ill-formed secrets. */
  config: z.ZodType<C>
  /** What is wrong with the account beyond its options, such as a test key in a live account: one sentence each, with the fix. */
  check?(account: Account<C>): readonly string[]
  /** Which options are secret: never stored, never shown. */
  secrets: readonly string[]
  /** Those of them that starting a payment needs; an account without them only receives. Default: none that may be left out. */
  startsPaymentsWith?: readonly string[]
  /** What the store owner does in the gateway's dashboard; shown in the admin beside the notify address. */
  setup?: GatewaySetup
  /** Calls that are no notifications (challenges, set-up probes): answered at once, never stored. */
  handshake?(message: Message, account: Account<C>): Reply | undefined
  verify(message: Message, account: Account<C>): Verdict
  /** The payment events in a message; none for kinds that move no money. Throws when the message cannot be read. */
  parse(message: Message, account: Account<C>): readonly PaymentEvent[]
  /**
   * Turns an unproven message into believed events by asking the gateway: runs in the worker and is tried again when
   * it throws.
   */
  confirm?(message: Message, account: Account<C>, io: ConfirmIo): Promise<Confirmation>
  acknowledge?(receipt: Receipt, message: Message, account: Account<C>): Reply
  /** Absent for gateways that only notify. */
  operations?: Operations<C>
}>

export type Confirmation =
  | Readonly<{ kind: "confirmed"; events: readonly PaymentEvent[] }>
  /** The gateway's own, and nobody can read it: a person must look, and `parse` reads it again when it is replayed. */
  | Readonly<{ kind: "unreadable"; why: string }>
  /** Not the gateway's own, as it says itself: dropped, and counted with the refused calls. `why` is for the owner. */
  | Denied
export type Denied = Readonly<{
  kind: "denied"
  why: string
  /** Nobody can tell it from a genuine message that says nothing to us: dropped too, but not counted as a refusal. */
  maybeGenuine?: boolean
}>

export type Operations<C> = Readonly<{
  create(input: CreateInput, account: Account<C>, io: Io): Promise<Created>
  /**
   * The gateway's truth now, as events with `totals`; an empty list when it knows no such payment. An event names the
   * reference that the gateway's own object bears, and none where that bears none: what was asked for proves nothing,
   * since a buyer may have written the id of another payment into Medusa's session. Where the gateway leaves the last
   * step of a payment that its buyer approved to the store, that step is taken here, once.
   */
  fetch?(expected: Expected, account: Account<C>, io: Io): Promise<readonly PaymentEvent[]>
  /** Whether `fetch` takes such a last step: then it is never asked about payments that another provider made. */
  completes?: boolean
  /**
   * Whether this account can be asked at all, as some can only with a key: without it nothing is concluded from what
   * `fetch` and `list` do not tell. Default: yes.
   */
  answers?(account: Account<C>): boolean
  /**
   * Minutes after a payment was started, growing, at which `fetch` is asked while nothing decides it: for a gateway whose
   * payments take much shorter or longer than most. Default: from 10 minutes to 14 days, 11 times.
   */
  askAfterMinutes?: readonly number[]
  capture?(input: MoneyInput, account: Account<C>, io: Io): Promise<readonly PaymentEvent[]>
  refund?(input: MoneyInput, account: Account<C>, io: Io): Promise<readonly PaymentEvent[]>
  cancel?(input: MoneyInput, account: Account<C>, io: Io): Promise<readonly PaymentEvent[]>
  /**
   * Every payment that the gateway made or changed in a period, as `fetch` would tell it: for comparing the store with
   * the gateway. Page by page, in any order, all events of one payment in one page; `from` is inclusive, `to` exclusive.
   */
  list?(
    period: Readonly<{ from: Date; to: Date }>,
    account: Account<C>,
    io: Io
  ): AsyncIterable<readonly PaymentEvent[]>
}>

/** Keeps the config's type inside the folder and hands out a gateway that the rest of the house can hold. */
export function defineGateway<C>(
  gateway: Gateway<C> & {
    secrets: readonly (keyof C & string)[]
    startsPaymentsWith?: readonly (keyof C & string)[]
  }
): Gateway<C> {
  return gateway
}
