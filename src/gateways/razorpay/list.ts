import { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Io } from "../gateway"
import { callRazorpay } from "./api"
import type { RazorpayAccount } from "./config"
import { razorpayObjects } from "./objects"
import { readPayment } from "./read-payment"
import { readRefund } from "./read-refund"
import { readSettlement } from "./read-settlement"
import { asEvents, type Statement } from "./statement"

const pageSize = 100

/**
 * Payments, refunds and settlements that were made in a period, each told as when it is asked for: Razorpay filters by
 * the time of making. Refunds of older payments are among them. https://razorpay.com/docs/api/payments/fetch-all-payments/
 */
export async function* listRazorpay(
  period: Readonly<{ from: Date; to: Date }>,
  account: RazorpayAccount,
  io: Io
): AsyncGenerator<readonly PaymentEvent[]> {
  yield* pagesOf("payments", razorpayObjects.payment, (payment) => readPayment(payment))
  yield* pagesOf("refunds", razorpayObjects.refund, (refund) => readRefund(refund))
  yield* pagesOf("settlements", razorpayObjects.settlement, (settlement) =>
    readSettlement(settlement, account.config.settlementCurrency)
  )

  async function* pagesOf<T extends { created_at: Date }>(
    name: string,
    item: z.ZodType<T>,
    read: (one: T) => Statement[]
  ): AsyncGenerator<readonly PaymentEvent[]> {
    const [from, to] = [period.from, period.to].map((time) => Math.floor(time.getTime() / 1000))
    const schema = z.looseObject({ items: z.array(item) })
    for (let skip = 0; ; skip += pageSize) {
      const path = `/v1/${name}?from=${from}&to=${to}&count=${pageSize}&skip=${skip}`
      const { items } = await callRazorpay({ method: "GET", path }, schema, account, io)
      const within = items.filter(({ created_at: at }) => at >= period.from && at < period.to)
      yield asEvents(within.flatMap(read), account)
      if (items.length < pageSize) return
    }
  }
}
