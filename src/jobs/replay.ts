import type { MedusaContainer } from "@medusajs/framework/types"
import { runReplays } from "../workflows/replay/replay-selection"

/** Goes on with replays that wait or that a crash cut. */
export default async function replay(container: MedusaContainer): Promise<void> {
  await runReplays(container)
}

export const config = { name: "ipn-replay", schedule: "* * * * *" }
