import { createHash, randomBytes } from "node:crypto"
import { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import { GatewayRefusedError, type Expected, type Io, type Operations } from "../gateway"
import { callPaystack, PaystackRefusal } from "./api"
import { paystackObjects, type Refund, type Transaction } from "./objects"
import type { PaystackAccount, PaystackOptions } from "./options"
import { readOpenRefund, sumOfRefunds } from "./read-refund"
import { readTransaction, type Statement } from "./read-transaction"
import { fromSubunits, toSubunits } from "./subunits"

const perPage = 100
const created = z.looseObject({
  data: z.looseObject({ authorization_url: z.string(), reference: z.string() }),
})
const oneTransaction = z.looseObject({ data: paystackObjects.transaction })
const oneRefund = z.looseObject({ data: paystackObjects.refund })

/** Starting, asking and paying back. Paystack takes the money at once: there is nothing to capture or to void. */
export const paystackOperations: Operations<PaystackOptions> = {
  async create(input, account, io) {
    const email = input.email ?? account.config.fallbackEmail
    if (!email) {
      throw new GatewayRefusedError(
        "Paystack takes no payment without the buyer's email address: ask for it first, or set fallbackEmail."
      )
    }
    const { data } = await callPaystack(
      {
        method: "POST",
        path: "/transaction/initialize",
        body: {
          email,
          amount: toSubunits(input.money),
          currency: input.money.currency.toUpperCase(),
          reference: newReference(input.reference),
          callback_url: input.returnUrl,
          ...(account.config.channels ? { channels: account.config.channels } : {}),
          metadata: {
            ipn_reference: input.reference,
            cancel_action: input.cancelUrl,
            ...(input.description ? { description: input.description } : {}),
          },
        },
      },
      created,
      account,
      io
    )
    return { gatewayPayment: data.reference, next: { kind: "redirect", url: data.authorization_url } }
  },

  async fetch(expected, account, io) {
    const statements: Statement[] = []
    for (const id of newestFirst(expected)) {
      const transaction = await orUndefined(verify(id, account, io))
      if (transaction) statements.push(...(await readWholePayment(transaction, account, io)))
    }
    return asEvents(statements)
  },

  async refund({ expected, money, key }, account, io) {
    const transaction = await refundable(expected, account, io)
    const refunds = await refundsOf(transaction, account, io)
    // Paystack has no idempotency key: the note tells a refund that was asked for before the answer was lost.
    const note = `Medusa refund ${createHash("sha256").update(key).digest("hex").slice(0, 24)}`
    const known = refunds.find((refund) => refund.merchant_note === note)
    const refund = known ?? (await askForRefund(transaction, toSubunits(money), note, account, io))
    const all = [...refunds.filter((one) => one.id !== refund.id), refund]
    const statements = refundStatements(transaction, all).filter(
      (statement) => statement.resource === undefined || statement.resource === refund.id
    )
    return asEvents(statements.map((statement) => ({ reference: expected.reference, ...statement })))
  },

  async *list({ from, to }, account, io) {
    const period = `from=${from.toISOString()}&to=${to.toISOString()}`
    const seen = new Set<string>()
    for await (const page of pages(`/transaction?${period}`, paystackObjects.transaction, account, io)) {
      for (const transaction of page) {
        if (!isWithin(transaction.created_at, from, to)) continue
        seen.add(transaction.id)
        yield asEvents(await readWholePayment(transaction, account, io))
      }
    }
    for await (const page of pages(`/refund?${period}`, paystackObjects.refund, account, io)) {
      for (const refund of page) {
        if (seen.has(refund.transaction) || !isWithin(refund.createdAt, from, to)) continue
        seen.add(refund.transaction)
        const path = `/transaction/${encodeURIComponent(refund.transaction)}`
        const { data } = await callPaystack({ method: "GET", path }, oneTransaction, account, io)
        yield asEvents(await readWholePayment(data, account, io))
      }
    }
  },
}

/**
 * Paystack's references are letters, digits, `-`, `.` and `=`, and none is taken twice: each page that is opened for a
 * payment session has its own. https://paystack.com/docs/api/transaction/#initialize
 */
function newReference(reference: string): string {
  return `${reference.replace(/[^A-Za-z0-9]/g, "-").slice(0, 80)}.${randomBytes(6).toString("hex")}`
}

async function verify(reference: string, account: PaystackAccount, io: Io): Promise<Transaction> {
  const path = `/transaction/verify/${encodeURIComponent(reference)}`
  return (await callPaystack({ method: "GET", path }, oneTransaction, account, io)).data
}

async function askForRefund(
  { reference }: Transaction,
  amount: string,
  note: string,
  account: PaystackAccount,
  io: Io
): Promise<Refund> {
  const body = { transaction: reference, amount, merchant_note: note }
  return (await callPaystack({ method: "POST", path: "/refund", body }, oneRefund, account, io)).data
}

/** The newest transaction of a session that took money and has some left. */
async function refundable(expected: Expected, account: PaystackAccount, io: Io): Promise<Transaction> {
  for (const id of newestFirst(expected)) {
    const transaction = await orUndefined(verify(id, account, io))
    if (transaction?.status === "success" || transaction?.status === "reversed") return transaction
  }
  throw new GatewayRefusedError(`Paystack has no paid transaction for ${expected.reference}.`)
}

async function readWholePayment(
  transaction: Transaction,
  account: PaystackAccount,
  io: Io
): Promise<Statement[]> {
  const statement = readTransaction(transaction)
  if (statement.type !== "payment.captured") return [statement]
  return [statement, ...refundStatements(transaction, await refundsOf(transaction, account, io))]
}

/**
 * What refunds say of a transaction: those under way one by one, what was paid back as one sum. Messages name some
 * refunds by another id than the API does, so that told one by one a refund could count twice.
 */
function refundStatements(transaction: Transaction, refunds: readonly Refund[]): Statement[] {
  const { test, reference, gatewayPayment } = readTransaction(transaction)
  const about = { test, ...(reference ? { reference } : {}), ...(gatewayPayment ? { gatewayPayment } : {}) }
  const open = refunds.flatMap((refund) => readOpenRefund(refund) ?? [])
  const listed = sumOfRefunds(refunds)
  const isWhole = transaction.status === "reversed" && refunds.length === 0
  const refunded = isWhole ? fromSubunits(transaction.amount, transaction.currency) : listed
  const snapshot = refunded ? [{ type: "info" as const, ...about, totals: { refunded } }] : []
  return [...open.map((refund) => ({ ...about, ...refund })), ...snapshot]
}

async function refundsOf({ id }: Transaction, account: PaystackAccount, io: Io): Promise<Refund[]> {
  const found: Refund[] = []
  const path = `/refund?transaction=${encodeURIComponent(id)}`
  for await (const page of pages(path, paystackObjects.refund, account, io)) found.push(...page)
  return found.filter((refund) => refund.transaction === id)
}

/** A list, page by page. https://paystack.com/docs/api/pagination/ */
async function* pages<T>(
  path: string,
  item: z.ZodType<T>,
  account: PaystackAccount,
  io: Io
): AsyncGenerator<T[]> {
  const schema = z.looseObject({ data: z.array(item) })
  for (let page = 1; ; page++) {
    const call = { method: "GET", path: `${path}&perPage=${perPage}&page=${page}` } as const
    const { data } = await callPaystack(call, schema, account, io)
    yield data
    if (data.length < perPage) return
  }
}

function newestFirst(expected: Expected): string[] {
  return [...new Set(expected.gatewayPayments)].reverse()
}

/** Undefined when Paystack knows no such transaction. */
async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof PaystackRefusal && error.isUnknown) return undefined
    throw error
  })
}

function isWithin(at: Date | undefined, from: Date, to: Date): boolean {
  return at === undefined || (at >= from && at < to)
}

/** The same answer has the same keys, however often it is asked. */
function asEvents(statements: readonly Statement[]): PaymentEvent[] {
  const events = statements.map((statement) => ({ key: keyOf(statement), ...statement }))
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

function keyOf({ type, gatewayPayment, resource, money, totals, fee }: Statement): string {
  const amounts = [money, totals?.captured, totals?.refunded, fee].map((one) => one?.amount ?? "-")
  return ["asked", gatewayPayment ?? "-", resource ?? "-", type, ...amounts].join(":")
}
