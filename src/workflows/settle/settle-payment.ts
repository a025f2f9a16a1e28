import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { policyOf, type Settings } from "../../config/settings"
import { contradicts } from "../../domain/contradicts"
import { fold, type Facts } from "../../domain/fold"
import { share, subtract, type Money } from "../../domain/money"
import { plan, type Plan, type Policy, type Review } from "../../domain/plan"
import type { PaymentEvent } from "../../domain/payment-event"
import { kept } from "../../domain/went-back"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { agreeHold } from "../stock/agree-hold"
import { applyEffect, type Made } from "./apply-effect"
import { undoInterruptedCompletion } from "./complete-cart"
import { endLane } from "./end-lane"
import { OutOfStock } from "./out-of-stock"
import { readHandled } from "./read-handled"
import { readStore, type Store } from "./read-store"

/** How soon to look again while Medusa itself books a capture or refund. */
const medusaBooksAgainMs = 1_000
/** How soon to try again to place an order whose goods are gone: somebody may have restocked. */
const restockedAgainMs = 1_800_000
/** Planning again after applying finds nothing left to do; more rounds than this mean that the store does not obey. */
const maxRounds = 6

/**
 * Makes the store agree with what was told of one payment, and ends the claim. The caller holds the payment's lock; once
 * that is lost, no further effect begins, and this throws.
 */
export async function settlePayment(
  container: MedusaContainer,
  claim: Claim,
  expected: ExpectedPayment,
  settings: Settings,
  lost: AbortSignal
): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { account, providerId } = ipn.account(claim.accountId)
  if (expected.cartId) await undoInterruptedCompletion(container, expected.cartId)
  const policy = policyOf(settings)
  const ask = { money: expected.money, mode: account.mode }
  let { handled, recorded, ignored } = await readHandled(container, claim, settings)
  let facts = fold(handled)
  if (isOurs(facts, ask, policy)) {
    const lanes = await ipn.learnGatewayPayments(expected, gatewayPayments(handled))
    for (const laneId of lanes) await ipn.moveToReference({ laneId }, expected)
    // No order is placed on money of which a refund was told already.
    if (lanes.length > 0) {
      ;({ handled, recorded, ignored } = await readHandled(container, claim, settings))
      facts = fold(handled)
    }
  }

  let applied = 0
  let asked = false
  let paidOtherwise = false
  for (let round = 1; round <= maxRounds; round++) {
    const store = await readStore(container, { laneId: claim.laneId, expected })
    const end = (settlement: Settlement) =>
      endLane(container, claim, {
        expected,
        recorded,
        enough: subtract(expected.money, share(expected.money, policy.tolerancePercent)),
        settlement: { paymentSessionId: expected.reference, ignored, ...store.ids, ...settlement },
      })
    if (store.isMedusaBooking) {
      const dueAt = new Date(Date.now() + medusaBooksAgainMs)
      await end({ state: "waiting", reason: "medusa_books", dueAt })
      return
    }
    const ruling = claim.isDecided ? await ipn.decisions.ruling(claim.laneId, facts) : undefined
    const { session } = store.view
    const view = { ...store.view, session: { ...session, rival: session.rival || paidOtherwise } }
    const next = plan(facts, ask, view, policy, {
      now: Date.now(),
      asked,
      ...(ruling ? { ruling } : {}),
    })
    if (next.kind === "ask_gateway") {
      // The gateway's own word before anything is taken from a buyer: while it cannot answer, nothing is taken.
      await ipn.asking.askAtOnce(expected)
      paidOtherwise = await isPaidOtherwise(ipn, expected, store.ids.orderId)
      asked = true
      ;({ handled, recorded, ignored } = await readHandled(container, claim, settings))
      facts = fold(handled)
      continue
    }
    if (next.kind !== "apply" || next.effects.length === 0) {
      lost.throwIfAborted()
      if (next.kind === "review") tellReview(container, claim, next)
      else {
        await agreeHold(container, {
          expected,
          laneId: claim.laneId,
          facts,
          settings,
          hasOrder: store.view.order !== undefined,
          isIgnored: next.kind === "ignored",
        })
      }
      await end(conclude(next, facts, policy, applied))
      return
    }
    try {
      applied += await applyAll(container, { claim, expected, providerId, facts, store }, next.effects, lost)
    } catch (error) {
      if (!(error instanceof OutOfStock)) throw error
      const review = { kind: "review", reason: "out_of_stock", expected: expected.money } as const
      tellReview(container, claim, review)
      await end({
        ...conclude(review, facts, policy, applied),
        dueAt: new Date(Date.now() + restockedAgainMs),
      })
      return
    }
  }
  throw new Error(`the store still does not agree with the payment after ${maxRounds} rounds`)
}

