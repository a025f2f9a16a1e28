import type { Money } from "./money"
import type { Effect, Plan, ReviewReason } from "./plan"

/** One line of what settling would do, for people, with what it is about for programs. */
export type Told = Readonly<{ kind: string; text: string; money?: Money }>

type About = Readonly<{
  /** The gateway's name. */
  gateway: string
  orderId?: string | undefined
}>

/** What a plan would do, in plain words: "will place the order of cart cart_01". Amounts read as `42.00 EUR`. */
export function tellPlan(plan: Plan, about: About): Told[] {
  switch (plan.kind) {
    case "apply":
      if (plan.effects.length > 0) {
        return plan.effects.map((effect) => ({
          kind: effect.kind,
          text: tellEffect(effect, about),
          ...("money" in effect ? { money: effect.money } : {}),
        }))
      }
      return plan.recheckAt === undefined
        ? [{ kind: "nothing", text: "nothing to do" }]
        : [
            {
              kind: "wait",
              text: `nothing to do before ${spellTime(plan.recheckAt)}: a success may still come`,
            },
          ]
    case "review":
      return [
        {
          kind: "review",
          text: `would need a decision: ${tellReview(plan.reason)}${amounts(plan.expected, plan.told)}`,
          ...(plan.told ? { money: plan.told } : {}),
        },
      ]
    case "ask_gateway":
      return [
        {
          kind: "ask_gateway",
          text: `will ask ${about.gateway} whether it was paid after all, before anything is taken from the buyer`,
        },
      ]
    case "ignored":
      return [{ kind: "ignored", text: "nothing to do: a person set it aside" }]
  }
}

function tellEffect(effect: Effect, { orderId }: About): string {
  const order = orderId ? `order ${orderId}` : "the order"
  switch (effect.kind) {
    case "mark_session":
      if (effect.status === "pending_authorization") return "will show the payment as waiting for the gateway"
      return effect.status === "error" ? "will mark the payment as failed" : "will close the payment"
    case "restore_session":
      return `will let the older payment page count for cart ${effect.cart_id}`
    case "authorize_payment":
      return "will record the payment as authorised"
    case "complete_cart":
      return `will place the order of cart ${effect.cart_id}`
    case "revive_order":
      return `will let ${order} stand again, which was cancelled because it was not paid`
    case "record_capture":
      return `will record ${spell(effect.money)} as captured`
    case "record_transaction":
      return `will write on ${order} that ${spell(effect.money)} was captured`
    case "undo_capture":
      return `will take back that ${spell(effect.money)} was captured`
    case "record_refund":
      return `will record ${spell(effect.money)} as refunded`
    case "record_refund_transaction":
      return `will write on ${order} that ${spell(effect.money)} was refunded`
    case "undo_refund":
      return `will take back that ${spell(effect.money)} was refunded`
    case "write_off":
      return effect.money.amount.startsWith("-")
        ? `will put ${spell({ ...effect.money, amount: effect.money.amount.slice(1) })} back on ${order} that was written off`
        : `will write ${spell(effect.money)} off ${order}`
    case "void_payment":
      return "will record the authorisation as given up"
    case "recount_payment":
      return "will let Medusa add up the payment's money again, which a crash kept it from"
    case "cancel_order":
      return `will cancel ${order}`
  }
}

const byReason: Readonly<Record<ReviewReason, string>> = {
  receiver_differs: "somebody else received the money",
  mode_differs: "test money and real money are mixed",
  currency_differs: "the money came in another currency",
  amount_short: "less came than was asked for",
  amount_over: "more came than was asked for",
  held_by_gateway: "the gateway holds the money back",
  session_replaced: "it was paid in an older checkout that another one had replaced",
  cart_changed: "the cart costs another amount than was paid",
  order_canceled: "its order is cancelled",
  no_cart: "there is no cart for it any more",
  out_of_stock: "the goods are no longer in stock",
}

function tellReview(reason: ReviewReason): string {
  return byReason[reason]
}

function amounts(expected: Money | undefined, told: Money | undefined): string {
  const parts = [expected && `expected ${spell(expected)}`, told && `told ${spell(told)}`].filter(Boolean)
  return parts.length > 0 ? ` (${parts.join(", ")})` : ""
}

/** `42.00 EUR` */
export function spell(money: Money): string {
  return `${money.amount} ${money.currency.toUpperCase()}`
}

function spellTime(ms: number): string {
  const iso = new Date(ms).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
