import { equals, fromMinorUnits } from "../../domain/money"
import type { Confirmation, ConfirmIo, Message } from "../gateway"
import { Przelewy24Refusal } from "./api"
import { readNotice } from "./notice"
import type { Przelewy24Account } from "./options"
import { readAccepted, readHeld, readUnasked } from "./read-payment"
import { referenceOf } from "./session-id"
import { acceptTransaction, findTransaction } from "./transaction"

/**
 * Accepts a payment with `transaction/verify`, which names the amount that we asked for, never the one in the message.
 * Nothing is accepted of another amount or of a payment that we did not ask for; both are kept for a person.
 * @throws Error while Przelewy24 cannot answer: asked again later, and Przelewy24 sends again too.
 */
export async function confirmPrzelewy24Payment(
  message: Message,
  account: Przelewy24Account,
  io: ConfirmIo
): Promise<Confirmation> {
  const notice = readNotice(message.body)
  if (notice.kind !== "transaction") throw new Error("only payments are confirmed")
  const { sessionId, orderId, amount, currency } = notice.told
  const paid = { sessionId, orderId, money: fromMinorUnits(amount, currency) }
  const expected = await io.expected(referenceOf(sessionId))
  if (expected && equals(expected.money, paid.money)) {
    try {
      await acceptTransaction({ sessionId, orderId, money: expected.money }, account, io)
      return { kind: "confirmed", events: [readAccepted(paid, account)] }
    } catch (error) {
      if (!(error instanceof Przelewy24Refusal) || isAboutKeys(error)) throw error
    }
  }
  // Refused, or not to be accepted: what does Przelewy24 itself have?
  const found = await findTransaction(sessionId, account, io)
  if (!found || found.orderId !== orderId || found.status === 0) {
    return { kind: "denied", why: "Przelewy24 has no such payment." }
  }
  const really = { sessionId, orderId, money: found.money }
  if (!expected) return { kind: "confirmed", events: [readUnasked(really, account)] }
  if (!equals(expected.money, found.money)) {
    return { kind: "confirmed", events: [readHeld(really, expected.money, account)] }
  }
  if (found.status === 1) throw new Error("Przelewy24 has the payment and does not let it be accepted now")
  return { kind: "confirmed", events: [readAccepted(really, account)] }
}

/** An owner's mistake, to be mended and tried again: not Przelewy24's word on the payment. */
function isAboutKeys({ status }: Przelewy24Refusal): boolean {
  return status === 401 || status === 403
}
