import type { MedusaContainer } from "@medusajs/framework/types"
import { add, isPositive, roundToCurrency, subtract, type Money } from "../../domain/money"
import type { Bought } from "../../emails/mail"
import { pendingDifference } from "../settle/credit-line"
import { graph, plainDecimal } from "../settle/read-rows"

/** Who bought what, read just before a mail goes. */
export type Buyer = Readonly<{
  email: string | null
  /** The order's number; absent while there is no order. */
  bought: Bought
  /** Locales, the most telling first. */
  locales: readonly (string | null | undefined)[]
  country: string | null | undefined
  /** The store's owner wants no mails for this order. */
  noNotification: boolean
  /** Absent while there is no order. */
  order?: Readonly<{
    id: string
    isCancelled: boolean
    isPaid: boolean
    hasPayment: boolean
    placedAt: number
  }>
}>

type Amount = { toString(): string } | number
type Metadata = Record<string, unknown> | null | undefined
type Row = {
  id: string
  email: string | null
  locale?: string | null
  currency_code: string
  metadata: Metadata
  customer?: { metadata: Metadata } | null
  region?: { metadata: Metadata } | null
  shipping_address?: { country_code: string | null } | null
  billing_address?: { country_code: string | null } | null
  items?: ({
    title: string
    product_title: string | null
    variant_title: string | null
    quantity: Amount
    original_total: Amount
  } | null)[]
  original_item_total: Amount
  original_shipping_total: Amount
  discount_total: Amount
  tax_total: Amount
}
type OrderRow = Row & {
  display_id: number
  custom_display_id?: string | null
  status: string
  no_notification: boolean | null
  created_at: string | Date
  summary?: { raw_pending_difference?: { value: string } | null; pending_difference?: number } | null
  payment_collections?: ({ payments?: ({ canceled_at: string | null } | null)[] } | null)[]
}

const fields = [
  "id",
  "email",
  "locale",
  "currency_code",
  "metadata",
  "customer.metadata",
  "region.metadata",
  "shipping_address.country_code",
  "billing_address.country_code",
  "items.*",
  "original_item_total",
  "original_shipping_total",
  "discount_total",
  "tax_total",
]

/** Reads an order for its mails; undefined when there is no such order. */
export async function readOrderBuyer(container: MedusaContainer, id: string): Promise<Buyer | undefined> {
  const [order] = await graph<OrderRow>(container, "order", { id }, [
    ...fields,
    "display_id",
    "custom_display_id",
    "status",
    "no_notification",
    "created_at",
    "summary",
    "payment_collections.payments.canceled_at",
  ])
  if (!order) return undefined
  const pending = plainDecimal(
    order.summary?.raw_pending_difference?.value ?? order.summary?.pending_difference ?? 0
  )
  const payments = (order.payment_collections ?? []).flatMap((collection) => collection?.payments ?? [])
  return {
    ...viewOf(order, order.custom_display_id ?? String(order.display_id)),
    noNotification: order.no_notification === true,
    order: {
      id: order.id,
      isCancelled: order.status === "canceled",
      isPaid: !isPositive(
        roundToCurrency(pendingDifference(pending, order.currency_code), order.currency_code)
      ),
      hasPayment: payments.some((payment) => payment !== null && !payment.canceled_at),
      placedAt: new Date(order.created_at).getTime(),
    },
  }
}

/** Reads a cart for a mail about a payment that placed no order; undefined when there is no such cart. */
export async function readCartBuyer(container: MedusaContainer, id: string): Promise<Buyer | undefined> {
  const [cart] = await graph<Row>(container, "cart", { id }, fields)
  return cart && { ...viewOf(cart, undefined), noNotification: false }
}

/** The order that was placed from a cart. */
export async function orderOfCart(container: MedusaContainer, cartId: string): Promise<string | undefined> {
  const [link] = await graph<{ order_id: string }>(container, "order_cart", { cart_id: cartId }, ["order_id"])
  return link?.order_id
}

function viewOf(
  row: Row,
  number: string | undefined
): Pick<Buyer, "email" | "bought" | "locales" | "country"> {
  const money = (amount: Amount) => roundToCurrency(plainDecimal(amount), row.currency_code)
  const [items, shipping, discount] = [
    money(row.original_item_total),
    money(row.original_shipping_total),
    money(row.discount_total),
  ]
  const some = (amount: Money) => (isPositive(amount) ? amount : undefined)
  const isSimple = !isPositive(shipping) && !isPositive(discount)
  return {
    email: row.email,
    bought: {
      number,
      lines: (row.items ?? []).flatMap((item) => {
        if (!item) return []
        const title = item.product_title ?? item.title
        const detail = item.variant_title && item.variant_title !== title ? item.variant_title : undefined
        const quantity = plainDecimal(item.quantity)
        return [{ title, detail, quantity, total: money(item.original_total) }]
      }),
      totals: {
        items: isSimple ? undefined : items,
        shipping: some(shipping),
        discount: some(discount),
        tax: some(money(row.tax_total)),
        // Medusa's own total goes down with each refund: what was bought stays what it was.
        total: subtract(add(items, shipping), discount),
      },
    },
    locales: [
      row.locale,
      localeIn(row.metadata),
      localeIn(row.customer?.metadata),
      localeIn(row.region?.metadata),
    ],
    country: row.shipping_address?.country_code ?? row.billing_address?.country_code,
  }
}

function localeIn(metadata: Metadata): string | undefined {
  const locale = metadata?.["locale"]
  return typeof locale === "string" ? locale : undefined
}
