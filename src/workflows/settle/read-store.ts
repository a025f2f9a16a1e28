import type { MedusaContainer } from "@medusajs/framework/types"
import { compare, roundToCurrency, sumOf } from "../../domain/money"
import type { StoreView } from "../../domain/plan"
import type { Done } from "../../modules/ipn/inbox/effects"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import type {
  CaptureRow,
  OrderRow as Row,
  RefundRow,
  SessionRow as Session,
} from "../../modules/ipn/payment-rows"
import { orderOfRow, readOrder, type OrderRow } from "./read-order"
import { exact, graph, plainDecimal } from "./read-rows"

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

type PaymentView = NonNullable<StoreView["payment"]>

export type SessionRow = Session & { status: StoreView["session"]["status"] }

/** The statuses by which core's cart completion picks a session. */
export const completable: readonly string[] = [
  "pending",
  "requires_more",
  "authorized",
  "captured",
  "pending_authorization",
]

/** Reads everything that a plan depends on: rows as of one moment, and what the cart costs where no order stands. */
export async function readStore(
  container: MedusaContainer,
  of: { laneId: string; expected: ExpectedPayment }
): Promise<Store> {
  const { laneId, expected } = of
  const { cartId } = expected
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { siblings, elsewhere, ...rows } = await ipn.readPaymentRows({
    sessionId: expected.reference,
    cartId,
    collectionId: expected.paymentCollectionId,
  })
  const session = (rows.session ?? undefined) as SessionRow | undefined
  const order = rows.order ? await orderIn(container, rows.order) : undefined
  const orderId = rows.orderId ?? undefined
  const refundIds = (session?.payment?.refunds ?? []).map(({ id }) => id)
  const [total, done] = await Promise.all([
    !orderId && cartId ? readCartTotal(container, cartId) : undefined,
    ipn.effects.readDone({ laneId, orderId, refundIds }),
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

/** The order as of the rows' moment; what it waits for as Medusa goes by it when its money is written. */
async function orderIn(container: MedusaContainer, row: Row): Promise<OrderRow> {
  const order = orderOfRow(row)
  const asked = row.has_returns ? await readOrder(container, row.id) : undefined
  return asked ? { ...order, pendingDifference: asked.pendingDifference } : order
}

/** Whether Medusa will add the order's transaction itself. */
function isMedusasOwn(row: CaptureRow, inOrder: ReadonlySet<string> | undefined): boolean {
  if (!inOrder || inOrder.has(row.id) || isOurs(row)) return false
  return Date.now() - new Date(row.created_at).getTime() < medusaBooksWithinMs
}

function viewPayment(session: SessionRow, order: OrderRow | undefined, done: Done): PaymentView {
  const payment = session.payment!
  const currency = session.currency_code
  const money = roundToCurrency(exact(payment), currency)
  const captures = byAge(payment.captures).map((capture) => ({
    id: capture.id,
    money: roundToCurrency(exact(capture), currency),
    inOrder: order ? order.captureIds.has(capture.id) : true,
    ours: isOurs(capture),
    halfUndone: order?.reversedIds.has(capture.id) ?? false,
  }))
  const isMarkedCaptured = payment.captured_at !== null
  return {
    id: payment.id,
    canceled: payment.canceled_at !== null && payment.canceled_at !== undefined,
    money,
    captures,
    counted: payment.collection_counted && isMarkedCaptured === isCapturedInFull({ money, captures }),
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

/** Whether Medusa marks the payment as captured. */
export function isCapturedInFull({ money, captures }: Pick<PaymentView, "money" | "captures">): boolean {
  const captured = sumOf(
    captures.map((capture) => capture.money),
    money.currency
  )
  return compare(captured, money) >= 0
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
