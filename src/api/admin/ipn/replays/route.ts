import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { startReplayWorkflow } from "../../../../workflows/replay/replay-selection"
import { ipnOf } from "../module"
import { selectionOf, type listReplaysQuery, type replayBody } from "./query"

type Query = z.infer<typeof listReplaysQuery>
type Body = z.infer<typeof replayBody>

/** Lists replays with their progress, the newest first. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset } = request.validatedQuery as Query
  const { replays, count } = await ipnOf(request).replays.list({ limit, offset })
  response.json({ replays, count, offset, limit })
}

/** Starts replaying a selection in the background. Harmless when repeated. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const { result } = await startReplayWorkflow(request.scope).run({
    input: { selection: selectionOf(request.validatedBody), actor_id: request.auth_context.actor_id },
  })
  response.json({ replay: result })
}
