import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type {
  IEventBusModuleService,
  IInventoryService,
  IWorkflowEngineService,
  Logger,
} from "@medusajs/framework/types"
import { MedusaService, Modules } from "@medusajs/framework/utils"
import { ulid } from "ulid"
import { holdPolicyOf } from "../../config/settings"
import { readConfiguration, type Configuration } from "../../config/configuration"
import type { Surroundings } from "../../config/surroundings"
import { assertPaymentEvents } from "../../domain/assert-payment-events"
import { laneKeyOf } from "../../domain/lane-key"
import type { PaymentEvent } from "../../domain/payment-event"
import type { ConfiguredAccount } from "../../gateways/configured-account"
import type { Message, Reply } from "../../gateways/gateway"
import { readProven } from "../../receiver/read-proven"
import { printable } from "../../receiver/tallied-log"
import type { Refusal } from "../../receiver/received"
import { createReceiver, type IncomingCall, type Receiver } from "../../receiver/receiver"
import { Alerts } from "./alerts/alerts"
import { createWebhookChannel, webhookChannel } from "./alerts/webhook-channel"
import { Asking } from "./asking/asking"
import { Browsing } from "./browsing/browsing"
import { Comparing } from "./comparing/comparing"
import { Holds } from "./holds/holds"
import { endClaim, type Claim, type Settlement } from "./inbox/claim-lanes"
import { countUnproven } from "./inbox/count-unproven"
import { openIntake, type Intake } from "./inbox/intake"
import { Guests } from "./guests/guests"
import { Decisions } from "./decisions/decisions"
import { AskedMoney } from "./inbox/asked-money"
import { Effects } from "./inbox/effects"
import * as expectedPayments from "./inbox/expected-payments"
import * as laneEvents from "./inbox/lane-events"
import { RefusalCounts } from "./inbox/refusal-counts"
import { RefusalRing } from "./inbox/refusals"
import { makeRestockedDue } from "./inbox/restocked"
import { createReadEntry } from "./inbox/read-entry"
import { Sorting } from "./inbox/sorting"
import { storeEvents } from "./inbox/store-events"
import { Ledger } from "./ledger/ledger"
import { Issues } from "./issues/issues"
import { Watching } from "./issues/watching"
import IpnDayCount from "./models/day-count"
import IpnDecision from "./models/decision"
import IpnDifference from "./models/difference"
import IpnEffect from "./models/effect"
import IpnErasure from "./models/erasure"
import IpnExpectedPayment from "./models/expected-payment"
import IpnHold from "./models/hold"
import IpnIssue from "./models/issue"
import IpnLane from "./models/lane"
import IpnLedgerEntry from "./models/ledger-entry"
import IpnMessage from "./models/message"
import IpnOutbox from "./models/outbox"
import IpnPaymentEvent from "./models/payment-event"
import IpnReconciliation from "./models/reconciliation"
import IpnRefusal from "./models/refusal"
import IpnReplay from "./models/replay"
import IpnSetting from "./models/setting"
import IpnSettingChange from "./models/setting-change"
import { readPaymentRows, type PaymentAsked, type PaymentRows } from "./payment-rows"
import {
  createFeedChannel,
  createMailChannel,
  feedChannel,
  mailChannel,
  type SendResult,
} from "./mails/mail-channel"
import { Mails } from "./mails/mails"
import { readLockSubject, readLockSubjectOfOrder } from "./lock-subject"
import { network } from "./network"
import { addressOf } from "./open-pool"
import { busChannel, createBus } from "./outbox/bus"
import type { OutboxRow } from "./outbox/claim-told"
import { Outbox } from "./outbox/outbox"
import { OwnPort } from "./own-port/own-port"
import { Erasure } from "./privacy/erasure"
import { Replays } from "./replays/replays"
import { Payloads } from "./privacy/payloads"
import { redactText } from "./privacy/redact-text"
import { Retention } from "./privacy/retention"
import { Settings } from "./settings/settings"
import { SubjectLock } from "./subject-lock"
import { Buyers } from "./waiting/buyers"
import { laneOf, Waiting } from "./waiting/waiting"
import { Worker } from "./worker"

