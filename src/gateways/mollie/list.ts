import { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Io } from "../gateway"
import { callMollie } from "./api"
import type { MollieAccount } from "./config"
import { mollieObjects } from "./objects"
import { readChargeback } from "./read-chargeback"
import { readPayment } from "./read-payment"
import { readRefund } from "./read-refund"
import { asEvents, type Statement } from "./statement"

const pageSize = 250

/**
 * Payments, refunds and chargebacks that were made in a period, each told as when it is asked for. Mollie lists the
 * newest first and filters by no date: lists are read down to the start of the period. What only changed in the period
 * is not listed, but refunds and chargebacks of older payments are. https://docs.mollie.com/reference/list-payments
 */
export async function* listMollie(
  period: Readonly<{ from: Date; to: Date }>,
  account: MollieAccount,
  io: Io
): AsyncGenerator<readonly PaymentEvent[]> {
  const { payment, refund, chargeback } = mollieObjects
  yield* listOf("payments", payment, readPayment)
  yield* listOf("refunds", refund, readRefund)
  yield* listOf("chargebacks", chargeback, readChargeback)

  async function* listOf<T extends { id: string; createdAt: Date }>(
    name: "payments" | "refunds" | "chargebacks",
    item: z.ZodType<T>,
    read: (one: T) => Statement[]
  ): AsyncGenerator<readonly PaymentEvent[]> {
    const schema = z.looseObject({
      _embedded: z.looseObject({ [name]: z.array(item) }),
      _links: z.looseObject({ next: z.looseObject({ href: z.string() }).nullish() }).nullish(),
    })
    for (let from = ""; ;) {
      const path = `/v2/${name}?limit=${pageSize}${from && `&from=${from}`}`
      const page = await callMollie({ method: "GET", path }, schema, account, io)
      const items = (page._embedded as unknown as Record<string, T[]>)[name] ?? []
      const within = items.filter(({ createdAt }) => createdAt >= period.from && createdAt < period.to)
      yield asEvents(within.flatMap(read), account)
      // Only the cursor is taken from the address that Mollie gives.
      const next = /[?&]from=([A-Za-z0-9_]{1,100})(?:&|$)/.exec(page._links?.next?.href ?? "")?.[1]
      const last = items.at(-1)
      if (!next || !last || last.createdAt < period.from || next === from) return
      from = next
    }
  }
}
