import type { IOrderModuleService, IPaymentModuleService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import type { Facts } from "../../domain/fold"
import type { Effect } from "../../domain/plan"
import type { Claim } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { completeCart } from "./complete-cart"
import { recordAuthorization, recordSessionStatus } from "./payment-records"
import { exact, type SessionRow, type Store } from "./read-store"

export type EffectInput = Readonly<{
  claim: Claim
  expected: ExpectedPayment
  facts: Facts
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
  const { claim, effect } = input
  return ipn.withEvidence<Made>(
    { laneId: claim.laneId, kind: effect.kind, objectId: objectOf(effect, input) },
    { ...effect },
    async () => {
      switch (effect.kind) {
        case "mark_session":
          return markSession(container, sessionOf(input), effect.status)
        case "authorize_payment":
          return authorizePayment(container, sessionOf(input))
        case "complete_cart":
          return completeCart(container, effect.cart_id)
        case "record_capture":
          return recordCapture(container, input, effect.money.amount)
        case "record_transaction":
          return recordTransaction(container, input, effect.capture_id, effect.money.amount)
      }
    }
  )
}

/** What tells two effects of a kind in one lane apart. */
function objectOf(effect: Effect, { expected, facts }: EffectInput): string {
  switch (effect.kind) {
    case "mark_session":
      return `${expected.reference}:${effect.status}`
    case "authorize_payment":
      return expected.reference
    case "complete_cart":
      return effect.cart_id
    case "record_capture":
      return `up-to:${facts.captured[0]?.amount ?? "0"}`
    case "record_transaction":
      return effect.capture_id
  }
}

function sessionOf({ store, expected }: EffectInput): SessionRow {
  if (!store.session) throw new Error(`payment session ${expected.reference} no longer exists`)
  return store.session
}

async function markSession(container: MedusaContainer, session: SessionRow, status: string) {
  await recordSessionStatus(
    container,
    { id: session.id, collectionId: session.payment_collection_id },
    status
  )
  return {}
}

async function authorizePayment(container: MedusaContainer, session: SessionRow) {
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
async function recordCapture(
  container: MedusaContainer,
  { claim, expected, store, made }: EffectInput,
  amount: string
) {
  const payments = container.resolve<IPaymentModuleService>(Modules.PAYMENT)
  if (!made.payment_id) throw new Error(`the payment of session ${expected.reference} does not exist yet`)
  const before = new Set(store.view.payment?.captures.map(({ id }) => id))
  const payment = await payments.capturePayment({
    payment_id: made.payment_id,
    amount: amount as unknown as number, // exact decimal string; core reads it as a BigNumber
    is_captured: true,
    captured_by: `ipn:${claim.laneId}`,
  })
  const capture = payment.captures?.find(({ id }) => !before.has(id))
  if (!capture) throw new Error(`Medusa recorded no capture for payment ${made.payment_id}`)
  if (made.order_id) {
    await addTransaction(container, made.order_id, capture.id, amount, expected.money.currency)
  }
  return { capture_id: capture.id }
}

async function recordTransaction(
  container: MedusaContainer,
  { expected, made }: EffectInput,
  captureId: string,
  amount: string
) {
  if (!made.order_id) throw new Error(`capture ${captureId} has no order to be recorded on`)
  await addTransaction(container, made.order_id, captureId, amount, expected.money.currency)
  return {}
}

async function addTransaction(
  container: MedusaContainer,
  orderId: string,
  captureId: string,
  amount: string,
  currency: string
): Promise<void> {
  const orders = container.resolve<IOrderModuleService>(Modules.ORDER)
  await orders.addOrderTransactions({
    order_id: orderId,
    amount: amount as unknown as number, // exact decimal string; core reads it as a BigNumber
    currency_code: currency,
    reference: "capture",
    reference_id: captureId,
  })
}
