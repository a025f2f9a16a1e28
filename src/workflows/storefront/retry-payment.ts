import type { MedusaContainer } from "@medusajs/framework/types"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import {
  createOrUpdateOrderPaymentCollectionWorkflow,
  createPaymentSessionsWorkflow,
} from "@medusajs/medusa/core-flows"
import { mayRetry, type BuyerStatus, type PayAt } from "../../domain/buyer-status"
import { fold } from "../../domain/fold"
import { isPositive, roundToCurrency } from "../../domain/money"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import type { StoredPurchase } from "../../modules/ipn/waiting/read-purchase"
import { readOrder } from "../settle/read-order"
import { graph } from "../settle/read-rows"

export const retryPaymentWorkflowId = "ipn-retry-payment"

export type RetryInput = {
  /** A payment of the purchase: a Medusa payment session id. */
  reference: string
  /** The account to pay with. Default: the one of the last payment. */
  account_id?: string | undefined
  return_url?: string | undefined
}

/** How it ended. `refused` is for a 409: paid, on its way, or in question. */
export type Retried =
  | Readonly<{ kind: "started"; reference: string; next: PayAt | null }>
  | Readonly<{ kind: "refused"; status: BuyerStatus }>
  | Readonly<{ kind: "unknown_account" }>
  | Readonly<{ kind: "unknown_payment" }>

/** Our account of another store's payment provider has no page to pay at: only accounts of our own can be started. */
async function retryPayment(container: MedusaContainer, input: RetryInput): Promise<Retried> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const before = await ipn.buyers.purchase(input.reference)
  if (!before) return { kind: "unknown_payment" }
  // Nobody is sent to pay again because a message is late: what the gateway says this minute counts.
  for (const { accountId, reference } of before.payments.slice(-3)) {
    await ipn.asking.askNow(accountId, reference)
  }
  const subject = await ipn.lockSubject({
    cartId: before.cartId,
    paymentCollectionId: before.named.paymentCollectionId,
    reference: before.named.reference,
  })
  return ipn.lock.hold(subject, async (lost) => {
    const purchase = await ipn.buyers.purchase(input.reference)
    if (!purchase) return { kind: "unknown_payment" }
    const status = await statusNow(ipn, purchase)
    if (!mayRetry(status)) return { kind: "refused", status }
    const last = purchase.payments.at(-1)!
    const accountId = input.account_id ?? last.accountId
    const configured = ipn.configuration.accounts.get(accountId)
    if (!configured || configured.takenOver) return { kind: "unknown_account" }
    const collectionId = await payableCollection(container, purchase)
    if (collectionId === undefined) return { kind: "refused", status }
    lost.throwIfAborted()
    const { result } = await createPaymentSessionsWorkflow(container).run({
      input: {
        payment_collection_id: collectionId,
        provider_id: configured.providerId,
        data: input.return_url === undefined ? {} : { return_url: input.return_url },
        ...(await customerOf(container, purchase)),
      },
    })
    const started = await ipn.buyers.purchase(result.id)
    return { kind: "started", reference: result.id, next: started?.named.payAt ?? null }
  })
}

/**
 * From all that was told, settled or not: a capture that waits to be settled forbids another payment too. A lane that is
 * looked at only because the gateway was asked forbids nothing.
 */
async function statusNow(ipn: IpnModuleService, purchase: StoredPurchase): Promise<BuyerStatus> {
  const payments = await Promise.all(
    purchase.payments.map(async (payment) => {
      const events = await ipn.readReference(payment.accountId, payment.reference)
      const facts = events.length > 0 ? fold(events) : payment.facts
      const hasMoney = facts && (facts.captured.length > 0 || facts.authorized.length > 0)
      const lane = payment.lane && { ...payment.lane, isDue: hasMoney ? payment.lane.isDue : false }
      return { ...payment, facts, lane }
    })
  )
  return ipn.buyers.tell({ ...purchase, payments })
}

/** Of a cart its own collection; of an order the one that asks for what is still owed. Undefined when nothing is. */
async function payableCollection(
  container: MedusaContainer,
  { cartId, named, order, payments }: StoredPurchase
): Promise<string | undefined> {
  if (!order) {
    if (cartId === undefined) return named.paymentCollectionId
    const links = await graph<{ payment_collection_id: string }>(
      container,
      "cart_payment_collection",
      { cart_id: cartId },
      ["payment_collection_id"]
    )
    return links[0]?.payment_collection_id
  }
  if (order.isCanceled || order.isPaidElsewhere) return undefined
  const currency = payments.at(-1)!.ask.money.currency
  const placed = await readOrder(container, order.id)
  const owed = placed && roundToCurrency(placed.pendingDifference, currency)
  if (!owed || !isPositive(owed)) return undefined
  const { result } = await createOrUpdateOrderPaymentCollectionWorkflow(container).run({
    input: { order_id: order.id },
  })
  // Core answers with the collection that it updated, or with a list of those that it made.
  const [collection] = [result as { id: string } | { id: string }[] | undefined].flat()
  return collection?.id
}

/** A registered customer's payment is started in the customer's name, as core's own route does. */
async function customerOf(
  container: MedusaContainer,
  { cartId }: StoredPurchase
): Promise<{ customer_id?: string }> {
  if (cartId === undefined) return {}
  const carts = await graph<{ customer?: { id: string; has_account: boolean } | null }>(
    container,
    "cart",
    { id: cartId },
    ["id", "customer.id", "customer.has_account"]
  )
  const customer = carts[0]?.customer
  return customer?.has_account ? { customer_id: customer.id } : {}
}

const retryPaymentStep = createStep("ipn-retry-payment-step", async (input: RetryInput, { container }) => {
  return new StepResponse(await retryPayment(container, input))
})

/**
 * Starts another payment for a purchase whose last one did not succeed: on the cart's collection, or for what a placed
 * order still owes. Gateways are asked first, and nothing is started while money is there, on its way or in question.
 */
export const retryPaymentWorkflow = createWorkflow(retryPaymentWorkflowId, (input: RetryInput) => {
  return new WorkflowResponse(retryPaymentStep(input))
})
