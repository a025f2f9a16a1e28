import type { MedusaContainer } from "@medusajs/framework/types"
import { most } from "../../domain/contradicts"
import { compare, fromDecimal, isPositive, subtract, type Money } from "../../domain/money"
import { refundable, type DecisionKind } from "../../domain/possible-decisions"
import { seenToken } from "../../domain/seen"
import { spell, type Told } from "../../domain/tell-plan"
import { returned } from "../../domain/went-back"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { dryRunLane } from "../replay/dry-run"
import { readStore } from "../settle/read-store"
import { readTarget, withOrderId, type Target, type TargetInput } from "./attach-target"
import { readDecidable, type Decidable, type Standing } from "./read-standing"

/** What a person wants to be done about a payment. */
export type Wish = TargetInput &
  Readonly<{
    lane_id: string
    kind: DecisionKind
    /** For `refund`: decimal string in major units; default: all that is left. */
    amount?: string
    /** For `attach` where the amounts differ: whether the rest stays owed, or the payment counts as the whole. */
    accept?: "accept_part" | "accept_full"
  }>

/** How far the payment is from what the cart or order costs: below zero when it is less. */
export type Difference = Readonly<{ told: Money; target: Money; difference: Money }>

/** What a decision would do, said before it is made; or why it cannot be made. */
export type Weighed =
  | Readonly<{ kind: "possible"; will: readonly Told[]; difference?: Difference; now: Standing }>
  /** The amounts differ, and it was not said how that is meant. */
  | Readonly<{ kind: "difference"; difference: Difference; now: Standing }>
  | Readonly<{ kind: "not_possible"; why: string; now: Standing }>
  | Readonly<{ kind: "not_found" }>

/** What weighing found that recording needs. */
export type Weight = Readonly<{
  weighed: Weighed
  decidable?: Decidable
  refund?: Readonly<{ by: "refund" | "cancel"; money: Money; returned: Money }>
  target?: Target
}>

/** Weighs a decision without writing anything. */
export async function weigh(container: MedusaContainer, wish: Wish): Promise<Weight> {
  const decidable = await readDecidable(container, wish.lane_id)
  if (!decidable) return { weighed: { kind: "not_found" } }
  const { standing: now } = decidable
  const refuse = (why: string): Weight => ({ weighed: { kind: "not_possible", why, now }, decidable })
  if (!decidable.reason) return refuse("Nothing is to be decided about this payment.")
  if (!now.possible.includes(wish.kind)) return refuse(whyNot(container, wish.kind, decidable))
  switch (wish.kind) {
    case "ignore":
      return {
        weighed: { kind: "possible", will: [{ kind: "ignore", text: "will set the payment aside" }], now },
        decidable,
      }
    case "accept_part":
    case "accept_full": {
      const will = await dryRunLane(container, decidable.lane, { ruling: wish.kind })
      return { weighed: { kind: "possible", will, now }, decidable }
    }
    case "refund":
      return weighRefund(container, wish, decidable)
    case "attach":
      return weighAttachment(container, wish, decidable)
  }
}

function whyNot(container: MedusaContainer, kind: DecisionKind, { standing, reason }: Decidable): string {
  const { gateway } = container.resolve<IpnModuleService>(ipnModule).account(standing.account_id)
  return kind === "refund" && reason !== "receiver_differs" && reason !== "mode_differs"
    ? `There is nothing to give back, or ${gateway.title} does not do it on our word: do it in ${gateway.title}'s own dashboard, its notification will be booked here.`
    : `"${kind}" is no answer to "${reason}". Possible: ${standing.possible.join(", ")}.`
}

