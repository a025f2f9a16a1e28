import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { emailsOutcome, policyOf } from "../../../config/settings"
import { buyerStatus, type BuyerStatus } from "../../../domain/buyer-status"
import {
  issueToken,
  readToken,
  type ReadToken,
  type TokenKey,
  type TokenPurpose,
} from "../../../domain/buyer-token"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Settings } from "../settings/settings"
import { readCart, readPurchase, type BuyersCart, type StoredPurchase } from "./read-purchase"
import { laneOf, type Waiting } from "./waiting"

/** Who asks: the sales channels of the publishable key. */
export type Asking = Readonly<{ salesChannelIds: readonly string[] }>

export type Seen = Readonly<{ purchase: StoredPurchase; status: BuyerStatus }>

/** What buyers are told of their payments, by the tokens that their browsers hold. */
export class Buyers {
  constructor(
    private readonly db: Knex,
    private readonly accounts: ReadonlyMap<string, ConfiguredAccount>,
    private readonly keys: readonly TokenKey[],
    private readonly settings: Settings,
    private readonly waiting: Waiting
  ) {}

  /** Whether a token secret is configured: without it there are no tokens, and the storefront API is off. */
  get isOn(): boolean {
    return this.keys.length > 0
  }

  /** Whether the process is about to stop: nobody waits here any more. */
  get isStopping(): boolean {
    return this.waiting.isClosed
  }

  /** A token for a payment; undefined where no token secret is configured. */
  issue(purpose: TokenPurpose, reference: string, now = new Date()): string | undefined {
    const key = this.keys[0]
    return key && issueToken(key, purpose, reference, now)
  }

  /** What a token says; undefined when it is none of ours, for something else, or too old. */
  read(token: string, wanted: readonly TokenPurpose[], now = new Date()): ReadToken | undefined {
    return readToken(this.keys, token, wanted, now)
  }

  /** The cart, and the payment by which it would be paid; undefined when there is no such cart. */
  async cart(cartId: string): Promise<BuyersCart | undefined> {
    const providers = [...this.accounts.values()].map(({ providerId }) => providerId)
    return readCart(this.db, cartId, providers)
  }

  async purchase(reference: string): Promise<StoredPurchase | undefined> {
    return readPurchase(this.db, this.accounts, reference)
  }

  /** What the buyer is told now; undefined when the payment is unknown or of another sales channel. */
  async look(
    token: Pick<ReadToken, "reference" | "purpose" | "issuedAt">,
    by: Asking
  ): Promise<Seen | undefined> {
    const purchase = await this.purchase(token.reference)
    if (!purchase) return undefined
    const { salesChannelId } = purchase
    if (salesChannelId !== undefined && !by.salesChannelIds.includes(salesChannelId)) return undefined
    const returnedAt = token.purpose === "returned" ? token.issuedAt.getTime() : undefined
    return { purchase, status: await this.tell(purchase, returnedAt) }
  }

  /** What the buyer of a purchase is told now, by the owner's settings. */
  async tell(purchase: StoredPurchase, returnedAt?: number): Promise<BuyerStatus> {
    const settings = await this.settings.read()
    const emailsBuyers = purchase.canEmail && emailsOutcome(settings)
    return buyerStatus({ ...purchase, returnedAt, emailsBuyers }, policyOf(settings), Date.now())
  }

  /**
   * Waits until what the buyer is told is another version than the one given, at most so long; then tells what holds.
   * Nobody's waiting costs a query while nothing changes.
   */
  async wait(
    token: Pick<ReadToken, "reference" | "purpose" | "issuedAt">,
    by: Asking,
    { since, ms, signal }: Readonly<{ since: string | undefined; ms: number; signal?: AbortSignal }>
  ): Promise<Seen | undefined> {
    const until = Date.now() + ms
    for (;;) {
      const mark = this.waiting.mark()
      const seen = await this.look(token, by)
      const left = until - Date.now()
      if (!seen || seen.status.version !== since || left <= 0 || signal?.aborted) return seen
      if (await this.waiting.wait(keysOf(seen.purchase), mark, left, signal)) continue
      // Time itself changes what is told, as when a confirmation takes too long.
      return signal?.aborted || Date.now() < until ? seen : this.look(token, by)
    }
  }
}

function keysOf({ cartId, payments }: StoredPurchase): ReadonlySet<string> {
  return new Set([
    ...(cartId ? [cartId] : []),
    ...payments.map(({ accountId, reference }) => laneOf(accountId, `ref:${reference}`)),
  ])
}
