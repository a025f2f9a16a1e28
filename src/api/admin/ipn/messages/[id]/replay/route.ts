import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import {
  dryRunMessageWorkflow,
  replayMessageWorkflow,
  type DryReplay,
  type Replayed,
} from "../../../../../../workflows/replay/replay-message"
import { found } from "../../../answer"
import { writeWill } from "../../../write-will"
import type { replayMessageBody } from "../../replay-query"

type Body = z.infer<typeof replayMessageBody>

/** Reads a message again and has its payments settled again; or says what that would do. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const message_id = request.params.id ?? ""
  const { dry_run } = request.validatedBody
  const { result } = dry_run
    ? await dryRunMessageWorkflow(request.scope).run({ input: { message_id } })
    : await replayMessageWorkflow(request.scope).run({
        input: { message_id, actor_id: request.auth_context.actor_id },
      })
  const replayed = result as DryReplay | Replayed
  if (replayed.kind === "not_found") return found(undefined, "message", message_id)
  if (replayed.kind === "dry_run") {
    const lanes = replayed.lanes.map(({ will, ...lane }) => ({ ...lane, will: writeWill(will) }))
    return response.json({ replay: { outcome: "dry_run", kept: replayed.kept ?? null, lanes } })
  }
  const { kind, ...replay } = replayed
  return response.json({ replay: { outcome: kind, ...replay } })
}
