import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { roundToCurrency } from "../../domain/money"
import type { StoreView } from "../../domain/plan"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"

/** What Medusa says of a payment, and the handles that applying effects needs. */
export type Store = Readonly<{
  view: StoreView
  ids: { cartId?: string; orderId?: string }
  session?: SessionRow
  /** Medusa has recorded a capture of its own and not yet the order's transaction for it. */
  isMedusaCapturing: boolean
}>

/** How long a capture that Medusa made is left to Medusa: it asks the provider between the capture and the transaction. */
const medusaCapturesWithinMs = 60_000

type Amount = { raw_amount?: { value: string } | null; amount: number | string }
type CaptureRow = Amount & { id: string; created_by: string | null; created_at: string | Date }
export type SessionRow = Amount & {
  id: string
  status: StoreView["session"]["status"]
  provider_id: string
  currency_code: string
  data: Record<string, unknown>
  payment_collection_id: string
  payment?: (Amount & { id: string; canceled_at: string | null; captures?: CaptureRow[] }) | null
  payment_collection?: { payment_sessions?: { id: string; status: string }[] }
}

/** The statuses by which core's cart completion picks a session. */
export const completable: readonly string[] = [
  "pending",
  "requires_more",
  "authorized",
  "captured",
  "pending_authorization",
]

/** Reads everything that a plan depends on. Never queries by an undefined id: such a filter would match every row. */
export async function readStore(
  container: MedusaContainer,
  expected: ExpectedPayment,
  providerId: string
): Promise<Store> {
  const [session, orderId] = await Promise.all([
    readSession(container, expected.reference, providerId),
    readOrderId(container, expected),
  ])
  const [order, total] = await Promise.all([
    orderId ? readOrder(container, orderId) : undefined,
    !orderId && expected.cartId ? readCartTotal(container, expected.cartId) : undefined,
  ])
  return {
    view: {
      ...(total && expected.cartId
        ? { cart: { id: expected.cartId, total: roundToCurrency(total.amount, total.currency) } }
        : {}),
      ...(order ? { order: { id: order.id, canceled: order.canceled } } : {}),
      session: { status: session?.status ?? "gone", current: isCurrent(session) },
      ...(session?.payment ? { payment: viewPayment(session, order?.captureIds) } : {}),
    },
    ids: {
      ...(expected.cartId ? { cartId: expected.cartId } : {}),
      ...(orderId ? { orderId } : {}),
    },
    ...(session ? { session } : {}),
    isMedusaCapturing: (session?.payment?.captures ?? []).some((capture) =>
      isMedusasOwn(capture, order?.captureIds)
    ),
  }
}

/** Whether Medusa will add the order's transaction itself. What we captured bears our mark, see apply-effect. */
function isMedusasOwn(capture: CaptureRow, inOrder: ReadonlySet<string> | undefined): boolean {
  if (!inOrder || inOrder.has(capture.id) || capture.created_by?.startsWith("ipn:")) return false
  return Date.now() - new Date(capture.created_at).getTime() < medusaCapturesWithinMs
}

function viewPayment(session: SessionRow, inOrder: ReadonlySet<string> | undefined): StoreView["payment"] {
  const payment = session.payment!
  return {
    id: payment.id,
    canceled: payment.canceled_at !== null && payment.canceled_at !== undefined,
    money: roundToCurrency(exact(payment), session.currency_code),
    captures: (payment.captures ?? []).map((capture) => ({
      id: capture.id,
      money: roundToCurrency(exact(capture), session.currency_code),
      inOrder: inOrder ? inOrder.has(capture.id) : true,
    })),
  }
}

function isCurrent(session: SessionRow | undefined): boolean {
  if (!session) return false
  const others = (session.payment_collection?.payment_sessions ?? []).filter(({ id }) => id !== session.id)
  return others.every(({ status }) => !completable.includes(status))
}

async function readSession(
  container: MedusaContainer,
  id: string,
  providerId: string
): Promise<SessionRow | undefined> {
  const rows = await graph<SessionRow>(container, "payment_session", { id, provider_id: providerId }, [
    "id",
    "status",
    "provider_id",
    "amount",
    "raw_amount",
    "currency_code",
    "data",
    "payment_collection_id",
    "payment.id",
    "payment.amount",
    "payment.raw_amount",
    "payment.canceled_at",
    "payment.captures.id",
    "payment.captures.amount",
    "payment.captures.raw_amount",
    "payment.captures.created_by",
    "payment.captures.created_at",
    "payment_collection.payment_sessions.id",
    "payment_collection.payment_sessions.status",
  ])
  return rows[0]
}

async function readOrderId(
  container: MedusaContainer,
  expected: ExpectedPayment
): Promise<string | undefined> {
  if (expected.cartId) {
    const links = await graph<{ order_id: string }>(container, "order_cart", { cart_id: expected.cartId }, [
      "order_id",
    ])
    if (links[0]) return links[0].order_id
  }
  if (!expected.paymentCollectionId) return undefined
  const links = await graph<{ order_id: string }>(
    container,
    "order_payment_collection",
    { payment_collection_id: expected.paymentCollectionId },
    ["order_id"]
  )
  return links[0]?.order_id
}

async function readOrder(
  container: MedusaContainer,
  id: string
): Promise<{ id: string; canceled: boolean; captureIds: ReadonlySet<string> } | undefined> {
  const rows = await graph<{
    id: string
    status: string
    transactions?: { reference: string | null; reference_id: string | null }[]
  }>(container, "order", { id }, ["id", "status", "transactions.reference", "transactions.reference_id"])
  const order = rows[0]
  if (!order) return undefined
  const captures = (order.transactions ?? []).filter(({ reference }) => reference === "capture")
  return {
    id: order.id,
    canceled: order.status === "canceled",
    captureIds: new Set(captures.map(({ reference_id }) => reference_id ?? "")),
  }
}

async function readCartTotal(
  container: MedusaContainer,
  id: string
): Promise<{ amount: string; currency: string } | undefined> {
  const rows = await graph<{ total: { toString(): string } | number; currency_code: string }>(
    container,
    "cart",
    { id },
    ["id", "total", "currency_code"]
  )
  const cart = rows[0]
  return cart && { amount: plainDecimal(cart.total), currency: cart.currency_code }
}

/** The exact amount of a Medusa row, as the decimal string that it stores. */
export function exact(row: Amount): string {
  return plainDecimal(row.raw_amount?.value ?? row.amount)
}

/** A decimal string without exponent, from the numbers that Medusa computes. */
export function plainDecimal(value: { toString(): string } | number | string): string {
  const text = String(value)
  return /e/i.test(text) ? Number(text).toFixed(10) : text
}

async function graph<T>(
  container: MedusaContainer,
  entity: string,
  filters: Record<string, string>,
  fields: string[]
): Promise<T[]> {
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const { data } = await query.graph({ entity, fields, filters } as Parameters<typeof query.graph>[0])
  return data as T[]
}
