import { createHash } from "node:crypto"
import { z } from "@medusajs/framework/zod"
import { fromMinorUnits, type Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Io } from "../gateway"
import { callPrzelewy24, Przelewy24Refusal } from "./api"
import type { Przelewy24Account } from "./options"

/** `status`: 1 completed, 2 pending, 3 waits for Przelewy24 to accept it, 4 rejected. */
const refund = z.looseObject({ requestId: z.string().nullish(), status: z.int(), amount: z.int() })
const list = z.looseObject({ currency: z.string(), refunds: z.array(refund) })

export type Refund = Readonly<{
  /** Empty for refunds made in the panel. */
  requestId: string
  type: "refund.succeeded" | "refund.pending" | "refund.failed"
  money: Money
}>

/**
 * The refunds of a payment; none when there were none.
 * https://developers.przelewy24.pl/extended/index.php?en#tag/Refund-API
 */
export async function refundsOf(orderId: number, account: Przelewy24Account, io: Io): Promise<Refund[]> {
  const path = `/refund/by/orderId/${orderId}`
  try {
    const { currency, refunds } = await callPrzelewy24({ method: "GET", path }, list, account, io)
    return refunds.map(({ requestId, status, amount }) => ({
      requestId: requestId ?? "",
      type: typeOf(status),
      money: fromMinorUnits(amount, currency),
    }))
  } catch (error) {
    if (error instanceof Przelewy24Refusal && error.status === 404) return []
    throw error
  }
}

/**
 * The id under which we ask for a refund, as `requestId` and as `refundsUuid`: the same for the same wish, so that it is
 * found again when the answer was lost. Przelewy24 allows 35 characters.
 */
export function refundIdOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32)
}

/** Whether a refund was asked for by us: its message then names it by the same id. */
export function isOurs({ requestId }: Refund): boolean {
  return /^[0-9a-f]{32}$/.test(requestId)
}

function typeOf(status: number): Extract<PaymentEvent["type"], Refund["type"]> {
  if (status === 1) return "refund.succeeded"
  return status === 4 ? "refund.failed" : "refund.pending"
}
