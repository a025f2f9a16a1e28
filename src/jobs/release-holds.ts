import type { MedusaContainer } from "@medusajs/framework/types"
import { sweepHolds } from "../workflows/stock/sweep-holds"

/** Frees goods that were held for buyers who did not pay in time. */
export default async function releaseHolds(container: MedusaContainer): Promise<void> {
  await sweepHolds(container)
}

export const config = { name: "ipn-release-holds", schedule: "* * * * *" }
