import type { MedusaContainer } from "@medusajs/framework/types"
import { sweepInterruptedCompletions } from "../workflows/settle/sweep-completions"

/** Takes back orders that a crash left half made. */
export default async function sweepCompletions(container: MedusaContainer): Promise<void> {
  await sweepInterruptedCompletions(container)
}

export const config = { name: "ipn-sweep-completions", schedule: "* * * * *" }
