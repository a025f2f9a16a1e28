import type { Confirmation, ConfirmIo, Message } from "../gateway"
import { callMollie, getPayment, orUndefined } from "./api"
import type { MollieAccount } from "./config"
import { classicSubject, thinSubject } from "./entity"
import { mollieObjects } from "./objects"
import { readPayment } from "./read-payment"
import { readPayout } from "./read-payout"
import { asEvents } from "./statement"

/**
 * Asks Mollie for the object that a message names, with our own key: what the message said is not used. The payment
 * comes with its captures, refunds and chargebacks, so that one answer tells everything so far.
 * @throws Error when Mollie cannot be asked now, and when it refuses our key: asked again later.
 */
export async function confirmMollieMessage(
  message: Message,
  account: MollieAccount,
  io: ConfirmIo
): Promise<Confirmation> {
  const subject = classicSubject(message) ?? thinSubject(message)
  if (!subject) return { kind: "denied", why: "The message names nothing that can be asked for." }
  const statements =
    subject.kind === "payment"
      ? await getPayment(subject.id, account, io).then((payment) => payment && [payment].flatMap(readPayment))
      : await getPayout(subject.id, account, io).then((payout) => payout && [payout].flatMap(readPayout))
  if (!statements)
    return { kind: "denied", why: `Mollie knows no ${subject.kind} of this id for this account.` }
  return { kind: "confirmed", events: asEvents(statements, account) }
}

function getPayout(id: string, account: MollieAccount, io: ConfirmIo) {
  return orUndefined(
    callMollie({ method: "GET", path: `/v2/payouts/${id}` }, mollieObjects.payout, account, io)
  )
}
