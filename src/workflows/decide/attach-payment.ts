import type { IPaymentModuleService, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { createPaymentCollectionForCartWorkflow } from "@medusajs/medusa/core-flows"
import { readLaneKey } from "../../domain/lane-key"
import type { AttachDetail, Instruction } from "../../modules/ipn/decisions/decisions"
import type { Claim } from "../../modules/ipn/inbox/claim-lanes"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { recordSessionAgain, recordSessionStatus, recordVoid } from "../settle/payment-records"
import { graph } from "../settle/read-rows"
import { readStore, siblingsOf } from "../settle/read-store"

/**
 * Gives a payment a session of its own at the cart or order that it was attached to, and moves its events there, where
 * settling then does the rest. What is told of the payment later follows. Every step finds what an earlier try made.
 * @returns false when the cart or order is gone: then the decision has failed, and the payment is in review again.
 */
export async function attachPayment(
  container: MedusaContainer,
  claim: Claim,
  { id, detail }: Extract<Instruction, { kind: "attach" }>
): Promise<boolean> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { accountId } = claim
  const { reference } = detail
  if (!(await ipn.findExpected(accountId, reference))) {
    const subject = detail.order_id ? await ipn.lockSubjectOfOrder(detail.order_id) : detail.cart_id!
    const isThere = await ipn.lock.hold(
      subject,
      (lost) => makePlace(container, claim, detail, lost),
      "worker"
    )
    if (!isThere) {
      await ipn.decisions.end(id, { error: "The cart or order is gone." })
      return false
    }
    await ipn.decisions.end(id)
  }
  await ipn.moveToReference(claim, { accountId, reference }, detail.lane_id)
  const [expected, events] = await Promise.all([
    ipn.findExpected(accountId, reference),
    ipn.readReference(accountId, reference),
  ])
  if (!expected) throw new Error(`what was expected of ${reference} is gone`)
  await ipn.learnGatewayPayments(
    expected,
    events.flatMap(({ gatewayPayment }) => gatewayPayment ?? [])
  )
  return true
}

/** The session first, the expected payment last: that is what shows that all of it is there. */
async function makePlace(
  container: MedusaContainer,
  claim: Claim,
  detail: AttachDetail,
  lost: AbortSignal
): Promise<boolean> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { accountId } = claim
  const { reference, money } = detail
  const collectionId = detail.order_id
    ? await collectionForOrder(container, detail.order_id, detail)
    : await collectionOfCart(container, detail.cart_id!)
  if (!collectionId) return false
  lost.throwIfAborted()
  await closeOldSession(container, claim)
  const open = (await siblingsOf(container, collectionId)).filter(({ status }) =>
    ["pending", "requires_more", "pending_authorization"].includes(status)
  )
  lost.throwIfAborted()
  await recordSessionAgain(container, {
    id: reference,
    providerId: ipn.account(accountId).providerId,
    collectionId,
    ...money,
    others: open.flatMap((session) => (session.id === reference ? [] : session.id)),
  })
  await ipn.expectPayment({ accountId, reference, ...money })
  return true
}

/** A new collection for what the order waits for, under an id of the decision's, so that a second try finds it. */
async function collectionForOrder(
  container: MedusaContainer,
  orderId: string,
  { collection_id: id, money }: AttachDetail
): Promise<string | undefined> {
  const [order] = await graph(container, "order", { id: orderId }, ["id"])
  if (!order) return undefined
  const [known] = await graph(container, "payment_collection", { id }, ["id"])
  if (!known) {
    const payments = container.resolve<IPaymentModuleService>(Modules.PAYMENT)
    await payments.createPaymentCollections({
      id,
      currency_code: money.currency,
      amount: money.amount as unknown as number, // exact decimal string; core reads it as a BigNumber
    } as Parameters<typeof payments.createPaymentCollections>[0] & { id: string })
  }
  await container.resolve(ContainerRegistrationKeys.LINK).create({
    [Modules.ORDER]: { order_id: orderId },
    [Modules.PAYMENT]: { payment_collection_id: id },
  })
  return id
}

async function collectionOfCart(container: MedusaContainer, cartId: string): Promise<string | undefined> {
  const read = async () =>
    (
      await graph<{ id: string; payment_collection?: { id: string } | null }>(
        container,
        "cart",
        { id: cartId },
        ["id", "payment_collection.id"]
      )
    )[0]
  const cart = await read()
  if (!cart) return undefined
  if (!cart.payment_collection) {
    await createPaymentCollectionForCartWorkflow(container).run({ input: { cart_id: cartId } })
  }
  return (await read())?.payment_collection?.id
}

/** Nothing can be bought any more with the session that the money came by. */
async function closeOldSession(container: MedusaContainer, { laneId, accountId, key }: Claim): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { kind, value } = readLaneKey(key)
  const old = kind === "ref" ? await ipn.findExpected(accountId, value) : undefined
  if (!old) return
  const { session, view } = await readStore(container, { laneId, expected: old })
  if (!session) return
  const collectionId = session.payment_collection_id
  if (view.payment && !view.payment.canceled) {
    await recordVoid(container, { id: view.payment.id, sessionId: session.id, collectionId })
  } else if (session.status !== "canceled") {
    await recordSessionStatus(container, { id: session.id, collectionId }, "canceled")
  }
}
