import type { MedusaContainer } from "@medusajs/framework/types"
import type { Links, MailKind } from "../../emails/mail"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

/**
 * The links of a mail to a buyer: to the storefront's return page, with a signed token that names the payment and nobody,
 * to be exchanged at `GET /store/ipn/resume`. None where no token secret is configured.
 */
export function linksFor(
  container: MedusaContainer,
  kind: MailKind,
  { payment_session_id: reference }: Readonly<{ payment_session_id: string }>
): Links {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const token = ipn.buyers.issue("resume", reference)
  if (token === undefined) return {}
  const page = new URL(`${ipn.configuration.storefrontUrl}/checkout/return`)
  page.searchParams.set("ipn_resume", token)
  const canPay = kind === "ipn.payment-failed" || kind === "ipn.payment-reminder"
  return { resume: page.href, ...(canPay ? { retry: page.href } : {}) }
}
