import type { MedusaContainer } from "@medusajs/framework/types"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { holdPolicyOf } from "../../config/settings"
import type { Claim } from "../../domain/hold"
import { issueKinds } from "../../domain/issue-kinds"
import type { Money } from "../../domain/money"
import type { Taken } from "../../modules/ipn/holds/holds"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { holdGoodsWorkflowId } from "../../modules/ipn/service"
import { readGoods } from "./read-goods"

export { holdGoodsWorkflowId }

export type ForPayment = Readonly<{
  cartId: string
  accountId: string
  /** The payment session. */
  reference: string
  money: Money
  laneId?: string | undefined
}>

/** Holds the goods of a cart for a payment, or holds them longer. What cannot be held for it is an issue, and no error. */
export async function holdGoods(
  container: MedusaContainer,
  payment: ForPayment,
  claim: Claim
): Promise<Taken["kind"]> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const goods = await readGoods(container, payment.cartId)
  if (!goods) return "ordered"
  const { longestMs } = holdPolicyOf(await ipn.settings.read(), payment.accountId)
  const taken = await ipn.holds.take({ ...payment, claim }, goods.wanted, longestMs)
  // Who is refused before paying is no problem of the store.
  if (claim.state === "started" && taken.kind === "short") return taken.kind
  await agreeNotHeld(
    container,
    payment,
    taken.kind === "short" ? "too_little_stock" : goods.hasUnstocked ? "not_stocked" : undefined
  )
  return taken.kind
}

/** Tells the owner that goods are not held, or that there is no such problem any more. */
export async function agreeNotHeld(
  container: MedusaContainer,
  { cartId, accountId, laneId, money }: ForPayment,
  reason: "too_little_stock" | "not_stocked" | undefined
): Promise<void> {
  const kind = "stock_not_held"
  const { severity } = issueKinds[kind]
  const issue = { kind, subject: cartId, severity, accountId, laneId, cartId, money } as const
  await container
    .resolve<IpnModuleService>(ipnModule)
    .issues.agree({ kinds: [kind], subject: cartId }, reason ? [{ ...issue, detail: { reason } }] : [])
}

export type HoldGoodsInput = { cart_id: string; account_id: string; reference: string; money: Money }

const holdGoodsStep = createStep("ipn-hold-goods-step", async (input: HoldGoodsInput, { container }) => {
  const { cart_id, account_id, reference, money } = input
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { lengthMs } = holdPolicyOf(await ipn.settings.read(), account_id)
  const since = Date.now()
  const kind = await holdGoods(
    container,
    { cartId: cart_id, accountId: account_id, reference, money },
    { state: "started", since, until: since + lengthMs("started") }
  )
  return new StepResponse({ kind })
})

/** Holds the goods of a cart while its buyer is at the gateway. Run by the payment provider when a payment starts. */
export const holdGoodsWorkflow = createWorkflow(holdGoodsWorkflowId, (input: HoldGoodsInput) => {
  return new WorkflowResponse(holdGoodsStep(input))
})
