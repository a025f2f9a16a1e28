import { z } from "@medusajs/framework/zod"
import { fromMinorUnits, toMinorUnits, type Money } from "../../domain/money"
import type { Io } from "../gateway"
import { callPrzelewy24, Przelewy24Refusal } from "./api"
import { posIdOf, type Przelewy24Account } from "./options"
import { signFields } from "./sign"

/** A transaction as Przelewy24 has it. `status`: 0 not paid, 1 paid and not verified, 2 paid and verified, 3 paid back. */
const transaction = z.looseObject({
  orderId: z.int().nullish(),
  sessionId: z.string(),
  status: z.int(),
  amount: z.int(),
  currency: z.string(),
})
export type Transaction = Readonly<{ orderId?: number; sessionId: string; status: number; money: Money }>

/**
 * What Przelewy24 knows under a `sessionId`; undefined when nothing.
 * https://developers.przelewy24.pl/extended/index.php?en#tag/Transaction-API/paths/~1api~1v1~1transaction~1by~1sessionId~1{sessionId}/get
 */
export async function findTransaction(
  sessionId: string,
  account: Przelewy24Account,
  io: Io
): Promise<Transaction | undefined> {
  const path = `/transaction/by/sessionId/${encodeURIComponent(sessionId)}`
  try {
    const found = await callPrzelewy24({ method: "GET", path }, transaction, account, io)
    const { orderId, amount, currency, ...rest } = found
    return { ...rest, money: fromMinorUnits(amount, currency), ...(orderId ? { orderId } : {}) }
  } catch (error) {
    if (error instanceof Przelewy24Refusal && error.status === 404) return undefined
    throw error
  }
}

/**
 * Accepts a payment: only then is the money the merchant's. Przelewy24 refuses when it holds another amount.
 * @throws Przelewy24Refusal when it refuses. https://developers.przelewy24.pl/index.php?en#tag/Transaction-service-API
 */
export async function acceptTransaction(
  { sessionId, orderId, money }: Readonly<{ sessionId: string; orderId: number; money: Money }>,
  account: Przelewy24Account,
  io: Io
): Promise<void> {
  const signed = {
    sessionId,
    orderId,
    amount: Number(toMinorUnits(money)),
    currency: money.currency.toUpperCase(),
  }
  const body = {
    merchantId: account.config.merchantId,
    posId: posIdOf(account),
    ...signed,
    sign: signFields(signed, account.config.crcKeys[0] ?? ""),
  }
  const answer = z.looseObject({ status: z.literal("success") })
  await callPrzelewy24({ method: "PUT", path: "/transaction/verify", body }, answer, account, io)
}