function weighRefund(container: MedusaContainer, { amount }: Wish, decidable: Decidable): Weight {
  const { standing: now, facts } = decidable
  const { gateway } = container.resolve<IpnModuleService>(ipnModule).account(now.account_id)
  const refuse = (why: string): Weight => ({ weighed: { kind: "not_possible", why, now }, decidable })
  const left = refundable(facts)
  if (!left) return refuse("There is nothing to give back.")
  let money = left.money
  if (amount !== undefined) {
    try {
      money = fromDecimal(amount, left.money.currency)
    } catch {
      return refuse(`"${amount}" is no amount in ${left.money.currency.toUpperCase()}.`)
    }
  }
  if (!isPositive(money)) return refuse("The amount must be more than nothing.")
  if (compare(money, left.money) > 0) return refuse(`No more than ${spell(left.money)} can be given back.`)
  if (left.by === "cancel" && compare(money, left.money) < 0) {
    return refuse(`The authorisation of ${spell(left.money)} can only be released as a whole.`)
  }
  const text =
    left.by === "refund"
      ? `will ask ${gateway.title} to pay ${spell(money)} back to the buyer`
      : `will ask ${gateway.title} to release the authorisation of ${spell(money)}`
  return {
    weighed: { kind: "possible", will: [{ kind: left.by, text, money }], now },
    decidable,
    refund: { by: left.by, money, returned: returned(facts, money.currency) },
  }
}

async function weighAttachment(
  container: MedusaContainer,
  wish: Wish,
  decidable: Decidable
): Promise<Weight> {
  const { facts } = decidable
  const target = await readTarget(container, await withOrderId(container, wish))
  const refuse = (why: string): Weight => ({
    weighed: { kind: "not_possible", why, now: decidable.standing },
    decidable,
  })
  if (typeof target === "string") return refuse(target)
  // What the target costs belongs to what the person saw.
  const now = { ...decidable.standing, seen: seenOf(decidable, target) }
  const told = most(facts)
  if (told.currency !== target.money.currency) {
    return refuse(
      `The ${target.kind} is in ${target.money.currency.toUpperCase()}, the payment is ${spell(told)}.`
    )
  }
  const booked = await whyBooked(container, decidable)
  if (booked) return refuse(booked)
  const difference = subtract(told, target.money)
  const differs = compare(told, target.money) !== 0
  const apart = { told, target: target.money, difference }
  if (differs && !wish.accept) {
    return { weighed: { kind: "difference", difference: apart, now }, decidable, target }
  }
  return {
    weighed: {
      kind: "possible",
      will: tellAttachment(target, told, differs ? wish.accept : undefined),
      ...(differs ? { difference: apart } : {}),
      now,
    },
    decidable,
    target,
  }
}

/** What a person saw who was shown a target and what it costs. */
export function seenOf({ lane, facts, standing }: Decidable, target: Target | undefined): string {
  const { id, money } = target ?? {}
  return seenToken({
    state: lane.state,
    reason: lane.reason,
    facts,
    decisions: standing.decisions.length,
    ...(id && money ? { target: { id, money } } : {}),
  })
}

/** Money that stands on an order already belongs there. */
async function whyBooked(
  container: MedusaContainer,
  { expected, lane }: Decidable
): Promise<string | undefined> {
  if (!expected) return undefined
  const { view, ids } = await readStore(container, { laneId: lane.id, expected })
  return (view.payment?.captures.length ?? 0) > 0
    ? `A part of it is booked on order ${ids.orderId ?? "of its cart"}: refund the rest instead.`
    : undefined
}

function tellAttachment(target: Target, told: Money, accept: Wish["accept"]): Told[] {
  const what =
    target.kind === "cart" ? `place the order of cart ${target.id}` : `count for order ${target.name}`
  const isMore = compare(told, target.money) > 0
  const apart = spell(isMore ? subtract(told, target.money) : subtract(target.money, told))
  const rest = isMore
    ? `will leave ${apart} that is more than asked for`
    : accept === "accept_full"
      ? `will write ${apart} off the order`
      : `will leave ${apart} to be paid`
  return [
    { kind: "attach", text: `will ${what} with ${spell(told)}`, money: told },
    ...(accept ? [{ kind: accept, text: rest }] : []),
  ]
}
