import type { MedusaContainer } from "@medusajs/framework/types"
import { roundToCurrency, sumOf } from "../../domain/money"
import type { StoreView } from "../../domain/plan"
import type { Done } from "../../modules/ipn/inbox/effects"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { readOrder, type OrderRow } from "./read-order"
import { exact, graph, plainDecimal, type Amount } from "./read-rows"

/** What Medusa says of a payment, and the handles that applying effects needs. */
export type Store = Readonly<{
  view: StoreView
  ids: { cartId?: string; orderId?: string }
  session?: SessionRow
  /** Medusa has recorded a capture or refund of its own and not yet the order's transaction for it. */
  isMedusaBooking: boolean
}>

/** How long what Medusa captured or refunded is left to Medusa: it asks the provider between the row and the transaction. */
const medusaBooksWithinMs = 60_000

/** In the reference of an order's credit line: money that was accepted as not coming. */
export const writeOffReference = "ipn_difference"

type CaptureRow = Amount & { id: string; created_by: string | null; created_at: string | Date }
type RefundRow = CaptureRow & { metadata?: Record<string, unknown> | null }
export type SessionRow = Amount & {
  id: string
  status: StoreView["session"]["status"]
  provider_id: string
  currency_code: string
  data: Record<string, unknown>
  payment_collection_id: string
  payment?:
    | (Amount & {
        id: string
        canceled_at: string | null
        captures?: CaptureRow[]
        refunds?: RefundRow[]
      })
    | null
}

/** The statuses by which core's cart completion picks a session. */
export const completable: readonly string[] = [
  "pending",
  "requires_more",
  "authorized",
  "captured",
  "pending_authorization",
]

/**
 * Reads everything that a plan depends on. Never queries by an undefined id: such a filter would match every row.
 * @param of.hasOrder False where no order is known: what the cart costs is asked at once then, for that takes longest.
 */
export async function readStore(
  container: MedusaContainer,
  of: { laneId: string; expected: ExpectedPayment; providerId: string; hasOrder?: boolean }
): Promise<Store> {
  const { laneId, expected, providerId } = of
  const { cartId } = expected
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const [session, orderId, early] = await Promise.all([
    readSession(container, expected.reference, providerId),
    readOrderId(container, expected),
    cartId && of.hasOrder === false ? readCartTotal(container, cartId) : undefined,
  ])
  const refundIds = (session?.payment?.refunds ?? []).map(({ id }) => id)
  const collectionId = session?.payment_collection_id ?? expected.paymentCollectionId
  const [order, total, done, siblings, elsewhere] = await Promise.all([
    orderId ? readOrder(container, orderId) : undefined,
    !orderId && cartId ? (early ?? readCartTotal(container, cartId)) : undefined,
    ipn.readDone({ laneId, orderId, refundIds }),
    collectionId ? siblingsOf(container, collectionId) : [],
    orderId ? sessionsElsewhere(container, orderId, collectionId) : [],
  ])
  const others = siblings.filter(({ id }) => id !== expected.reference)
  const { currency } = expected.money
  return {
    view: {
      ...(total && expected.cartId
        ? { cart: { id: expected.cartId, total: roundToCurrency(total.amount, total.currency) } }
        : {}),
      ...(order
        ? {
            order: {
              id: order.id,
              canceled: order.canceled,
              canceledByUs: order.canceled && done.canceledOrder,
              placedAt: order.placedAt,
              writtenOff: sumOf(
                order.creditLines
                  .filter(({ reference }) => reference === writeOffReference)
                  .map(({ amount }) => roundToCurrency(amount, currency)),
                currency
              ),
              owed: roundToCurrency(order.pendingDifference, currency),
            },
          }
        : {}),
      session: {
        status: session?.status ?? "gone",
        current: session !== undefined && others.every(({ status }) => !completable.includes(status)),
        rival: [...others, ...elsewhere].some(
          ({ status }) => status === "authorized" || status === "captured"
        ),
      },
      ...(session?.payment ? { payment: viewPayment(session, order, done) } : {}),
    },
    ids: {
      ...(expected.cartId ? { cartId: expected.cartId } : {}),
      ...(orderId ? { orderId } : {}),
    },
    ...(session ? { session } : {}),
    isMedusaBooking:
      (session?.payment?.captures ?? []).some((row) => isMedusasOwn(row, order?.captureIds)) ||
      (session?.payment?.refunds ?? []).some((row) => isMedusasOwn(row, order?.refundIds)),
  }
}