/** The workflow by which a worker settles a lane; defined in src/workflows, named here because the worker runs it. */
export const settleLaneWorkflowId = "ipn-settle-lane"
/** The workflow by which a mail is written and sent, or shown in the admin. */
export const sendMailWorkflowId = "ipn-send-mail"
/** The workflow by which the goods of a cart are held when a payment starts. */
export const holdGoodsWorkflowId = "ipn-hold-goods"

type Dependencies = {
  logger: Logger
  __pg_connection__: Knex
  configModule: Pick<Surroundings, "plugins" | "modules"> & {
    projectConfig?: { workerMode?: "shared" | "worker" | "server" }
  }
  [Modules.WORKFLOW_ENGINE]: IWorkflowEngineService
  [Modules.EVENT_BUS]?: IEventBusModuleService
  [Modules.INVENTORY]?: IInventoryService
}

/**
 * The plugin's module: receives and stores messages, claims lanes for its worker, and answers what was expected and
 * what was told. It calls no workflow of Medusa by itself but the one that settles a lane.
 */
export default class IpnModuleService extends MedusaService({
  IpnDayCount,
  IpnDecision,
  IpnDifference,
  IpnEffect,
  IpnErasure,
  IpnExpectedPayment,
  IpnHold,
  IpnIssue,
  IpnLane,
  IpnLedgerEntry,
  IpnMessage,
  IpnOutbox,
  IpnPaymentEvent,
  IpnReconciliation,
  IpnRefusal,
  IpnReplay,
  IpnSetting,
  IpnSettingChange,
}) {
  readonly configuration: Configuration
  /** Lets one at a time work on a cart or payment collection, across processes. */
  readonly lock: SubjectLock
  /** What can be changed without a deploy. */
  readonly settings: Settings
  /** What people decided about payments in review. */
  readonly decisions: Decisions
  /** Double entry of what gateways hold for us. */
  readonly ledger: Ledger
  /** Asks gateways by ourselves, on a schedule or now. */
  readonly asking: Asking
  /** Compares periods with gateways. */
  readonly comparing: Comparing
  /** What others are told, once per fact. */
  readonly outbox: Outbox
  /** Tells the owner of problems. */
  readonly alerts: Alerts
  /** What is looked at again before a mail goes. */
  readonly mails: Mails
  /** The problems that the owner should know of. */
  readonly issues: Issues
  /** Finds the problems that no single payment shows. */
  readonly watching: Watching
  /** Drops what was kept long enough. */
  readonly retention: Retention
  /** Erases what messages told about a person. */
  readonly erasure: Erasure
  /** Lets messages be read and payments be settled again. */
  readonly replays: Replays
  /** What was changed in the store, and what a crash cut. */
  readonly effects: Effects
  /** The captures and refunds that the store asks of gateways. */
  readonly askedMoney: AskedMoney
  /** What people look at: lists, single things and numbers. */
  readonly browsing: Browsing
  /** What buyers are told of their payments. */
  readonly buyers: Buyers
  /** Accounts that guests may claim. */
  readonly guests: Guests
  /** The goods that are kept for buyers while a payment is under way. */
  readonly holds: Holds
  readonly io = network

  private readonly waiting: Waiting
  private readonly payloads: Payloads
  private readonly sorting: Sorting
  private readonly db: Knex
  private readonly intake: Intake
  private readonly logger: Logger
  private readonly receiver: Receiver
  private readonly worker: Worker | undefined
  private readonly ownPort: OwnPort | undefined
  private readonly refusalCounts: RefusalCounts
  private readonly refusalRing: RefusalRing
  private readonly workerMode: "shared" | "worker" | "server"
  private readonly engine: IWorkflowEngineService

  constructor(dependencies: Dependencies, moduleOptions: Record<string, unknown>) {
    // eslint-disable-next-line prefer-rest-params -- MedusaService takes exactly what the module loader gives
    super(...(arguments as unknown as []))
    // Medusa adds its own database settings to every module's options.
    const { database: _, ...options } = moduleOptions
    this.db = dependencies.__pg_connection__
    const { plugins, modules } = dependencies.configModule
    this.configuration = readConfiguration(options, { plugins, modules, database: addressOf(this.db) })
    this.logger = dependencies.logger
    const { accounts, pins } = this.configuration
    this.decisions = new Decisions(this.db)
    this.effects = new Effects(this.db)
    this.askedMoney = new AskedMoney(this.db)
    this.settings = new Settings(this.db, pins, new Set(accounts.keys()))
    this.payloads = new Payloads(accounts, this.configuration.payloadKeys)
    this.sorting = new Sorting(this.db, createReadEntry(accounts, this.payloads, this.logger))
    this.browsing = new Browsing(this.db, this.sorting, accounts, () => this.settings.read())
    this.retention = new Retention(this.db, () => this.settings.read())
    this.erasure = new Erasure(this.db, this.sorting)
    this.replays = new Replays(this.db)
    this.outbox = new Outbox(this.db, this.logger)
    // Asked for at each event: Medusa makes its event bus after this module.
    this.outbox.register(
      busChannel,
      createBus(() => dependencies[Modules.EVENT_BUS])
    )
    const { alertWebhook } = this.configuration
    this.alerts = new Alerts(this.db, this.outbox, this.settings, alertWebhook !== undefined)
    this.issues = new Issues(this.db, this.outbox, this.alerts)
    this.mails = new Mails(this.db)
    const send = (row: OutboxRow) => this.sendMail(row)
    this.outbox.register(mailChannel, createMailChannel(this.db, this.issues, send))
    this.outbox.register(feedChannel, createFeedChannel(this.db, send))
    if (alertWebhook) this.outbox.register(webhookChannel, createWebhookChannel(alertWebhook, this.issues))
    this.watching = new Watching(this.db, this.issues, [...accounts.keys()])
    this.ledger = new Ledger(this.db)
    const { concurrency, pollMs } = this.configuration.worker
    this.waiting = new Waiting(this.db, pollMs, this.logger)
    this.buyers = new Buyers(this.db, accounts, this.configuration.tokenKeys, this.settings, this.waiting)
    this.guests = new Guests(this.db, this.buyers)
    this.holds = new Holds({
      db: this.db,
      inventory: () => dependencies[Modules.INVENTORY],
      told: (cartId) => {
        this.outbox.wake()
        this.waiting.tell(cartId)
      },
    })
    this.lock = new SubjectLock(addressOf(this.db), concurrency)
    this.workerMode = dependencies.configModule.projectConfig?.workerMode ?? "shared"
    this.engine = dependencies[Modules.WORKFLOW_ENGINE]
    this.worker = this.createWorker()
    this.refusalCounts = new RefusalCounts(this.db, (error) => this.warnOfRefusal(error))
    this.refusalRing = new RefusalRing(this.db, (error) => this.warnOfRefusal(error))
    const receiving = {
      database: addressOf(this.db),
      countUnproven: (accountId: string) => countUnproven(this.db, this.sorting, accountId),
      noteRefusal: (refusal: Refusal) => this.noteRefusal(refusal),
    }
    this.intake = openIntake({ ...receiving, payloads: this.payloads, stored: () => this.wake() })
    this.receiver = createReceiver({ accounts, inbox: this.intake, log: this.logger })
    const { receiver: address } = this.configuration
    if (address && this.workerMode !== "worker") {
      this.ownPort = new OwnPort({
        ...receiving,
        configuration: this.configuration,
        address,
        log: this.logger,
        receive: (call) => this.receive(call),
        stored: this.worker && (() => this.wake()),
      })
    }
    const asking = {
      db: this.db,
      sorting: this.sorting,
      accounts,
      io: this.io,
      store: (accountId: string, events: readonly PaymentEvent[]) => this.storeEvents(accountId, events),
      log: this.logger,
    }
    this.asking = new Asking(asking)
    this.comparing = new Comparing(asking, { runsHere: this.worker !== undefined })
  }

  __hooks = {
    onApplicationStart: async () => {
      this.holds.start()
      await this.listenOnOwnPort()
      this.worker?.start()
      if (this.workerMode !== "server") this.outbox.start()
    },
    onApplicationPrepareShutdown: async () => {
      this.waiting.close()
      await this.ownPort?.close()
      await this.receiver.drain()
      await this.refusalCounts.flush()
      await this.worker?.drain()
      await this.outbox.drain()
    },
    onApplicationShutdown: async () => {
      await this.lock.close()
      await this.intake.close()
    },
  }

  /** Receives one HTTP call of a gateway: resolves to the answer once the message is stored, or refused. */
  async receive(call: IncomingCall): Promise<Reply> {
    return this.receiver.receive(call)
  }

  /** The account under which the webhooks of a Medusa payment provider are received; undefined when they are not. */
  takenOver(provider: string): string | undefined {
    const configured = this.configuration.accounts.get(provider.replace(/^pp_/, ""))
    return configured?.takenOver ? configured.account.id : undefined
  }

  /** @throws Error when no such account is configured any more. */
  account(id: string): ConfiguredAccount {
    const configured = this.configuration.accounts.get(id)
    if (!configured) {
      throw new Error(`No account "${id}" is configured: add it back under \`accounts\` in medusa-config.`)
    }
    return configured
  }

  /** Stores what the gateway confirmed or answered, and settles it. Returns how many events were new. */
  async storeEvents(
    accountId: string,
    events: readonly PaymentEvent[],
    from: { messageId?: string; receivedAt?: Date } = {}
  ): Promise<number> {
    const receivedAt = from.receivedAt ?? new Date()
    const stored = await storeEvents(
      this.db,
      assertPaymentEvents(events).map((event) => ({
        accountId,
        event,
        receivedAt,
        ...(from.messageId ? { messageId: from.messageId } : {}),
      }))
    )
    if (stored > 0) this.worker?.wake()
    return stored
  }

  async expectPayment(expected: {
    accountId: string
    reference: string
    amount: string
    currency: string
  }): Promise<expectedPayments.ExpectedPayment> {
    const askInMs = this.asking.firstAskMs(expected.accountId)
    const noted = await expectedPayments.expectPayment(this.db, {
      ...expected,
      ...(askInMs === undefined ? {} : { askInMs }),
    })
    this.waiting.tell(noted.cartId)
    return noted
  }

  /**
   * What was asked of the gateway under a reference; for taken-over providers, what Medusa's own session says.
   * @param startedBy the provider of the session, where it is not the account's own.
   */
  async findExpected(
    accountId: string,
    reference: string,
    startedBy?: string
  ): Promise<expectedPayments.ExpectedPayment | undefined> {
    const configured = this.configuration.accounts.get(accountId)
    // Core may change what a session asks for; once it has deleted the session, what was noted of it counts.
    const askInMs = this.asking.firstAskMs(accountId)
    const asked = configured?.takenOver
      ? await expectedPayments.expectPaymentOfProvider(
          this.db,
          accountId,
          startedBy ?? configured.providerId,
          reference,
          askInMs === undefined ? {} : { askInMs }
        )
      : undefined
    return asked ?? expectedPayments.findExpected(this.db, accountId, reference)
  }

  /** The payment provider that started a session; of one that core has deleted, the taken-over one that is known to have. */
  async startedBy(reference: string): Promise<string | undefined> {
    const { accounts } = this.configuration
    const takenOver = [...accounts.values()].flatMap((one) => (one.takenOver ? [one.account.id] : []))
    const { providerId, accountId } = await expectedPayments.readStarter(this.db, reference, takenOver)
    return providerId ?? (accountId && accounts.get(accountId)?.providerId)
  }

  async findExpectedByGatewayPayment(
    accountId: string,
    gatewayPayment: string
  ): Promise<expectedPayments.ExpectedPayment | undefined> {
    return expectedPayments.findExpectedByGatewayPayment(this.db, accountId, gatewayPayment)
  }

  /** The other payments that were started for the same cart or order. */
  async otherPayments(
    expected: expectedPayments.ExpectedPayment,
    orderId: string | undefined
  ): Promise<expectedPayments.ExpectedPayment[]> {
    return expectedPayments.listOtherPayments(this.db, expected, orderId)
  }

  async learnGatewayPayments(
    expected: expectedPayments.ExpectedPayment,
    ids: readonly string[]
  ): Promise<string[]> {
    return expectedPayments.learnGatewayPayments(this.db, expected, ids)
  }

  /** All events of the lane. */
  async readLane(laneId: string): Promise<PaymentEvent[]> {
    return laneEvents.readLaneEvents(this.db, laneId)
  }

  /** All events told so far under one of our references. */
  async readReference(accountId: string, reference: string): Promise<PaymentEvent[]> {
    await this.sorting.sort()
    return laneEvents.readEventsOfReference(this.db, accountId, reference)
  }

  /** Moves a lane's events to the lane of our reference, of the same account or of another. */
  async moveToReference(
    from: Pick<Claim, "laneId">,
    { accountId, reference }: Readonly<{ accountId: string; reference: string }>,
    laneId = `ipnlane_${ulid()}`
  ): Promise<void> {
    await laneEvents.moveEvents(this.db, from.laneId, { accountId, reference, laneId })
    this.worker?.wake()
  }

  /** A stored message, opened; `bodyState` says how much of it is there. */
  async readMessage(accountId: string, messageId: string): Promise<laneEvents.StoredMessage | undefined> {
    return laneEvents.readMessage(this.db, messageId, this.account(accountId).notifyUrl, this.payloads)
  }

  /** @param told What it told, so that ids in it stay where card data is taken out; read where it is not given. */
  async markConfirmed(messageId: string, told?: readonly PaymentEvent[]): Promise<void> {
    return laneEvents.markConfirmed(this.db, messageId, this.payloads, told)
  }

  /** Reads a proven message that could not be read where it was sorted, and stores what it tells or why it cannot be read. */
  async readLate(accountId: string, messageId: string, message: Message): Promise<"read" | "unreadable"> {
    const { events, unreadable } = readProven(this.account(accountId), message)
    if (unreadable !== undefined) {
      await this.replays.noteRead(messageId, { unreadable: redactText(unreadable) })
      return "unreadable"
    }
    await this.storeEvents(accountId, events, { messageId, receivedAt: message.receivedAt })
    await this.replays.noteRead(messageId, { about: [...new Set(events.map(laneKeyOf))] })
    return "read"
  }

  /** Keeps a message that the gateway confirmed and nobody can read, for a person to look at. */
  async markUnreadable(messageId: string, why: string): Promise<void> {
    // First why: after a crash in between, a message that is only confirmed would be done with.
    await this.replays.noteRead(messageId, { unreadable: redactText(printable(why)) })
    await this.markConfirmed(messageId, [])
  }

  /** Drops an unproven message and all that was kept for it. */
  async dropDenied(messageId: string): Promise<void> {
    return laneEvents.dropDenied(this.db, messageId)
  }

  /** Counts a call that was refused, and keeps it among the last few of its account. Never throws; may drop. */
  noteRefusal(refusal: Refusal): void {
    this.refusalCounts.note(refusal)
    this.refusalRing.note(refusal)
  }

  /** Whether this process has a worker. */
  get settlesHere(): boolean {
    return this.worker !== undefined
  }

  /** Has due lanes looked for at once. */
  wake(): void {
    this.worker?.wake()
  }

  /** Settles the payments that waited for goods of these levels of Medusa's inventory, where there are some now. */
  async settleRestocked(levelIds: readonly string[]): Promise<void> {
    if ((await makeRestockedDue(this.db, levelIds)) > 0) this.worker?.wake()
  }

  /** What was asked of the gateway, without noting anything: for looking only. */
  async peekExpected(
    accountId: string,
    reference: string
  ): Promise<expectedPayments.ExpectedPayment | undefined> {
    const { takenOver, providerId } = this.account(accountId)
    const known = await expectedPayments.findExpected(this.db, accountId, reference)
    if (!takenOver) return known
    return (await expectedPayments.peekExpectedOfProvider(this.db, accountId, providerId, reference)) ?? known
  }

  /** What Medusa's tables say of a payment. */
  async readPaymentRows(asked: PaymentAsked): Promise<PaymentRows> {
    return readPaymentRows(this.db, asked)
  }

  /** Adds to a cart's metadata in one statement: what a storefront writes there meanwhile stays. */
  async markCart(cartId: string, marks: Readonly<Record<string, string>>): Promise<void> {
    const { rows } = await this.db.raw(
      `update cart set metadata = coalesce(metadata, '{}') || ?::jsonb, updated_at = now()
       where id = ? and deleted_at is null returning id`,
      [JSON.stringify(marks), cartId]
    )
    if ((rows as unknown[]).length === 0) throw new Error(`cart ${cartId} no longer exists`)
  }

  /** The orders that were made from a cart while it bore a completion marker: linked to the cart or orphaned by a crash. */
  async findOrdersByMarker(key: string, marker: string): Promise<string[]> {
    const { rows } = await this.db.raw(
      `select id from "order" where metadata->>? = ? and deleted_at is null`,
      [key, marker]
    )
    return (rows as { id: string }[]).map(({ id }) => id)
  }

  /** What to lock to work on a payment. */
  async lockSubject(of: Parameters<typeof readLockSubject>[1]): Promise<string> {
    return readLockSubject(this.db, of)
  }

  /** What to lock to work on the payments of an order. */
  async lockSubjectOfOrder(orderId: string): Promise<string> {
    return readLockSubjectOfOrder(this.db, orderId)
  }

  /** Ends a claim; false when it was lost meanwhile. */
  async endClaim(claim: Claim, settlement: Settlement): Promise<boolean> {
    if (settlement.facts) await this.asking.follow(claim.accountId, claim.key, settlement.facts)
    const ended = await endClaim(this.db, claim, settlement)
    this.waiting.tell(laneOf(claim.accountId, claim.key), settlement.cartId)
    return ended
  }

  /** A taken port is told and not fatal: Medusa's own scripts start modules too. */
  private async listenOnOwnPort(): Promise<void> {
    if (!this.ownPort) return
    try {
      this.logger.info(`[ipn] receiving on port ${await this.ownPort.open()} too`)
    } catch (error) {
      const { message } = error as Error
      const fix = message.includes("EADDRINUSE")
        ? "Unless the store runs beside this process, as it may beside `medusa exec`, free the port or set another `receiver.port` in medusa-config"
        : "Set another `receiver.port` or `receiver.host` in medusa-config"
      this.logger.error(
        `[ipn] cannot receive on port ${this.configuration.receiver?.port}: ${message}. ${fix}; until then messages come through Medusa's own port only.`
      )
    }
  }

  /**
   * Holds the goods of a payment that is about to start, where the owner wants that.
   * @returns false when they are not there any more: the buyer should not pay for them.
   */
  async holdAtStart(expected: expectedPayments.ExpectedPayment): Promise<boolean> {
    const { cartId, accountId, reference, money } = expected
    const { onStart } = holdPolicyOf(await this.settings.read(), accountId)
    if (!onStart || cartId === undefined) return true
    const input = { cart_id: cartId, account_id: accountId, reference, money }
    const { result } = (await this.engine.run(holdGoodsWorkflowId, { input })) as { result: { kind: string } }
    return result.kind !== "short"
  }

  private async sendMail(row: OutboxRow): Promise<SendResult> {
    const { result } = (await this.engine.run(sendMailWorkflowId, { input: row })) as { result: SendResult }
    return result
  }

  private warnOfRefusal(error: unknown): void {
    this.logger.warn(`[ipn] a refusal could not be kept: ${(error as Error).message}`)
  }

  /** Workers run in the modes shared and worker. */
  private createWorker(): Worker | undefined {
    if (this.workerMode === "server") return undefined
    return new Worker(
      this.db,
      this.sorting,
      async (claim) => {
        await this.engine.run(settleLaneWorkflowId, { input: claim })
      },
      this.configuration.worker,
      this.logger
    )
  }
}
