import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { z } from "@medusajs/framework/zod"
import type { BuyerPayment, PayAt } from "../../../domain/buyer-status"
import type { Facts } from "../../../domain/fold"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import { drawQr } from "./draw-qr"

/** A payment as it is told to its buyer, with what leads to it. */
export type PurchasePayment = BuyerPayment &
  Readonly<{
    accountId: string
    reference: string
    paymentCollectionId: string | undefined
    /** Where the storefront wants its buyer back, as it said when it started the payment. */
    returnUrl: string | undefined
  }>

/** All payments that were started for one cart or order, and what became of it. */
export type StoredPurchase = Readonly<{
  cartId: string | undefined
  salesChannelId: string | undefined
  /** The payment that was asked about. */
  named: PurchasePayment
  payments: readonly PurchasePayment[]
  order:
    Readonly<{ id: string; displayId: number; isCanceled: boolean; isPaidElsewhere: boolean }> | undefined
  /** Until when its goods are held: milliseconds since 1970. */
  heldUntil: number | undefined
  /** Whether the store has a provider for email, and mails about this order are wanted. */
  canEmail: boolean
}>

type Row = {
  account_id: string
  reference: string
  amount: string
  currency_code: string
  payment_collection_id: string | null
  facts: Facts | null
  lane_state: string | null
  is_due: boolean | null
  session_status: string | null
  next: unknown
  return_url: unknown
  cart_id: string | null
  sales_channel_id: string | null
  order_id: string | null
  display_id: number | null
  order_status: string | null
  is_paid_elsewhere: boolean
  held_until: Date | null
  can_email: boolean
}

/**
 * The purchase that a payment belongs to, in one query; undefined when none of these accounts knows the reference.
 * Payments that core has forgotten are among them: what was expected of each is kept.
 */
export async function readPurchase(
  db: Knex,
  accounts: ReadonlyMap<string, ConfiguredAccount>,
  reference: string
): Promise<StoredPurchase | undefined> {
  const known = [...accounts.keys()]
  const { rows } = await db.raw(
    `with named as (
       select id, cart_id, payment_collection_id from ipn_expected_payment
       where account_id = any(?::text[]) and reference = ? and deleted_at is null limit 1
     ), placed as (
       select coalesce(
         (select link.order_id from order_cart link join named on named.cart_id = link.cart_id
          where link.deleted_at is null limit 1),
         (select link.order_id from order_payment_collection link
          join named on named.payment_collection_id = link.payment_collection_id
          where link.deleted_at is null limit 1)) as order_id
     ), bought as (
       select coalesce(named.cart_id,
         (select link.cart_id from order_cart link join placed on placed.order_id = link.order_id
          where link.deleted_at is null limit 1)) as cart_id
       from named
     ), collections as (
       select payment_collection_id as id from named
       union
       select link.payment_collection_id from order_payment_collection link
       join placed on placed.order_id = link.order_id where link.deleted_at is null
     ), asked as (
       select id from named
       union
       select expected.id from ipn_expected_payment expected join bought on bought.cart_id = expected.cart_id
       where expected.deleted_at is null
       union
       select expected.id from ipn_expected_payment expected
       join collections on collections.id = expected.payment_collection_id where expected.deleted_at is null
     )
     select expected.account_id, expected.reference, expected.amount, expected.currency_code,
       expected.payment_collection_id, lane.facts, lane.state as lane_state,
       lane.due_at is not null or lane.lease_until is not null as is_due,
       case when session.deleted_at is null then session.status end as session_status,
       session.data->'next' as next, session.data->'return_url' as return_url,
       (select cart_id from bought) as cart_id,
       coalesce(cart.sales_channel_id, placed_order.sales_channel_id) as sales_channel_id,
       placed_order.id as order_id, placed_order.display_id, placed_order.status::text as order_status,
       exists (select 1 from payment join collections on collections.id = payment.payment_collection_id
         where payment.canceled_at is null and payment.deleted_at is null and not exists (
           select 1 from ipn_expected_payment ours
           where ours.account_id = any(?::text[]) and ours.reference = payment.payment_session_id)
       ) as is_paid_elsewhere,
       (select hold.expires_at from ipn_hold hold where hold.cart_id = (select cart_id from bought)
          and hold.state in ('held', 'turned') and hold.deleted_at is null) as held_until,
       placed_order.no_notification is not true and exists (select 1 from notification_provider
         where is_enabled and 'email' = any(channels) and deleted_at is null) as can_email
     from asked join ipn_expected_payment expected on expected.id = asked.id
     left join ipn_lane lane on lane.account_id = expected.account_id
       and lane.key = 'ref:' || expected.reference and lane.deleted_at is null
     left join payment_session session on session.id = expected.reference
     left join cart on cart.id = (select cart_id from bought)
     left join "order" placed_order on placed_order.id = (select order_id from placed)
     order by expected.created_at, expected.id`,
    [known, reference, known]
  )
  const payments = (rows as Row[]).flatMap((row) => readPayment(row, accounts))
  const named = payments.find((payment) => payment.reference === reference)
  const first = (rows as Row[])[0]
  if (!named || !first) return undefined
  return {
    cartId: first.cart_id ?? undefined,
    salesChannelId: first.sales_channel_id ?? undefined,
    named,
    payments,
    order:
      first.order_id === null
        ? undefined
        : {
            id: first.order_id,
            displayId: first.display_id ?? 0,
            isCanceled: first.order_status === "canceled",
            isPaidElsewhere: first.is_paid_elsewhere,
          },
    heldUntil: first.held_until?.getTime(),
    canEmail: first.can_email,
  }
}

