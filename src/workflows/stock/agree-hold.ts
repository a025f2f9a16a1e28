import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { holdPolicyOf, policyOf, type Settings } from "../../config/settings"
import type { Facts } from "../../domain/fold"
import { wishedHold, type HoldWish } from "../../domain/hold"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type { StoredClaim } from "../../modules/ipn/holds/stored-hold"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { agreeNotHeld, holdGoods } from "./hold-goods"
import { readInstructions } from "../settle/read-instructions"

type Standing = Readonly<{
  expected: ExpectedPayment
  laneId: string
  facts: Facts
  settings: Settings
  hasOrder: boolean
  /** A person set the payment aside. */
  isIgnored: boolean
}>

/**
 * Makes the held goods of a cart agree with what was told of a payment. The caller holds the cart's lock. Stock that
 * cannot be held, now or ever, keeps no payment from being settled.
 */
export async function agreeHold(container: MedusaContainer, standing: Standing): Promise<void> {
  const { expected, laneId } = standing
  const { cartId } = expected
  if (cartId === undefined) return
  try {
    await agree(container, standing, { ...expected, cartId, laneId })
  } catch (error) {
    container
      .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
      .warn(
        `[ipn] [${expected.accountId}] the goods of ${expected.reference} are not held: ${(error as Error).message}`
      )
  }
}

async function agree(
  container: MedusaContainer,
  { expected, facts, settings, hasOrder, isIgnored }: Standing,
  payment: Parameters<typeof holdGoods>[1]
): Promise<void> {
  const { cartId, reference } = payment
  const { holds } = container.resolve<IpnModuleService>(ipnModule)
  if (hasOrder) {
    await holds.finish(cartId)
    await agreeNotHeld(container, payment, undefined)
    return
  }
  const before = (await holds.ofCart(cartId))?.claims[reference]
  const wish = isIgnored
    ? ({ kind: "release", because: "ignored" } as const)
    : await wishOf(container, { expected, facts, settings, before })
  switch (wish.kind) {
    case "hold":
      await holdGoods(container, payment, wish.claim)
      return
    case "release":
      await holds.dropClaim(cartId, reference, wish.because)
      await agreeNotHeld(container, payment, undefined)
      return
    case "as_before":
  }
}

/** What a payment wants of the goods now, by what was told of it. */
export async function wishOf(
  container: MedusaContainer,
  {
    expected,
    facts,
    settings,
    before,
  }: Readonly<{
    expected: ExpectedPayment
    facts: Facts
    settings: Settings
    before: StoredClaim | undefined
  }>
): Promise<HoldWish> {
  const { account } = container.resolve<IpnModuleService>(ipnModule).account(expected.accountId)
  const instructions = facts.pending ? await readInstructions(container, expected.reference) : undefined
  return wishedHold(
    facts,
    { money: expected.money, mode: account.mode },
    { byInstructions: instructions !== undefined, dueAt: instructions?.dueAt?.getTime(), before },
    { hold: holdPolicyOf(settings, expected.accountId), payment: policyOf(settings) },
    Date.now()
  )
}
