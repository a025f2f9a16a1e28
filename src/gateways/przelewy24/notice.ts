import { z } from "@medusajs/framework/zod"
import { readJson } from "../verification/strict-json"
import type { SignedFields } from "./sign"

/*
 * Przelewy24's three kinds of messages, told apart by their fields, each with what its checksum covers, in order.
 * https://developers.przelewy24.pl/index.php?en#tag/Notification
 */
const id = z.string().min(1).max(200)
const currency = z.string().regex(/^[A-Z]{3}$/, "is not a currency code")
const count = z.int().min(0)
const sign = z.string().max(200)

/** The buyer paid; nothing counts before `transaction/verify` was called. */
const transaction = z.looseObject({
  merchantId: count,
  posId: count,
  sessionId: id,
  amount: count,
  originAmount: count,
  currency,
  orderId: count,
  methodId: count,
  statement: z.string(),
  sign,
})

/** A refund was completed (0) or rejected (1). */
const refund = z.looseObject({
  orderId: count,
  sessionId: id,
  merchantId: count,
  refundsUuid: id,
  amount: count,
  currency,
  status: count,
  sign,
})

/** A card was charged, or refused: only where Przelewy24 set this up for the account. */
const card = z.looseObject({
  amount: count,
  "3ds": z.boolean(),
  method: count,
  refId: z.string().optional(),
  orderId: count,
  sessionId: id,
  bin: count.optional(),
  maskedCCNumber: z.string().optional(),
  ccExp: z.string().optional(),
  hash: z.string().optional(),
  cardCountry: z.string().optional(),
  risk: z.int().optional(),
  liabilityshift: z.boolean().optional(),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  sign,
})

export type TransactionNotice = z.infer<typeof transaction>
export type RefundNotice = z.infer<typeof refund>
export type CardNotice = z.infer<typeof card>
export type Notice = Readonly<{ sign: string; signed: SignedFields }> &
  (
    | Readonly<{ kind: "transaction"; told: TransactionNotice }>
    | Readonly<{ kind: "refund"; told: RefundNotice }>
    | Readonly<{ kind: "card"; told: CardNotice }>
  )

const signedFields = {
  transaction: [
    "merchantId",
    "posId",
    "sessionId",
    "amount",
    "originAmount",
    "currency",
    "orderId",
    "methodId",
    "statement",
  ],
  refund: ["orderId", "sessionId", "refundsUuid", "merchantId", "amount", "currency", "status"],
  chargedCard: [
    "amount",
    "3ds",
    "method",
    "refId",
    "orderId",
    "sessionId",
    "bin",
    "maskedCCNumber",
    "ccExp",
    "hash",
    "cardCountry",
    "risk",
    "liabilityshift",
  ],
  refusedCard: ["amount", "3ds", "method", "orderId", "sessionId", "errorCode", "errorMessage"],
} as const

/** What a message is and what its checksum must cover. @throws SyntaxError or ZodError when it is none of the three. */
export function readNotice(body: Uint8Array): Notice {
  const json = readJson(body)
  if (typeof json === "object" && json !== null && "refundsUuid" in json) {
    const told = refund.parse(json)
    return { kind: "refund", told, sign: told.sign, signed: pick(told, signedFields.refund) }
  }
  if (typeof json === "object" && json !== null && "3ds" in json) {
    const told = card.parse(json)
    const names = told.errorCode === undefined ? signedFields.chargedCard : signedFields.refusedCard
    return { kind: "card", told, sign: told.sign, signed: pick(told, names) }
  }
  const told = transaction.parse(json)
  return { kind: "transaction", told, sign: told.sign, signed: pick(told, signedFields.transaction) }
}

function pick<T extends object>(from: T, names: readonly (keyof T & string)[]): SignedFields {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value: unknown = from[name]
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[name, value]]
        : []
    })
  )
}
