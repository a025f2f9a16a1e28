import { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Io } from "../gateway"
import { callStripe } from "./api"
import { asEvents, getIntent, orUndefined, readWholePayment } from "./ask-payment"
import type { StripeAccount } from "./config"
import { stripeObjects, type PaymentIntent } from "./objects"

type Period = Readonly<{ from: Date; to: Date }>

/** A payment with its charge is about 10 kB, and an answer may be 1 MB. */
const perPage = 40

/**
 * Stripe's payments of a period: those made in it, then those of which a refund or a dispute was made in it. Checkout
 * pages on which nobody began to pay are no payments.
 * https://docs.stripe.com/api/payment_intents/list and https://docs.stripe.com/api/pagination
 */
export async function* listPayments(
  period: Period,
  account: StripeAccount,
  io: Io
): AsyncGenerator<readonly PaymentEvent[]> {
  const told = new Set<string>()
  const expand = [["expand[]", "data.latest_charge.balance_transaction"]] as const
  const intents = pages("/v1/payment_intents", stripeObjects.paymentIntent, expand, period, account, io)
  for await (const page of intents) {
    for (const intent of page) told.add(intent.id)
    yield readAll(page, account, io)
  }
  for (const [path, item] of changes) {
    for await (const page of pages(path, item, [], period, account, io)) {
      const ids = page.flatMap(({ payment_intent: id }) => (id && !told.has(id) ? [id] : []))
      const changed: PaymentIntent[] = []
      for (const id of new Set(ids)) {
        told.add(id)
        const intent = await orUndefined(getIntent(id, account, io))
        if (intent) changed.push(intent)
      }
      yield readAll(changed, account, io)
    }
  }
}

const { refund, dispute } = stripeObjects
const changes = [
  ["/v1/refunds", refund],
  ["/v1/disputes", dispute],
] as const

async function readAll(
  intents: readonly PaymentIntent[],
  account: StripeAccount,
  io: Io
): Promise<PaymentEvent[]> {
  const events: PaymentEvent[] = []
  for (const intent of intents) {
    const statements = await readWholePayment(intent, account, io, { thorough: false })
    events.push(...asEvents(statements, undefined, account))
  }
  return events
}

/** Page after page of one of Stripe's lists, the newest objects first. */
async function* pages<T extends { id: string }>(
  path: string,
  item: z.ZodType<T>,
  params: readonly (readonly [string, string])[],
  { from, to }: Period,
  account: StripeAccount,
  io: Io
): AsyncGenerator<readonly T[]> {
  const list = z.looseObject({ data: z.array(item), has_more: z.boolean() })
  let after: string | undefined
  for (let more = true; more;) {
    const query = [
      ["limit", String(perPage)],
      ["created[gte]", String(Math.floor(from.getTime() / 1000))],
      // Stripe counts whole seconds: what was made within the last one of the period belongs to it.
      ["created[lt]", String(Math.ceil(to.getTime() / 1000))],
      ["starting_after", after],
      ...params,
    ] as const
    const page = await callStripe({ method: "GET", path, params: query }, list, account, io)
    yield page.data
    after = page.data.at(-1)?.id
    more = page.has_more && after !== undefined
  }
}
