import type { AuthenticatedMedusaRequest } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { StoredMessage } from "../../../../../modules/ipn/inbox/lane-events"
import { found } from "../../answer"
import { ipnOf } from "../../module"

/** A message as it came, as far as it is kept. Says why where it cannot be opened. */
export async function readPayload(request: AuthenticatedMedusaRequest): Promise<StoredMessage> {
  const ipn = ipnOf(request)
  const id = request.params.id ?? ""
  const [row] = (await ipn.browsing.messages({ id: [id] }, { limit: 1 })).messages
  const { account_id: accountId } = found(row, "message", id)
  const stored = await ipn.readMessage(accountId, id).catch((error: Error) => {
    throw new MedusaError(MedusaError.Types.NOT_ALLOWED, error.message)
  })
  const message = found(stored, "message", id)
  if (message.bodyState === "pruned") {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, `The payload of ${id} is not kept any more.`)
  }
  return message
}
