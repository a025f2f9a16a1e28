import type { IOrderModuleService, IPaymentModuleService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import type { Facts } from "../../domain/fold"
import type { Effect } from "../../domain/plan"
import type { Claim } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { completeCart, undoInterruptedCompletion } from "./complete-cart"
import { recordAuthorization, recordSessionStatus } from "./payment-records"
import { exact, readStore, type SessionRow, type Store } from "./read-store"

export type EffectInput = Readonly<{
  claim: Claim
  expected: ExpectedPayment
  facts: Facts
  store: Store
  effect: Effect
}>

/** Makes one change to the store, with evidence before and after. None of them moves money at a gateway. */
export async function applyEffect(container: MedusaContainer, input: EffectInput): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { claim, effect } = input
  await ipn.withEvidence(
    { laneId: claim.laneId, kind: effect.kind, objectId: objectOf(effect, input) },
    { ...effect },
    async (interrupted) => {
      switch (effect.kind) {
        case "mark_session":
          return markSession(container, sessionOf(input), effect.status)
        case "authorize_payment":
          return authorizePayment(container, sessionOf(input))
        case "complete_cart":
          if (interrupted) await undoInterruptedCompletion(container, effect.cart_id)
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
  return { session_id: session.id }
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
  { claim, expected, store }: EffectInput,
  amount: string
) {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const payments = container.resolve<IPaymentModuleService>(Modules.PAYMENT)
  const { providerId } = ipn.account(claim.accountId)
  const { session, ids } = await readStore(container, expected, providerId)
  if (!session?.payment) throw new Error(`the payment of session ${expected.reference} does not exist yet`)
  const before = new Set((session.payment.captures ?? []).map(({ id }) => id))
  const payment = await payments.capturePayment({
    payment_id: session.payment.id,
    amount: amount as unknown as number, // exact decimal string; core reads it as a BigNumber
    is_captured: true,
    captured_by: `ipn:${claim.laneId}`,
  })
  const capture = payment.captures?.find(({ id }) => !before.has(id))
  if (!capture) throw new Error(`Medusa recorded no capture for payment ${session.payment.id}`)
  const orderId = ids.orderId ?? store.ids.orderId
  if (orderId) await addTransaction(container, orderId, capture.id, amount, session.currency_code)
  return { capture_id: capture.id, ...(orderId ? { order_id: orderId } : {}) }
}

async function recordTransaction(
  container: MedusaContainer,
  input: EffectInput,
  captureId: string,
  amount: string
) {
  const { orderId } = input.store.ids
  if (!orderId) throw new Error(`capture ${captureId} has no order to be recorded on`)
  await addTransaction(container, orderId, captureId, amount, input.expected.money.currency)
  return { order_id: orderId }
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
