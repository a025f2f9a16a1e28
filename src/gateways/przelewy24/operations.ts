import { z } from "@medusajs/framework/zod"
import { add, equals, toMinorUnits, type Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { GatewayRefusedError, type Expected, type Io, type Operations } from "../gateway"
import { callPrzelewy24, paymentPage } from "./api"
import { posIdOf, type Przelewy24Account, type Przelewy24Options } from "./options"
import { aboutPayment } from "./parse"
import { readAccepted, readHeld } from "./read-payment"
import { isOurs, refundIdOf, refundsOf, type Refund } from "./refunds"
import { newSessionId } from "./session-id"
import { signFields } from "./sign"
import { acceptTransaction, findTransaction, type Transaction } from "./transaction"

/** Starting, asking, accepting and paying back. Przelewy24 can void nothing, and lists no transactions. */
export const przelewy24Operations: Operations<Przelewy24Options> = {
  async create(input, account, io) {
    const { merchantId, crcKeys, country, language, timeLimitMinutes, fallbackEmail } = account.config
    const email = input.email ?? fallbackEmail
    if (!email) {
      throw new GatewayRefusedError(
        "Przelewy24 takes no payment without the buyer's email address: ask for it first, or set fallbackEmail."
      )
    }
    const sessionId = newSessionId(input.reference)
    const amount = Number(toMinorUnits(input.money))
    const currency = input.money.currency.toUpperCase()
    const body = {
      merchantId,
      posId: posIdOf(account),
      sessionId,
      amount,
      currency,
      description: (input.description ?? "Order").slice(0, 1024),
      email: email.slice(0, 50),
      country,
      language,
      urlReturn: input.returnUrl,
      urlStatus: input.notifyUrl,
      ...(timeLimitMinutes ? { timeLimit: timeLimitMinutes } : {}),
      encoding: "UTF-8",
      sign: signFields({ sessionId, merchantId, amount, currency }, crcKeys[0] ?? ""),
    }
    const registered = z.looseObject({ token: z.string().min(1) })
    const call = { method: "POST", path: "/transaction/register", body } as const
    const { token } = await callPrzelewy24(call, registered, account, io)
    return { gatewayPayment: sessionId, next: { kind: "redirect", url: paymentPage(token, account) } }
  },

  completes: true,

  async fetch(expected, account, io) {
    const events: PaymentEvent[] = []
    for (const sessionId of newestFirst(expected)) {
      const found = await findTransaction(sessionId, account, io)
      if (found) events.push(...(await readWholePayment(found, expected, account, io)))
    }
    return events
  },

  async capture({ expected, money }, account, io) {
    const found = await findPaid(expected, account, io)
    if (!equals(found.money, money)) {
      throw new GatewayRefusedError(
        `Przelewy24 holds ${found.money.amount} ${found.money.currency} and lets only all of it be taken.`
      )
    }
    if (found.status === 1) await acceptTransaction(found, account, io)
    return [readAccepted(found, account)]
  },

  async refund({ expected, money, key, notifyUrl }, account, io) {
    const { sessionId, orderId } = await findPaid(expected, account, io)
    const id = refundIdOf(key)
    const asked = (await refundsOf(orderId, account, io)).find((refund) => refund.requestId === id)
    if (!asked) {
      const body = {
        requestId: id,
        refundsUuid: id,
        refunds: [{ orderId, sessionId, amount: Number(toMinorUnits(money)), description: "Refund" }],
        ...(notifyUrl ? { urlStatus: notifyUrl } : {}),
      }
      const answer = z.array(z.looseObject({ status: z.literal(true) })).min(1)
      await callPrzelewy24({ method: "POST", path: "/transaction/refund", body }, answer, account, io)
    }
    return [readRefund(asked ?? { requestId: id, type: "refund.pending", money }, sessionId, account)]
  },
}

async function readWholePayment(
  found: Transaction,
  expected: Expected,
  account: Przelewy24Account,
  io: Io
): Promise<PaymentEvent[]> {
  const { sessionId, orderId, status, money } = found
  const about = aboutPayment(sessionId, account)
  if (!orderId || status === 0) {
    const reason = { text: "The buyer has not paid on Przelewy24's page" }
    return [{ key: `asked:${sessionId}:unpaid`, type: "info", ...about, reason }]
  }
  const paid = { sessionId, orderId, money }
  if (status === 1) {
    // The message of this payment was lost: it is accepted here as it would have been then.
    if (!equals(money, expected.money)) return [readHeld(paid, expected.money, account)]
    await acceptTransaction({ ...paid, money: expected.money }, account, io)
    return [readAccepted(paid, account)]
  }
  if (status !== 2 && status !== 3) {
    return [{ key: `asked:${orderId}:${status}`, type: "payment.pending", ...about, money }]
  }
  const refunds = await refundsOf(orderId, account, io)
  const done = refunds.filter((refund) => refund.type === "refund.succeeded")
  const sum = done.reduce<Money | undefined>((all, one) => (all ? add(all, one.money) : one.money), undefined)
  const refunded = sum ?? (status === 3 ? money : undefined)
  return [
    readAccepted(paid, account),
    ...refunds.filter(isOurs).map((refund) => readRefund(refund, sessionId, account)),
    ...(refunded ? [readRefunded(orderId, refunded, about)] : []),
  ]
}

function readRefunded(
  orderId: number,
  refunded: Money,
  about: ReturnType<typeof aboutPayment>
): PaymentEvent {
  return { key: `asked:${orderId}:refunded:${refunded.amount}`, type: "info", ...about, totals: { refunded } }
}

function readRefund(refund: Refund, sessionId: string, account: Przelewy24Account): PaymentEvent {
  return {
    key: `asked:${sessionId}:${refund.requestId}:${refund.type}`,
    type: refund.type,
    ...aboutPayment(sessionId, account),
    resource: refund.requestId,
    money: refund.money,
  }
}

/** The newest transaction of a session that was paid. */
async function findPaid(
  expected: Expected,
  account: Przelewy24Account,
  io: Io
): Promise<Transaction & { orderId: number }> {
  for (const sessionId of newestFirst(expected)) {
    const found = await findTransaction(sessionId, account, io)
    if (found?.orderId && found.status > 0) return { ...found, orderId: found.orderId }
  }
  throw new GatewayRefusedError(
    `Przelewy24 has no payment for ${expected.reference}: the buyer has not paid.`
  )
}

function newestFirst(expected: Expected): string[] {
  return [...new Set(expected.gatewayPayments)].reverse()
}