async function applyAll(
  container: MedusaContainer,
  about: { claim: Claim; expected: ExpectedPayment; providerId: string; facts: Facts; store: Store },
  effects: Extract<Plan, { kind: "apply" }>["effects"],
  lost: AbortSignal
): Promise<number> {
  const { view } = about.store
  let made: Made = {
    ...(view.payment ? { payment_id: view.payment.id } : {}),
    ...(view.order ? { order_id: view.order.id } : {}),
  }
  let applied = 0
  for (const effect of effects) {
    lost.throwIfAborted()
    made = { ...made, ...(await applyEffect(container, { ...about, effect, made })) }
    applied++
    // What follows needs the session that is there again: the next round reads it.
    if (effect.kind === "restore_session") break
  }
  return applied
}

/** Whether another payment for the same order has money, by what its gateway says this minute. */
async function isPaidOtherwise(
  ipn: IpnModuleService,
  expected: ExpectedPayment,
  orderId: string | undefined
): Promise<boolean> {
  for (const other of await ipn.otherPayments(expected, orderId)) {
    await ipn.asking.askAtOnce(other)
    const facts = fold(await ipn.readReference(other.accountId, other.reference))
    if (facts.authorized.length > 0 || kept(facts).length > 0) return true
  }
  return false
}

/**
 * Whether what was told is about the payment that we asked for. Money that only quotes our reference may be somebody
 * else's: its id is not learned, for what is told of it later, and our own captures and refunds, would go to it.
 */
function isOurs(facts: Facts, ask: Parameters<typeof contradicts>[1], policy: Policy): boolean {
  const contradiction = contradicts(facts, ask, policy)
  return !contradiction || contradiction.reason === "held_by_gateway"
}

/** A person must look, so the log says so; the numbers stand in the lane. */
function tellReview(container: MedusaContainer, claim: Claim, { reason, expected, told }: Review): void {
  const amounts = [expected && `expected ${spell(expected)}`, told && `told ${spell(told)}`].filter(Boolean)
  container
    .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
    .warn(`[ipn] [${claim.accountId}] ${claim.key} needs a decision: ${[reason, ...amounts].join(", ")}`)
}

function spell(money: Money): string {
  return `${money.amount} ${money.currency}`
}

function conclude(
  next: Exclude<Plan, { kind: "ask_gateway" }>,
  facts: Facts,
  policy: Policy,
  applied: number
): Settlement {
  if (next.kind === "ignored") return { state: "settled", reason: "ignored", outcome: "ignored" }
  if (next.kind === "review") {
    return {
      state: "review",
      reason: next.reason,
      detail: {
        expected: next.expected,
        told: next.told,
        ...(next.reason === "receiver_differs" ? { receivers: facts.otherReceivers } : {}),
        ...(next.reason === "mode_differs" ? { modes: facts.modes } : {}),
      },
      outcome: "review",
    }
  }
  if (next.recheckAt !== undefined) {
    const { ended } = facts
    const isInGrace = ended && next.recheckAt === ended.at + policy.failureGraceMs
    return {
      state: "waiting",
      reason: isInGrace ? `${ended.as}_in_grace` : "order_unpaid",
      dueAt: new Date(next.recheckAt),
    }
  }
  return { state: "settled", outcome: applied > 0 ? "applied" : "already_applied" }
}

function gatewayPayments(events: readonly PaymentEvent[]): string[] {
  return events.flatMap((event) => (event.gatewayPayment ? [event.gatewayPayment] : []))
}
