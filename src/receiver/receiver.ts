import type { ConfiguredAccount } from "../gateways/configured-account"
import type { Message, Receipt, Refused, Reply, Verdict } from "../gateways/gateway"
import { BatcherFullError, createBatcher } from "./batch"
import { answerProbe } from "./probe"
import { describeError } from "./describe-error"
import { readProven } from "./read-proven"
import type { Inbox, Reading } from "./received"
import { createTalliedLog, type Log } from "./tallied-log"
import { createUlids } from "./ulids"
import { createUnprovenQuota, type UnprovenLimits } from "./unproven-quota"

/** An HTTP call to a notify URL, read but not looked into. */
export type IncomingCall = Readonly<{
  accountId: string
  method: "GET" | "POST"
  /** The query string as sent, without the question mark. */
  query: string
  /** Names in lower case; a header sent twice is joined with ", ". */
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  ip: string
}>

export type ReceiverLimits = Readonly<{
  /** The most calls worked on at once; more are told to come again. Default 1000. */
  inFlight: number
  /** The most messages of one commit. Default 200. */
  batch: number
  /** How long one commit may take before its messages are told to come again. Default 10,000. */
  storeTimeoutMs: number
  /** For messages that prove nothing by themselves. Default 1000 waiting per account; per address bursts of 200, then 50 a second. */
  unproven: UnprovenLimits
}>

export type Receiver = Readonly<{
  /**
   * Verifies and stores one call and says what to answer. Never throws. An answer that accepts is given only
   * after the commit. 404 unknown account; the gateway's own refusal or 401 for what is not proven; 429 when too many
   * unproven messages wait; 503 when it cannot be stored now.
   */
  receive(call: IncomingCall): Promise<Reply>
  /** Refuses new calls with 503 and resolves when those under way are answered. */
  drain(): Promise<void>
}>

export type ReceiverOptions = Readonly<{
  /** By account id. */
  accounts: ReadonlyMap<string, ConfiguredAccount>
  inbox: Inbox
  log: Log
  now?: () => Date
  limits?: Partial<ReceiverLimits>
}>

/** How long a commit may take, in milliseconds, where nothing else is said. */
export const storeTimeoutMs = 10_000

const defaults: ReceiverLimits = {
  inFlight: 1000,
  batch: 200,
  storeTimeoutMs,
  unproven: { waiting: 1000, burst: 200, perSecond: 50 },
}

/** What is logged of a message that no one could read. */
export const unreadable = "a proven message could not be read and waits for review"

const unknownAccount: Reply = { status: 404, body: "Not found" }
const accepted: Reply = { status: 200 }
const unreadableCall: Reply = { status: 400 }
const unauthorized: Reply = { status: 401 }
const comeAgain: Reply = { status: 503, headers: { "retry-after": "5" } }

/**
 * The path of every message: handshake, verify, store, acknowledge; it is read when it is sorted. Knows neither HTTP nor Postgres nor Medusa.
 * What HTTP says: stored = the gateway's own "accepted", else 200; refused = its own refusal, else 401;
 * unknown account = 404; too many unproven = 429; not stored = 503, so that the gateway sends it again.
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { accounts, inbox, now = () => new Date() } = options
  const limits: ReceiverLimits = { ...defaults, ...options.limits }
  const log = createTalliedLog(options.log, now)
  const ulid = createUlids()
  const quota = createUnprovenQuota(limits.unproven, (accountId) => inbox.countUnproven(accountId), now)
  const batcher = createBatcher<string>({
    write: (entries) => inbox.store(entries),
    maxBatch: limits.batch,
    maxWaiting: limits.inFlight,
    timeoutMs: limits.storeTimeoutMs,
  })
  let inFlight = 0
  let draining = false
  const wakeDrained: (() => void)[] = []

  async function answer(configured: ConfiguredAccount, message: Message): Promise<Reply> {
    const { account, gateway } = configured
    let verdict: Verdict
    try {
      const greeting = gateway.handshake?.(message, account)
      if (greeting) return greeting
      verdict = gateway.verify(message, account)
    } catch (error) {
      log.tell("error", account.id, `the gateway could not look at a call: ${describeError(error)}`)
      note(account.id, "malformed", message)
      return unreadableCall
    }

    if (verdict.kind === "refused") {
      log.tell("warn", account.id, `refused a call: ${verdict.why}`)
      note(account.id, verdict.why, message)
      return acknowledge(configured, message, { kind: "refused", why: verdict.why }) ?? unauthorized
    }

    if (verdict.kind === "unproven") {
      const retryAfter = await quota.admit(account.id, message.ip)
      if (retryAfter !== undefined) {
        log.tell("warn", account.id, "turned an unproven message away: too many wait to be confirmed")
        return { status: 429, headers: { "retry-after": String(retryAfter) } }
      }
    }

    const entry = inbox.entryOf({
      id: `ipnmsg_${ulid(message.receivedAt.getTime())}`,
      accountId: account.id,
      gatewayId: gateway.id,
      message,
      verdict,
      read: () => read(configured, message),
    })
    await batcher.add(entry)
    return acknowledge(configured, message, { kind: "stored" }) ?? accepted
  }

  function read(configured: ConfiguredAccount, message: Message): Reading {
    const reading = readProven(configured, message)
    if (reading.unreadable !== undefined) log.tell("error", configured.account.id, unreadable)
    return reading
  }

  function acknowledge(configured: ConfiguredAccount, message: Message, receipt: Receipt): Reply | undefined {
    try {
      return configured.gateway.acknowledge?.(receipt, message, configured.account)
    } catch (error) {
      log.tell(
        "error",
        configured.account.id,
        `the gateway could not word its answer: ${describeError(error)}`
      )
      return undefined
    }
  }

  function note(accountId: string, why: Refused["why"], message: Message): void {
    try {
      inbox.noteRefusal({ accountId, why, ip: message.ip, at: message.receivedAt })
    } catch (error) {
      log.tell("error", accountId, `a refusal could not be noted: ${describeError(error)}`)
    }
  }

  return {
    async receive(call) {
      const configured = accounts.get(call.accountId)
      if (!configured) {
        log.tell("warn", "-", "a call to an account that is not configured")
        return unknownAccount
      }
      const probed = answerProbe(call.headers, configured.notifyUrl, call.body)
      if (probed) return probed
      if (draining || inFlight >= limits.inFlight) {
        if (!draining) log.tell("warn", call.accountId, "told a call to come again: too many at once")
        return comeAgain
      }
      inFlight += 1
      try {
        return await answer(configured, {
          method: call.method,
          url: configured.notifyUrl,
          query: call.query,
          headers: call.headers,
          body: call.body,
          ip: call.ip,
          receivedAt: now(),
        })
      } catch (error) {
        const what =
          error instanceof BatcherFullError
            ? "told a call to come again: too many wait to be stored"
            : `a message could not be stored and was asked to come again: ${describeError(error)}`
        log.tell("error", call.accountId, what)
        return comeAgain
      } finally {
        inFlight -= 1
        if (inFlight === 0) for (const wake of wakeDrained.splice(0)) wake()
      }
    },
    async drain() {
      draining = true
      if (inFlight > 0) await new Promise<void>((resolve) => wakeDrained.push(resolve))
      log.flush()
    },
  }
}
