import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../module"
import type { changeSettingsBody } from "./query"
import { readSettings } from "./read-settings"

type Body = z.infer<typeof changeSettingsBody>

/** Every setting: its value, its default, whether medusa-config pins it, and who changed it last. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  response.json({ settings: await readSettings(request) })
}

/** Changes settings, all or none. 400 with a sentence for each that cannot be so. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const changed = await ipnOf(request).settings.change(
    request.validatedBody.values,
    request.auth_context.actor_id
  )
  if (changed.kind === "refused") {
    response.status(400).json({
      type: MedusaError.Types.INVALID_DATA,
      message: changed.problems.map(({ sentence }) => sentence).join("\n"),
      problems: changed.problems,
    })
    return
  }
  response.json({ settings: await readSettings(request), changed: changed.keys })
}
