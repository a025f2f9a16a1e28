import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { conflict, found } from "../../answer"
import { ipnOf } from "../../module"

/** A route that pauses an account or lets it go on: 409 when it is so already. Settings that are pinned stay. */
export function pauseAccount(paused: boolean) {
  return async (request: AuthenticatedMedusaRequest, response: MedusaResponse) => {
    const ipn = ipnOf(request)
    const id = request.params.id ?? ""
    found(ipn.configuration.accounts.get(id), "account", id)
    // One after the other: the setting is the list of all paused accounts.
    const changed = await ipn.lock.hold("ipn:accounts.paused", async () => {
      const listed = (await ipn.settings.list()).find(({ key }) => key === "accounts.paused")
      const before = (listed?.value ?? []) as string[]
      if (before.includes(id) === paused) return undefined
      const after = paused ? [...before, id] : before.filter((one) => one !== id)
      return ipn.settings.change({ "accounts.paused": after }, request.auth_context.actor_id)
    })
    const [account] = await ipn.browsing.accountHealth([id])
    if (!changed)
      return conflict(response, `The account is ${paused ? "" : "not "}paused already.`, { account })
    if (changed.kind === "refused") {
      throw new MedusaError(
        MedusaError.Types.NOT_ALLOWED,
        changed.problems.map(({ sentence }) => sentence).join("\n")
      )
    }
    return response.json({ account })
  }
}