/** Nothing where the account is configured no more. */
function readPayment(row: Row, accounts: ReadonlyMap<string, ConfiguredAccount>): PurchasePayment[] {
  const configured = accounts.get(row.account_id)
  if (!configured) return []
  const payAt = payAtSchema.safeParse(row.next).data as PayAt | undefined
  return [
    {
      accountId: row.account_id,
      reference: row.reference,
      paymentCollectionId: row.payment_collection_id ?? undefined,
      method: configured.gateway.title,
      ask: {
        money: { amount: row.amount, currency: row.currency_code },
        mode: configured.account.mode,
      },
      facts: row.facts ?? undefined,
      lane: row.lane_state === null ? undefined : { state: row.lane_state, isDue: row.is_due ?? false },
      payAt,
      qrSvg: payAt?.kind === "instructions" && payAt.qr !== undefined ? drawQr(payAt.qr) : undefined,
      isOpen: ["pending", "requires_more", "pending_authorization"].includes(row.session_status ?? ""),
      returnUrl: typeof row.return_url === "string" ? row.return_url : undefined,
    },
  ]
}

/** As the payment provider wrote it into the session. */
const payAtSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("redirect"), url: z.string() }),
  z.object({ kind: z.literal("form"), url: z.string(), fields: z.record(z.string(), z.string()) }),
  z.object({
    kind: z.literal("instructions"),
    lines: z.array(z.string()),
    reference: z.string().optional(),
    dueAt: z.string().optional(),
    qr: z.string().optional(),
  }),
])

/** Whose a cart is, and the payment by which it would be paid now. */
export type BuyersCart = Readonly<{
  salesChannelId: string | undefined
  /** Only this customer may ask about it; undefined for guests' carts. */
  customerId: string | undefined
  /** The newest payment session of one of these providers. */
  session: Readonly<{ id: string; providerId: string }> | undefined
}>

/** Undefined when there is no such cart. */
export async function readCart(
  db: Knex,
  cartId: string,
  providerIds: readonly string[]
): Promise<BuyersCart | undefined> {
  const { rows } = await db.raw(
    `select cart.sales_channel_id, case when customer.has_account then customer.id end as customer_id,
       session.id as session_id, session.provider_id
     from cart
     left join customer on customer.id = cart.customer_id and customer.deleted_at is null
     left join lateral (
       select session.id, session.provider_id from cart_payment_collection link
       join payment_session session on session.payment_collection_id = link.payment_collection_id
       where link.cart_id = cart.id and link.deleted_at is null and session.deleted_at is null
         and session.provider_id = any(?::text[])
       order by session.created_at desc limit 1
     ) session on true
     where cart.id = ? and cart.deleted_at is null`,
    [[...providerIds], cartId]
  )
  const row = (
    rows as {
      sales_channel_id: string | null
      customer_id: string | null
      session_id: string | null
      provider_id: string | null
    }[]
  )[0]
  if (!row) return undefined
  return {
    salesChannelId: row.sales_channel_id ?? undefined,
    customerId: row.customer_id ?? undefined,
    session:
      row.session_id !== null && row.provider_id !== null
        ? { id: row.session_id, providerId: row.provider_id }
        : undefined,
  }
}
