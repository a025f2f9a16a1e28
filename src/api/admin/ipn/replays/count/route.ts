import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../../module"
import { selectionOf, type replayBody } from "../query"

type Body = z.infer<typeof replayBody>

/** How much a selection holds, before it is replayed. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  response.json({ count: await ipnOf(request).replays.count(selectionOf(request.validatedBody)) })
}
