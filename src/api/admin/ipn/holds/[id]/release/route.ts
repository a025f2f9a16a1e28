import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { conflict, found } from "../../../answer"
import { ipnOf } from "../../../module"

/** Frees held goods before their time is over. 409 with the hold as it is now when nothing is held any more. */
export async function POST(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const ipn = ipnOf(request)
  const id = request.params.id ?? ""
  const { cart_id } = found(await ipn.browsing.hold(id), "hold", id)
  // No order is being placed with the goods meanwhile.
  const released = await ipn.lock.hold(cart_id, () => ipn.holds.release(cart_id, "by_hand"))
  const hold = found(await ipn.browsing.hold(id), "hold", id)
  if (released) return response.json({ hold })
  return conflict(response, `The hold is ${hold.state} by now.`, { hold })
}
