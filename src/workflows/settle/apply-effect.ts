import type { IPaymentModuleService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import type { Facts } from "../../domain/fold"
import type { Money } from "../../domain/money"
import type { Effect } from "../../domain/plan"
import type { Claim } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { cancelUnpaidOrder } from "../orders/cancel-unpaid-order"
import { reviveOrder } from "../orders/revive-order"
import { completeCart } from "./complete-cart"
import { addTransaction, bookRefund, unbookCapture, unbookRefund, writeOff } from "./order-money"
import {
  recordAuthorization,
  recountPayment,
  recordRefundRow,
  recordSessionAgain,
  recordSessionStatus,
  recordVoid,
  removeCapture,
  removeRefund,
} from "./payment-records"
import { exact } from "./read-rows"
import { isCapturedInFull, siblingsOf, type SessionRow, type Store } from "./read-store"

export type EffectInput = Readonly<{
  claim: Claim
  expected: ExpectedPayment
  facts: Facts
  providerId: string
  store: Store
  effect: Effect
  /** What the effects before this one made. */
  made: Made
}>

/** The rows that exist by now, from the snapshot or made since. */
export type Made = Readonly<{ payment_id?: string; order_id?: string }>

/**
 * Makes one change to the store, with evidence before and after, and says what it made. None of them moves money at a
 * gateway.
 */
export async function applyEffect(container: MedusaContainer, input: EffectInput): Promise<Made> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { claim, effect, expected } = input
  return ipn.effects.during<Made>(
    { laneId: claim.laneId, kind: effect.kind, objectId: objectOf(effect, input) },
    { ...effect },
    async () => {
      switch (effect.kind) {
        case "mark_session":
          return markSession(container, sessionOf(input), effect.status)
        case "restore_session":
          return restoreSession(container, input)
        case "authorize_payment":
          return authorizePayment(container, input)
        case "complete_cart":
          return completeCart(container, effect.cart_id)
        case "revive_order":
          return revive(container, input)
        case "record_capture":
          return recordCapture(container, input, effect.money)
        case "record_transaction":
          return addTransaction(container, orderOf(input), effect.money, "capture", effect.capture_id)
        case "undo_capture":
          return undoCapture(container, input, effect.capture_id, effect.money)
        case "record_refund":
          return recordRefund(container, input, effect.money, effect.resource)
        case "record_refund_transaction":
          return bookKnownRefund(container, input, effect.refund_id, effect.money)
        case "undo_refund":
          return undoRefund(container, input, effect.refund_id, effect.money)
        case "write_off":
          return writeOff(container, orderOf(input), expected.reference, effect.money)
        case "void_payment":
          return voidPayment(container, input)
        case "recount_payment":
          return recount(container, input)
        case "cancel_order":
          return cancelUnpaidOrder(container, orderOf(input))
      }
    }
  )
}

/** What tells two effects of a kind in one lane apart. */
function objectOf(effect: Effect, input: EffectInput): string {
  const { expected, facts } = input
  switch (effect.kind) {
    case "mark_session":
      return `${expected.reference}:${effect.status}`
    case "restore_session":
    case "authorize_payment":
    case "void_payment":
    case "recount_payment":
      return expected.reference
    case "complete_cart":
      return effect.cart_id
    case "record_capture":
      return `up-to:${facts.captured[0]?.amount ?? "0"}`
    case "record_transaction":
    case "undo_capture":
      return effect.capture_id
    case "record_refund":
      return effect.resource ?? `up-to:${facts.refunded[0]?.amount ?? "0"}`
    case "record_refund_transaction":
    case "undo_refund":
      return effect.refund_id
    case "write_off":
      return `${expected.reference}:${facts.captured[0]?.amount ?? "0"}`
    case "cancel_order":
    case "revive_order":
      return orderOf(input)
  }
}

function sessionOf({ store, expected }: EffectInput): SessionRow {
  if (!store.session) throw new Error(`payment session ${expected.reference} no longer exists`)
  return store.session
}

function orderOf({ made, expected }: EffectInput): string {
  if (!made.order_id) throw new Error(`payment session ${expected.reference} has no order`)
  return made.order_id
}

function paymentOf({ made, expected }: EffectInput): string {
  if (!made.payment_id) throw new Error(`the payment of session ${expected.reference} does not exist yet`)
  return made.payment_id
}

async function markSession(container: MedusaContainer, session: SessionRow, status: string) {
  await recordSessionStatus(
    container,
    { id: session.id, collectionId: session.payment_collection_id },
    status
  )
  return {}
}

