import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { PaymentEvent } from "../../../domain/payment-event"
import { ofReference, withReference } from "../../../domain/with-reference"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Io } from "../../../gateways/gateway"
import { readClaimedPayment, type ExpectedPayment } from "../inbox/expected-payments"
import { askable } from "./askable"

/**
 * What a gateway says of one payment now; nothing where it cannot be asked. Under what id it knows a payment that
 * another provider started, only Medusa's session says, and there a buyer may have written that of another payment: it
 * is asked for, and counts where the gateway's own answer quotes our reference.
 * @throws Error while the gateway cannot answer.
 */
export async function askAbout(
  db: Knex,
  configured: ConfiguredAccount,
  expected: ExpectedPayment,
  io: Io
): Promise<readonly PaymentEvent[]> {
  const { fetch } = askable(configured)
  if (!fetch) return []
  if (!configured.takenOver) return withReference(await fetch(expected, configured.account, io), expected)
  const claimed = await readClaimedPayment(db, expected.reference)
  const gatewayPayments = [...(claimed ? [claimed] : []), ...expected.gatewayPayments]
  return ofReference(await fetch({ ...expected, gatewayPayments }, configured.account, io), expected)
}
