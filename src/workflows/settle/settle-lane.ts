import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { fold, type Facts } from "../../domain/fold"
import { readLaneKey } from "../../domain/lane-key"
import type { Money } from "../../domain/money"
import { contradicts, plan, type Ask, type Plan } from "../../domain/plan"
import { paymentEventTypes, type PaymentEvent } from "../../domain/payment-event"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import { retryDelayMs, unmatchedForMs } from "../../modules/ipn/inbox/retry"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { applyEffect, type Made } from "./apply-effect"
import { undoInterruptedCompletion } from "./complete-cart"
import { confirmMessage } from "./confirm-message"
import { readStore } from "./read-store"

/** What the plan has no rule for yet: kept in the lane, and shown as ignored. */
const recordedOnly = paymentEventTypes.filter((type) => !type.startsWith("payment."))

type Review = Extract<Plan, { kind: "review" }>

/** How soon to look again while Medusa itself records a capture. */
const medusaCapturesAgainMs = 1_000

/** Planning again after applying finds nothing left to do; more rounds than this mean that the store does not obey. */
const maxRounds = 4

/**
 * Settles a claimed lane: confirm what is unproven, match it to what was expected, fold, plan, apply. Ends the claim.
 * Throws when something cannot be done now; the worker tries the lane again.
 */
export async function settleLane(container: MedusaContainer, claim: Claim): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const key = readLaneKey(claim.key)
  switch (key.kind) {
    case "msg":
      await ipn.endClaim(claim, await confirmMessage(container, claim, key.value))
      return
    case "obj":
      await ipn.endClaim(claim, { state: "settled", outcome: "already_applied", ignoredTypes: recordedOnly })
      return
    case "pay": {
      const owner = await ipn.findExpectedByGatewayPayment(claim.accountId, key.value)
      if (owner) await ipn.moveToReference(claim, owner.reference)
      await ipn.endClaim(claim, owner ? { state: "settled", reason: "moved" } : unmatched(claim))
      return
    }
    case "ref": {
      const expected = await ipn.findExpected(claim.accountId, key.value)
      if (!expected) {
        await ipn.endClaim(claim, unmatched(claim))
        return
      }
      await ipn.lock.hold(lockSubject(expected), () =>
        ipn.whileSettling(expected.reference, () => settlePayment(container, claim, expected))
      )
    }
  }
}

/** What is locked while a payment is settled or its cart completed: everything that could place the same order. */
export function lockSubject(
  expected: Pick<ExpectedPayment, "cartId" | "paymentCollectionId" | "reference">
): string {
  return expected.cartId ?? expected.paymentCollectionId ?? expected.reference
}

async function settlePayment(
  container: MedusaContainer,
  claim: Claim,
  expected: ExpectedPayment
): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { account, providerId } = ipn.account(claim.accountId)
  if (expected.cartId) await undoInterruptedCompletion(container, expected.cartId)
  const events = await ipn.readLane(claim.laneId)
  const facts = fold(events)
  const ask = { money: expected.money, mode: account.mode }
  if (isOurs(facts, ask)) await ipn.learnGatewayPayments(expected, gatewayPayments(events))

  let applied = 0
  for (let round = 1; round <= maxRounds; round++) {
    const store = await readStore(container, expected, providerId)
    const next = plan(facts, ask, store.view, ipn.configuration.policy, Date.now())
    const settlement = { facts, paymentSessionId: expected.reference, ...store.ids }
    if (store.isMedusaCapturing) {
      const dueAt = new Date(Date.now() + medusaCapturesAgainMs)
      await ipn.endClaim(claim, { ...settlement, state: "waiting", reason: "medusa_captures", dueAt })
      return
    }
    if (next.kind === "review" || next.effects.length === 0) {
      if (next.kind === "review") tellReview(container, claim, next)
      await ipn.endClaim(claim, { ...settlement, ...conclude(next, facts, applied) })
      return
    }
    let made: Made = {
      ...(store.view.payment ? { payment_id: store.view.payment.id } : {}),
      ...(store.view.order ? { order_id: store.view.order.id } : {}),
    }
    for (const effect of next.effects) {
      made = { ...made, ...(await applyEffect(container, { claim, expected, facts, store, effect, made })) }
      applied++
    }
  }
  throw new Error(`the store still does not agree with the payment after ${maxRounds} rounds`)
}

/**
 * Whether what was told is about the payment that we asked for. Money that only quotes our reference may be somebody
 * else's: its id is not learned, for what is told of it later, and our own captures and refunds, would go to it.
 */
function isOurs(facts: Facts, ask: Ask): boolean {
  const contradiction = contradicts(facts, ask)
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

function conclude(next: Plan, facts: Facts, applied: number): Settlement {
  if (next.kind === "review") {
    return {
      state: "review",
      reason: next.reason,
      detail: { expected: next.expected, told: next.told },
      outcome: "review",
    }
  }
  if (next.recheckAt !== undefined) {
    return {
      state: "waiting",
      reason: `${facts.ended?.as ?? "failed"}_in_grace`,
      dueAt: new Date(next.recheckAt),
    }
  }
  return {
    state: "settled",
    outcome: applied > 0 ? "applied" : "already_applied",
    ignoredTypes: recordedOnly,
  }
}

/** An event whose payment we do not know is kept and tried again for a day; then a person must look. Never "done". */
function unmatched(claim: Claim): Settlement {
  const waitedMs = Date.now() - claim.firstDueAtMs
  if (waitedMs >= unmatchedForMs) return { state: "review", reason: "never_matched", outcome: "unmatched" }
  return {
    state: "unmatched",
    reason: "unknown_payment",
    outcome: "unmatched",
    dueAt: new Date(Date.now() + retryDelayMs(claim.attempts, Math.random())),
  }
}

function gatewayPayments(events: readonly PaymentEvent[]): string[] {
  return events.flatMap((event) => (event.gatewayPayment ? [event.gatewayPayment] : []))
}