/** The next round reads the session that is there again. */
async function restoreSession(container: MedusaContainer, { expected, providerId }: EffectInput) {
  const { paymentCollectionId, reference, money } = expected
  if (!paymentCollectionId) throw new Error(`payment session ${reference} belongs to no collection`)
  const siblings = await siblingsOf(container, paymentCollectionId)
  await recordSessionAgain(container, {
    id: reference,
    providerId,
    collectionId: paymentCollectionId,
    amount: money.amount,
    currency: money.currency,
    others: siblings.flatMap(({ id, status }) =>
      id !== reference && status !== "canceled" && status !== "error" ? [id] : []
    ),
  })
  return {}
}

async function authorizePayment(container: MedusaContainer, input: EffectInput) {
  const session = sessionOf(input)
  const paymentId = await recordAuthorization(container, {
    id: session.id,
    providerId: session.provider_id,
    collectionId: session.payment_collection_id,
    amount: exact(session),
    currency: session.currency_code,
    data: session.data,
    paymentId: session.payment?.id,
  })
  return { payment_id: paymentId }
}

/** Records money that the gateway already took; the provider is not called. Then the order learns of it. */
async function recordCapture(container: MedusaContainer, input: EffectInput, money: Money) {
  const payments = container.resolve<IPaymentModuleService>(Modules.PAYMENT)
  const paymentId = paymentOf(input)
  const before = new Set(input.store.view.payment?.captures.map(({ id }) => id))
  const payment = await payments.capturePayment({
    payment_id: paymentId,
    amount: money.amount as unknown as number, // exact decimal string; core reads it as a BigNumber
    is_captured: true,
    captured_by: `ipn:${input.claim.laneId}`,
  })
  const capture = payment.captures?.find(({ id }) => !before.has(id))
  if (!capture) throw new Error(`Medusa recorded no capture for payment ${paymentId}`)
  if (input.made.order_id) await addTransaction(container, input.made.order_id, money, "capture", capture.id)
  return { capture_id: capture.id }
}

/** The order first: the capture's row is what shows that there is still something to take back. */
async function undoCapture(container: MedusaContainer, input: EffectInput, captureId: string, money: Money) {
  if (input.made.order_id) await unbookCapture(container, input.made.order_id, captureId, money)
  await removeCapture(container, {
    id: captureId,
    paymentId: paymentOf(input),
    collectionId: sessionOf(input).payment_collection_id,
  })
  return {}
}

/** Records money that the gateway already paid back; the provider is not called. Then the order learns of it. */
async function recordRefund(
  container: MedusaContainer,
  input: EffectInput,
  money: Money,
  resource: string | undefined
) {
  const refundId = await recordRefundRow(container, {
    paymentId: paymentOf(input),
    collectionId: sessionOf(input).payment_collection_id,
    amount: money.amount,
    createdBy: `ipn:${input.claim.laneId}`,
    note: "Refunded at the gateway",
    gatewayRefundId: resource,
  })
  if (input.made.order_id) await bookRefund(container, input.made.order_id, refundId, money)
  return { refund_id: refundId }
}

async function bookKnownRefund(
  container: MedusaContainer,
  input: EffectInput,
  refundId: string,
  money: Money
) {
  await bookRefund(container, orderOf(input), refundId, money)
  return { refund_id: refundId }
}

async function undoRefund(container: MedusaContainer, input: EffectInput, refundId: string, money: Money) {
  const ours = input.store.view.payment?.refunds.find(({ id }) => id === refundId)?.ours ?? false
  if (input.made.order_id) await unbookRefund(container, input.made.order_id, { refundId, money, ours })
  await removeRefund(container, {
    id: refundId,
    collectionId: sessionOf(input).payment_collection_id,
  })
  return {}
}

async function voidPayment(container: MedusaContainer, input: EffectInput) {
  const session = sessionOf(input)
  await recordVoid(container, {
    id: paymentOf(input),
    sessionId: session.id,
    collectionId: session.payment_collection_id,
  })
  return {}
}

async function recount(container: MedusaContainer, input: EffectInput) {
  const { payment_collection_id, payment } = sessionOf(input)
  await recountPayment(container, {
    id: paymentOf(input),
    collectionId: payment_collection_id,
    isCaptured: isCapturedInFull(input.store.view.payment!),
    capturedAt: payment!.captured_at,
  })
  return {}
}

async function revive(container: MedusaContainer, input: EffectInput) {
  const orderId = orderOf(input)
  await reviveOrder(container, orderId)
  await container.resolve<IpnModuleService>(ipnModule).effects.takeBackCancellation(orderId)
  return {}
}
