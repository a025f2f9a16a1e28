import { z } from "@medusajs/framework/zod"
import { isPositive } from "../../domain/money"
import type { PaymentEvent, PaymentEventType } from "../../domain/payment-event"
import type { Account, Expected } from "../gateway"
import { amountUnitOf, type TakenOverOptions } from "./options"
import { readAmount } from "./read-amount"
import { readMoney } from "./read-money"

const answerSchema = z.looseObject({
  action: z.string().min(1),
  data: z.looseObject({ session_id: z.string().nullish(), amount: z.unknown() }).nullish(),
})

/** What a provider made of a message (`getWebhookActionAndData`). */
export type ProviderAnswer = Readonly<{
  action: string
  /** The Medusa payment session; undefined when the provider named none. */
  session: string | undefined
  /** As reported: major or minor units, plain decimal. */
  amount: string | undefined
}>

/** @throws Error when it is no answer in Medusa's form: the provider broke, and is asked again. */
export function readAnswer(answer: unknown, provider: string): ProviderAnswer {
  const parsed = answerSchema.safeParse(answer)
  if (!parsed.success) throw new Error(`${provider} did not say what the message means`)
  const { action, data } = parsed.data
  return { action, session: data?.session_id || undefined, amount: readAmount(data?.amount) }
}

/**
 * What each of Medusa's actions says. `failed` can mean a declined card as well as an error of the provider's own, so
 * it never ends a payment. `pending` and `requires_more` say that the buyer is still at it, and so does an action that
 * Medusa may add later.
 * https://docs.medusajs.com/resources/references/payment/provider#getwebhookactionanddata
 */
const types: Readonly<Record<string, PaymentEventType>> = {
  captured: "payment.captured",
  authorized: "payment.authorized",
  pending_authorization: "payment.pending",
  canceled: "payment.canceled",
  failed: "payment.attempt_failed",
}

/**
 * The payment event of an answer that names a session. Of a session that we do not know, only the reference is told:
 * without one to compare with, an amount without a currency says nothing.
 * @throws Error when money is said to have come, but not how much.
 */
export function readEvent(
  { action, amount }: ProviderAnswer,
  session: string,
  expected: Expected | undefined,
  account: Account<TakenOverOptions>
): PaymentEvent {
  const type = types[action] ?? "info"
  const about = { type, test: account.mode === "test", reference: session }
  const isSuccess = type === "payment.captured" || type === "payment.authorized"
  if (!isSuccess) return { key: `${session}:${action}`, ...about }
  if (amount === undefined)
    throw new Error(`the provider says that ${session} is ${action}, but not how much`)
  if (!expected) {
    const reason = {
      text: `The provider told of ${amount}, for a payment session that the store does not have`,
    }
    return { key: `${session}:${action}:unknown:${amount}`, ...about, reason }
  }
  const money = readMoney(amount, amountUnitOf(account.config), expected.money.currency)
  if (!isPositive(money)) throw new Error(`the provider says that ${session} is ${action}, but of nothing`)
  return { key: `${session}:${action}:${money.amount}`, ...about, money }
}
