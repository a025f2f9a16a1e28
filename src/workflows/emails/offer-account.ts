import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../../modules/ipn/name"
import type { OutboxRow } from "../../modules/ipn/outbox/claim-told"
import type IpnModuleService from "../../modules/ipn/service"
import { offersAccounts } from "../guests/claim-account"
import type { Buyer } from "./read-buyer"

/** The link by which the guest of an order may claim an account, or why none is offered. */
export async function offerAccount(
  container: MedusaContainer,
  row: Pick<OutboxRow, "id">,
  { email, order }: Buyer
): Promise<Readonly<{ url: string; until: Date }> | Readonly<{ reason: string }>> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  if (!order) return { reason: "there is no order" }
  if (!(await offersAccounts(container))) return { reason: "customers do not sign in with a password" }
  const guest = await ipn.guests.ofOrder(order.id)
  if ("reason" in guest) return guest
  if (guest.email !== email) return { reason: "the order's address has changed" }
  if (await ipn.guests.hasOffer(guest.customerId, row.id)) {
    return { reason: "the customer has such a link already" }
  }
  const offer = ipn.guests.offer(row.id, guest)
  if (!offer) return { reason: "there are no links without a token secret" }
  const page = new URL(`${ipn.configuration.storefrontUrl}/account/claim`)
  page.searchParams.set("ipn_claim", offer.token)
  return { url: page.href, until: offer.until }
}
