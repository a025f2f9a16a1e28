import { updateCustomersWorkflow } from "@medusajs/medusa/core-flows"
import type { ConfigModule, IAuthModuleService, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { Guest } from "../../modules/ipn/guests/read-guest"
import { signInProvider } from "../../modules/ipn/guests/read-guest"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import type { Asking } from "../../modules/ipn/waiting/buyers"

/** Whether guests are offered accounts: the owner wants it, and customers may sign in with a password. */
export async function offersAccounts(container: MedusaContainer): Promise<boolean> {
  const { emails } = await container.resolve<IpnModuleService>(ipnModule).settings.read()
  const { http } = container.resolve<ConfigModule>(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const ways = (http.authMethodsPerActor as Record<string, string[] | undefined> | undefined)?.["customer"]
  return emails.account_claim !== "off" && (ways === undefined || ways.includes(signInProvider))
}

/**
 * Makes the account that a guest was offered: a sign-in with this password, joined to the customer of the order, which
 * keeps all its orders. One claim at a time, and none once there is an account. A crash leaves a sign-in that the next
 * claim replaces.
 * @returns Undefined when there is nothing to claim any more.
 * @throws When it cannot be made now; nothing is left then, and it may be tried again.
 */
export async function claimAccount(
  container: MedusaContainer,
  { reference, by, password }: Readonly<{ reference: string; by: Asking; password: string }>
): Promise<Guest | undefined> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const offered = await ipn.guests.ofReference(reference, by)
  if (!offered) return undefined
  return ipn.lock.hold(`guest:${offered.customerId}`, async () => {
    const guest = await ipn.guests.ofReference(reference, by)
    if (!guest) return undefined
    try {
      await join(container, guest, password)
    } catch (error) {
      // Somebody registered with this address at the same moment.
      if (!(await ipn.guests.ofReference(reference, by))) return undefined
      throw error
    }
    return guest
  })
}

/**
 * What others began under this address goes first, with all that they hold of it. The last step is the one that counts:
 * Medusa has one account for an address, by a unique index.
 */
async function join(container: MedusaContainer, guest: Guest, password: string): Promise<void> {
  const auth = container.resolve<IAuthModuleService>(Modules.AUTH)
  const { customerId, email, looseSignIns } = guest
  if (looseSignIns.length > 0) await auth.deleteAuthIdentities([...looseSignIns])
  const { authIdentity, error } = await auth.register(signInProvider, {
    url: "",
    headers: {},
    query: {},
    protocol: "",
    body: { email, password },
  })
  if (!authIdentity) throw new Error(error ?? "there is no sign-in by email and password")
  try {
    await auth.updateAuthIdentities({ id: authIdentity.id, app_metadata: { customer_id: customerId } })
    await updateCustomersWorkflow(container).run({
      // Medusa's types do not know that it may be changed.
      input: { selector: { id: customerId }, update: { has_account: true } as object },
    })
  } catch (cause) {
    await auth.deleteAuthIdentities([authIdentity.id])
    throw cause
  }
}
