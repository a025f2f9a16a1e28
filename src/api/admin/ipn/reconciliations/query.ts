import { z } from "@medusajs/framework/zod"
import { moment, note, oneOrMany, paging, text } from "../query"

export const listReconciliationsQuery = z.object({
  ...paging(),
  account_id: oneOrMany(text),
  state: oneOrMany(z.enum(["waiting", "running", "done", "failed"])),
})

export const listDifferencesQuery = z.object({
  ...paging(50),
  state: oneOrMany(z.enum(["open", "pulled", "explained"])),
  kind: oneOrMany(
    z.enum(["only_at_gateway", "only_here", "amount_differs", "refund_missing", "open_too_long"])
  ),
})

export const compareBody = z.object({ account_id: text, from: moment, to: moment })
export const explainBody = z.object({ note })
