import type { MedusaContainer } from "@medusajs/framework/types"
import type { ConfiguredAccount } from "../../gateways/configured-account"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { areOfOneEntry, installedProviders } from "./payment-records"

/** What an account was told of: a payment, of that account or of another at the same gateway account, or none of its own. */
export type Match =
  | Readonly<{ kind: "payment"; expected: ExpectedPayment }>
  | Readonly<{ kind: "other_provider"; providerId: string }>
  | Readonly<{ kind: "unknown" }>

/**
 * The payment of a reference that an account was told of. Some payment providers come several with one entry of
 * medusa-config, as Stripe's for cards and for iDEAL do, and any of their webhooks tells of the payments of all. Of the
 * payments of any other provider an account proves nothing, whatever they have in common.
 */
export async function matchReference(
  container: MedusaContainer,
  accountId: string,
  reference: string
): Promise<Match> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { takenOver, providerId } = ipn.account(accountId)
  const own = takenOver ? undefined : await ipn.findExpected(accountId, reference)
  if (own) return { kind: "payment", expected: own }
  const startedBy = (await ipn.startedBy(reference)) ?? providerId
  const isOwn = startedBy === providerId || (takenOver && areOfOneEntry(container, providerId, startedBy))
  if (!isOwn) {
    const isInstalled = installedProviders(container).includes(startedBy)
    // Accounts of our own are merchants of their own: money that came to another one is for a person to see.
    const areOurOwn = !takenOver && accountOf(container, startedBy)?.takenOver === false
    return isInstalled && !areOurOwn ? { kind: "other_provider", providerId: startedBy } : { kind: "unknown" }
  }
  const home = accountOf(container, startedBy)?.account.id ?? accountId
  const expected = await ipn.findExpected(home, reference, startedBy)
  return expected ? { kind: "payment", expected } : { kind: "unknown" }
}

/** The payment that a gateway knows under its own id: of this account, or of one at the same gateway account. */
export async function matchGatewayPayment(
  container: MedusaContainer,
  accountId: string,
  gatewayPayment: string
): Promise<ExpectedPayment | undefined> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  for (const id of [accountId, ...accountsBeside(container, accountId)]) {
    const expected = await ipn.findExpectedByGatewayPayment(id, gatewayPayment)
    if (expected) return expected
  }
  return undefined
}

/**
 * The account that the payments of a provider are settled under: its own, or else the first of those that take over
 * another provider of the same entry of medusa-config.
 */
export function accountOf(container: MedusaContainer, providerId: string): ConfiguredAccount | undefined {
  const { accounts } = container.resolve<IpnModuleService>(ipnModule).configuration
  const all = [...accounts.values()]
  return (
    all.find((one) => one.providerId === providerId) ??
    all.find((one) => one.takenOver && areOfOneEntry(container, one.providerId, providerId))
  )
}

/** The other accounts whose providers came with the same entry of medusa-config. */
function accountsBeside(container: MedusaContainer, accountId: string): string[] {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { takenOver, providerId } = ipn.account(accountId)
  if (!takenOver) return []
  return [...ipn.configuration.accounts.values()].flatMap(({ account, ...one }) =>
    account.id !== accountId && one.takenOver && areOfOneEntry(container, providerId, one.providerId)
      ? [account.id]
      : []
  )
}