/** Whether Medusa will add the order's transaction itself. */
function isMedusasOwn(row: CaptureRow, inOrder: ReadonlySet<string> | undefined): boolean {
  if (!inOrder || inOrder.has(row.id) || isOurs(row)) return false
  return Date.now() - new Date(row.created_at).getTime() < medusaBooksWithinMs
}

function viewPayment(session: SessionRow, order: OrderRow | undefined, done: Done): StoreView["payment"] {
  const payment = session.payment!
  const currency = session.currency_code
  return {
    id: payment.id,
    canceled: payment.canceled_at !== null && payment.canceled_at !== undefined,
    money: roundToCurrency(exact(payment), currency),
    captures: byAge(payment.captures).map((capture) => ({
      id: capture.id,
      money: roundToCurrency(exact(capture), currency),
      inOrder: order ? order.captureIds.has(capture.id) : true,
      ours: isOurs(capture),
      halfUndone: order?.reversedIds.has(capture.id) ?? false,
    })),
    refunds: byAge(payment.refunds).map((refund) => {
      const resource = refund.metadata?.["gateway_refund_id"] ?? done.refundResources.get(refund.id)
      return {
        id: refund.id,
        money: roundToCurrency(exact(refund), currency),
        inOrder: order ? isBooked(refund, order, done) : true,
        halfUndone: order?.reversedIds.has(refund.id) ?? false,
        ours: isOurs(refund),
        ...(typeof resource === "string" ? { resource } : {}),
      }
    }),
    undone: {
      captures: countGone(done.undoneCaptures, payment.captures),
      refunds: countGone(done.undoneRefunds, payment.refunds),
    },
  }
}

/** A crash may come between taking the row away and writing that it was done. */
function countGone(undone: ReadonlySet<string>, rows: readonly CaptureRow[] | undefined): number {
  return [...undone].filter((id) => !rows?.some((row) => row.id === id)).length
}

/** Ours is booked once its total and its transaction are written: a crash may come between the two. */
function isBooked(refund: RefundRow, order: OrderRow, done: Done): boolean {
  if (!order.refundIds.has(refund.id)) return false
  return !isOurs(refund) || done.bookedRefunds.has(refund.id)
}

/** What we recorded bears our mark, see apply-effect. */
function isOurs(row: CaptureRow): boolean {
  return row.created_by?.startsWith("ipn:") ?? false
}

function byAge<T extends CaptureRow>(rows: readonly T[] | undefined): T[] {
  return [...(rows ?? [])].sort(
    (a, b) => new Date(a.created_at).getTime() - new Date(b.created_at).getTime() || (a.id < b.id ? -1 : 1)
  )
}

/** All sessions of a payment collection. */
export async function siblingsOf(
  container: MedusaContainer,
  collectionId: string
): Promise<{ id: string; status: string }[]> {
  return graph(container, "payment_session", { payment_collection_id: collectionId }, ["id", "status"])
}

/** The sessions by which an order was to be paid besides those of one collection: in the admin, or by another try. */
async function sessionsElsewhere(
  container: MedusaContainer,
  orderId: string,
  collectionId: string | undefined
): Promise<{ id: string; status: string }[]> {
  const links = await graph<{ payment_collection_id: string }>(
    container,
    "order_payment_collection",
    { order_id: orderId },
    ["payment_collection_id"]
  )
  const others = links.filter((link) => link.payment_collection_id !== collectionId)
  const sessions = await Promise.all(others.map((link) => siblingsOf(container, link.payment_collection_id)))
  return sessions.flat()
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
    "payment.refunds.id",
    "payment.refunds.amount",
    "payment.refunds.raw_amount",
    "payment.refunds.created_by",
    "payment.refunds.created_at",
    "payment.refunds.metadata",
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
