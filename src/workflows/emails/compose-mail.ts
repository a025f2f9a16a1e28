import type { MedusaContainer } from "@medusajs/framework/types"
import { fromDecimal, subtract, type Money } from "../../domain/money"
import type { Links, Mail, MailKind } from "../../emails/mail"
import { ipnModule } from "../../modules/ipn/name"
import type { OutboxRow } from "../../modules/ipn/outbox/claim-told"
import type IpnModuleService from "../../modules/ipn/service"
import { readInstructions } from "../settle/read-instructions"
import { adminAddress } from "./admin-address"
import { composeMerchantMail } from "./compose-merchant-mail"
import { linksFor } from "./links"
import { offerAccount } from "./offer-account"
import { orderOfCart, readCartBuyer, readOrderBuyer, type Buyer } from "./read-buyer"

/** A mail and whom it is about, or why it is not sent after all. */
export type Composed =
  Readonly<{ kind: "mail"; mail: Mail; buyer?: Buyer }> | Readonly<{ kind: "dropped"; reason: string }>

/** What a row of a mail to a buyer holds. */
type BuyerPayload = Readonly<{
  to: string
  account_id: string
  lane_id: string
  payment_session_id: string
  cart_id: string | null
  order_id: string | null
  amount: string | null
  currency_code: string | null
  due_at?: string | null
  captured?: boolean
  old?: boolean
  ended?: "failed" | "expired"
}>

const newsMs = 24 * 3_600_000

/** Reads what a mail says, and looks again whether it is still true. */
export async function composeMail(container: MedusaContainer, row: OutboxRow): Promise<Composed> {
  const kind = row.topic as MailKind
  if (kind.startsWith("ipn.merchant-")) return composeMerchantMail(container, row, adminAddress(container))
  const payload = row.payload as BuyerPayload
  const orderId = payload.order_id ?? (payload.cart_id && (await orderOfCart(container, payload.cart_id)))
  const buyer = orderId
    ? await readOrderBuyer(container, orderId)
    : payload.cart_id
      ? await readCartBuyer(container, payload.cart_id)
      : undefined
  if (!buyer) return dropped("there is neither an order nor a cart any more")
  if (buyer.noNotification) return dropped("the order wants no notifications")
  const reason = await whyNotAnyMore(container, kind, payload, buyer, row.id)
  if (reason !== undefined) return dropped(reason)
  return compose(container, kind, payload, buyer, row)
}

async function compose(
  container: MedusaContainer,
  kind: MailKind,
  payload: BuyerPayload,
  buyer: Buyer,
  row: OutboxRow
): Promise<Composed> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const links: Links = linksFor(container, kind, payload)
  const bought = { ...buyer.bought, method: methodOf(ipn, payload.account_id) }
  const money = readMoney(payload) ?? bought.totals.total
  const about = { bought, links }
  const due = payload.due_at ? { dueAt: new Date(payload.due_at) } : {}
  const made = (mail: Mail): Composed => ({ kind: "mail", mail, buyer })
  switch (kind) {
    case "ipn.payment-received":
      return made({ kind, ...about, paid: money, captured: payload.captured === true })
    case "ipn.order-waiting":
    case "ipn.payment-reminder": {
      const told = await readInstructions(container, payload.payment_session_id)
      const dueAt = due.dueAt ?? told?.dueAt
      const instructions =
        told && told.instructions.lines.length > 0 ? { instructions: told.instructions } : {}
      return made({ kind, ...about, due: money, ...(dueAt ? { dueAt } : {}), ...instructions })
    }
    case "ipn.payment-failed":
      return made({
        kind,
        ...about,
        amount: money,
        ended: payload.ended ?? "failed",
        ...(await heldUntil(ipn, payload.cart_id)),
      })
    case "ipn.order-cancelled-unpaid":
      return made({ kind, ...about })
    case "ipn.refund-completed": {
      const before = await ipn.mails.refundTold({
        rowId: row.id,
        orderId: row.orderId ?? "",
        laneId: payload.lane_id,
        currency: money.currency,
        to: payload.to,
      })
      return made({
        kind,
        ...about,
        total: money,
        refunded: subtract(money, fromDecimal(before, money.currency)),
      })
    }
    case "ipn.account-claim": {
      const offer = await offerAccount(container, row, buyer)
      if ("reason" in offer) return dropped(offer.reason)
      return made({ kind, bought, links: { claim: offer.url }, until: offer.until })
    }
    case "ipn.merchant-issue":
    case "ipn.merchant-dispute":
    case "ipn.merchant-silence":
    case "ipn.merchant-daily":
      return dropped("this is no mail to a customer")
  }
}

/** Why a mail is no longer true; undefined when it is. */
async function whyNotAnyMore(
  container: MedusaContainer,
  kind: MailKind,
  payload: BuyerPayload,
  { order }: Buyer,
  rowId: string
): Promise<string | undefined> {
  if (kind === "ipn.account-claim" && order?.isCancelled) return "the order was cancelled"
  if (kind === "ipn.payment-received") {
    const isNews = !payload.old || (order !== undefined && order.placedAt > Date.now() - newsMs)
    if (!isNews) return "it happened more than 24 hours ago"
    return order?.isCancelled ? "the order was cancelled" : undefined
  }
  const isOpen = ["ipn.order-waiting", "ipn.payment-reminder", "ipn.payment-failed"].includes(kind)
  if (!isOpen) return undefined
  const standing = await container.resolve<IpnModuleService>(ipnModule).mails.standing({
    cartId: payload.cart_id,
    orderId: order?.id ?? null,
    accountId: payload.account_id,
    reference: payload.payment_session_id,
    rowId,
    topic: kind,
    to: payload.to,
  })
  if (standing.hasMoney || (order && (order.isPaid || order.hasPayment))) return "it was paid meanwhile"
  if (order?.isCancelled) return "the order was cancelled"
  if (kind === "ipn.payment-failed" && standing.startedAgain) return "the buyer is paying in another way"
  return standing.toldLately && kind === "ipn.payment-failed"
    ? "the buyer was told within the last ten minutes"
    : undefined
}

/** Gateways whose name means nothing to a buyer. */
const unnamed: readonly string[] = ["medusa-provider", "standard-webhooks"]

function methodOf(ipn: IpnModuleService, accountId: string): string | undefined {
  const gateway = ipn.configuration.accounts.get(accountId)?.gateway
  return gateway && !unnamed.includes(gateway.id) ? gateway.title : undefined
}

/** Until when the buyer can try again and still get the goods, where they are held. */
async function heldUntil(ipn: IpnModuleService, cartId: string | null): Promise<{ heldUntil?: Date }> {
  const hold = cartId === null ? undefined : await ipn.holds.ofCart(cartId)
  return hold?.state === "held" && hold.expiresAt.getTime() > Date.now() ? { heldUntil: hold.expiresAt } : {}
}

function readMoney({ amount, currency_code }: BuyerPayload): Money | undefined {
  return amount !== null && currency_code ? fromDecimal(amount, currency_code) : undefined
}

function dropped(reason: string): Composed {
  return { kind: "dropped", reason }
}
