import { z } from "@medusajs/framework/zod"
import { oneOrMany, paging, text } from "../query"

export const listRefusalsQuery = z.object({ ...paging(), account_id: oneOrMany(text) })
