import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type {
  AuthorizePaymentInput,
  AuthorizePaymentOutput,
  BigNumberInput,
  CancelPaymentInput,
  CancelPaymentOutput,
  CapturePaymentInput,
  CapturePaymentOutput,
  DeletePaymentInput,
  DeletePaymentOutput,
  GetPaymentStatusInput,
  GetPaymentStatusOutput,
  InitiatePaymentInput,
  InitiatePaymentOutput,
  Logger,
  PaymentSessionStatus,
  RefundPaymentInput,
  RefundPaymentOutput,
  RetrievePaymentInput,
  RetrievePaymentOutput,
  UpdatePaymentInput,
  UpdatePaymentOutput,
  WebhookActionResult,
} from "@medusajs/framework/types"
import { AbstractPaymentProvider, BigNumber, MedusaError, PaymentActions } from "@medusajs/framework/utils"
import { policyOf } from "../../config/settings"
import { fold } from "../../domain/fold"
import { equals, roundToCurrency, type Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { answerOf } from "../../domain/session-answer"
import { withReference } from "../../domain/with-reference"
import { isReturnUrl } from "../../config/return-url"
import type { ConfiguredAccount } from "../../gateways/configured-account"
import { GatewayRefusedError, type Operations } from "../../gateways/gateway"
import type { Ask } from "../../modules/ipn/inbox/asked-money"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { readCaptureAmount } from "./capture-amount"
import { moveOnce } from "./move-once"

type Dependencies = { logger: Logger; __pg_connection__: Knex; [ipnModule]: IpnModuleService }

/**
 * Medusa's payment provider for one account, `pp_ipn_<account>`: starts payments at the gateway, and answers what their
 * state is from what the gateway said. A buyer can put anything into a session's data, so nothing is believed of it but
 * our own reference, which core sets after the buyer's input.
 */
export default class IpnPaymentProvider extends AbstractPaymentProvider<{ account: string }> {
  static override identifier = "ipn"

  private readonly accountId: string
  private readonly dependencies: Dependencies

  constructor(dependencies: Dependencies, options: { account: string }) {
    super(dependencies as unknown as Record<string, unknown>, options)
    this.dependencies = dependencies
    this.accountId = options.account
  }

  /** Notes what is expected, then asks the gateway for a payment: the buyer leaves only after both. */
  override async initiatePayment(input: InitiatePaymentInput): Promise<InitiatePaymentOutput> {
    const reference = referenceOf(input)
    return {
      id: reference,
      data: await this.startPayment(
        reference,
        input.amount,
        input.currency_code,
        input.context?.customer?.email,
        input.data
      ),
      status: "pending",
    }
  }

  /** The same amount changes nothing; another amount is asked for anew, under the same reference. */
  override async updatePayment(input: UpdatePaymentInput): Promise<UpdatePaymentOutput> {
    const reference = referenceOf(input)
    const expected = await this.ipn.findExpected(this.accountId, reference)
    const money = readMoney(input.amount, input.currency_code)
    if (expected && equals(expected.money, money)) return { data: input.data ?? {} }
    return {
      data: await this.startPayment(
        reference,
        input.amount,
        input.currency_code,
        input.context?.customer?.email,
        input.data
      ),
    }
  }

  /** Core drops a session when the cart changes; a buyer may still pay it, so what was expected is kept. */
  override async deletePayment(input: DeletePaymentInput): Promise<DeletePaymentOutput> {
    return { data: input.data ?? {} }
  }

  override async authorizePayment(input: AuthorizePaymentInput): Promise<AuthorizePaymentOutput> {
    const status = await this.answer(referenceOf(input))
    // A captured payment is answered as authorised: core would book the capture before the order stands, and pay the
    // money back when it cannot place the order. The worker books it as soon as the order is there.
    return { data: input.data ?? {}, status: status === "captured" ? "authorized" : status }
  }

  override async getPaymentStatus(input: GetPaymentStatusInput): Promise<GetPaymentStatusOutput> {
    return { data: input.data ?? {}, status: await this.answer(referenceOf(input)) }
  }

  override async capturePayment(input: CapturePaymentInput): Promise<CapturePaymentOutput> {
    const expected = await this.expected(referenceOf(input))
    const key = input.context?.idempotency_key
    const amount = key ? await readCaptureAmount(this.dependencies.__pg_connection__, key) : undefined
    const money = amount ? roundToCurrency(amount, expected.money.currency) : expected.money
    await this.moveMoney("capture", { expected, money, key: key ?? `${expected.reference}-capture` })
    return { data: input.data ?? {} }
  }

  override async refundPayment(input: RefundPaymentInput): Promise<RefundPaymentOutput> {
    const expected = await this.expected(referenceOf(input))
    const money = readMoney(input.amount, expected.money.currency)
    const key = input.context?.idempotency_key ?? `${expected.reference}-refund-${money.amount}`
    await this.moveMoney("refund", { expected, money, key })
    return { data: input.data ?? {} }
  }

  override async cancelPayment(input: CancelPaymentInput): Promise<CancelPaymentOutput> {
    const reference = referenceOf(input)
    const expected = await this.expected(reference)
    const cancel = this.operation("cancel")
    const { account, notifyUrl } = this.configured
    const wish = { expected, money: expected.money, key: `${reference}-cancel`, notifyUrl }
    await this.store(expected, await this.asking(() => cancel(wish, account, this.ipn.io)))
    return { data: input.data ?? {} }
  }

  override async retrievePayment(input: RetrievePaymentInput): Promise<RetrievePaymentOutput> {
    return { data: input.data ?? {} }
  }

  /** Gateways call `/hooks/ipn/<account>`, not core's webhook route: what comes there is none of ours. */
  override async getWebhookActionAndData(): Promise<WebhookActionResult> {
    return { action: PaymentActions.NOT_SUPPORTED }
  }

  private async startPayment(
    reference: string,
    amount: BigNumberInput,
    currency: string,
    email: string | undefined,
    asked: Record<string, unknown> | undefined
  ): Promise<Record<string, unknown>> {
    const { account, gateway, notifyUrl } = this.configured
    const create = this.operation("create")
    const returnUrl = readReturnUrl(asked?.["return_url"], this.ipn.configuration.storefrontOrigins)
    const expected = await this.ipn.expectPayment({
      accountId: this.accountId,
      reference,
      amount: new BigNumber(amount).valueOf().toString(),
      currency,
    })
    if (!(await this.holdGoods(expected))) {
      throw new MedusaError(
        MedusaError.Types.NOT_ALLOWED,
        "Some of the goods are no longer in stock.",
        MedusaError.Codes.INSUFFICIENT_INVENTORY
      )
    }
    const created = await this.asking(() =>
      create(
        {
          reference,
          money: expected.money,
          notifyUrl,
          ...this.waysBack(reference),
          ...(email ? { email } : {}),
        },
        account,
        this.ipn.io
      )
    )
    if (created.gatewayPayment) await this.ipn.learnGatewayPayments(expected, [created.gatewayPayment])
    const token = this.ipn.buyers.issue("status", reference)
    return {
      session_id: reference,
      gateway: gateway.id,
      next: created.next,
      ...(token === undefined ? {} : { ipn_token: token }),
      ...(returnUrl === undefined ? {} : { return_url: returnUrl }),
    }
  }

  /** False when the goods are not there. What goes wrong otherwise keeps nobody from paying. */
  private async holdGoods(expected: ExpectedPayment): Promise<boolean> {
    try {
      return await this.ipn.holdAtStart(expected)
    } catch (error) {
      this.dependencies.logger.warn(
        `[ipn] [${this.accountId}] the goods of ${expected.reference} are not held: ${(error as Error).message}`
      )
      return true
    }
  }

  /** Where the gateway sends the buyer's browser: to us, who send it on; without tokens straight to the storefront. */
  private waysBack(reference: string): { returnUrl: string; cancelUrl: string } {
    const { publicUrl, storefrontUrl } = this.ipn.configuration
    const token = this.ipn.buyers.issue("return", reference)
    if (token === undefined) {
      return {
        returnUrl: `${storefrontUrl}/checkout/return?payment=${reference}`,
        cancelUrl: `${storefrontUrl}/checkout?payment=${reference}`,
      }
    }
    const returnUrl = `${publicUrl}/ipn/return/${this.accountId}/${token}`
    return { returnUrl, cancelUrl: `${returnUrl}?canceled=1` }
  }

  /** What the gateway said of a payment; asks it unless it told of a success, whose message may be lost or late. */
  private async answer(reference: string): Promise<PaymentSessionStatus> {
    const expected = await this.ipn.findExpected(this.accountId, reference)
    if (!expected) return "pending"
    let facts = fold(await this.ipn.readReference(this.accountId, reference))
    if (facts.authorized.length === 0 && facts.captured.length === 0) {
      await this.fetchEvents(expected)
      facts = fold(await this.ipn.readReference(this.accountId, reference))
    }
    const { account } = this.configured
    const policy = policyOf(await this.ipn.settings.read())
    return answerOf(facts, { money: expected.money, mode: account.mode }, policy, Date.now())
  }

  private async fetchEvents(expected: ExpectedPayment): Promise<void> {
    try {
      await this.askAround(expected)
    } catch (error) {
      this.dependencies.logger.warn(
        `[ipn] [${this.accountId}] ${this.configured.gateway.title} could not be asked about ${expected.reference}: ${(error as Error).message}`
      )
    }
  }

  /** Asks the gateway what is so, and stores it. Returns how much of it was new. */
  private async askAround(expected: ExpectedPayment): Promise<number> {
    const { account, gateway } = this.configured
    return this.store(expected, (await gateway.operations?.fetch?.(expected, account, this.ipn.io)) ?? [])
  }

  /** Calls the gateway on the store's own wish, once though the answer may be lost and the store ask again. */
  private async moveMoney(
    kind: Ask["kind"],
    { expected, ...wish }: Pick<Ask, "money" | "key"> & Readonly<{ expected: ExpectedPayment }>
  ): Promise<void> {
    const { account, gateway, notifyUrl } = this.configured
    const move = this.operation(kind)
    await moveOnce(
      {
        ipn: this.ipn,
        logger: this.dependencies.logger,
        expected,
        title: gateway.title,
        call: async ({ money, key }) => {
          const events = await move({ expected, money, key, notifyUrl }, account, this.ipn.io)
          await this.store(expected, events)
          return events
        },
        askAround: () => this.askAround(expected),
      },
      { kind, reference: expected.reference, ...wish }
    )
  }

  /** The gateway's answer is stored like any other statement of it. Returns how much of it was new. */
  private async store(expected: ExpectedPayment, events: readonly PaymentEvent[]): Promise<number> {
    return this.ipn.storeEvents(this.accountId, withReference(events, expected))
  }

  private operation<K extends keyof Operations<unknown>>(kind: K): NonNullable<Operations<unknown>[K]> {
    const { gateway } = this.configured
    const operation = gateway.operations?.[kind]
    if (!operation) {
      throw new MedusaError(
        MedusaError.Types.NOT_ALLOWED,
        `${gateway.title} offers no ${kind} through its interface: do it in ${gateway.title}'s own dashboard, its notification will be booked here.`
      )
    }
    return operation
  }

  private async asking<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      const { gateway } = this.configured
      const refused = error instanceof GatewayRefusedError
      throw new MedusaError(
        refused ? MedusaError.Types.NOT_ALLOWED : MedusaError.Types.UNEXPECTED_STATE,
        refused
          ? `${gateway.title} refused: ${(error as Error).message}`
          : `${gateway.title} cannot be reached just now: ${(error as Error).message}`
      )
    }
  }

  private async expected(reference: string): Promise<ExpectedPayment> {
    const expected = await this.ipn.findExpected(this.accountId, reference)
    if (!expected) {
      throw new MedusaError(
        MedusaError.Types.NOT_FOUND,
        `Payment session ${reference} was not started through account "${this.accountId}".`
      )
    }
    return expected
  }

  private get configured(): ConfiguredAccount {
    return this.ipn.account(this.accountId)
  }

  private get ipn(): IpnModuleService {
    return this.dependencies[ipnModule]
  }
}

/** Our reference: core's own idempotency key for a session, else what we wrote into the session's data. */
function referenceOf(input: {
  context?: { idempotency_key?: string }
  data?: Record<string, unknown>
}): string {
  const own = input.data?.["session_id"]
  const key = input.context?.idempotency_key
  if (key?.startsWith("payses_")) return key
  if (typeof own === "string") return own
  throw new MedusaError(MedusaError.Types.INVALID_DATA, "The payment session has no id.")
}

/** Where the storefront wants its buyer back; only its own pages are accepted. */
function readReturnUrl(asked: unknown, origins: ReadonlySet<string>): string | undefined {
  if (asked === undefined || asked === null) return undefined
  if (typeof asked === "string" && asked.length <= 500 && isReturnUrl(asked, origins)) return asked
  throw new MedusaError(
    MedusaError.Types.INVALID_DATA,
    `return_url must be a page of ${[...origins].join(" or ")}: others are allowed by \`storefrontOrigins\` in medusa-config.`
  )
}

function readMoney(amount: BigNumberInput, currency: string): Money {
  return roundToCurrency(new BigNumber(amount).valueOf().toString(), currency)
}
