import type { MedusaRequest } from "@medusajs/framework/http"
import { mailKinds, type MailKind } from "../../../../emails/mail"
import { found } from "../answer"

/** The mail of a path. 404 when there is none of that name. */
export function readKind(request: MedusaRequest): MailKind {
  const named = request.params.kind ?? ""
  return found(
    mailKinds.find((kind) => kind === named),
    "email",
    named
  )
}
