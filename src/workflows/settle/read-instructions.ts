import type { MedusaContainer } from "@medusajs/framework/types"
import { graph } from "./read-rows"

/** How to pay without a page of the gateway, by when. */
export type PaymentInstructions = Readonly<{
  instructions: Readonly<{ lines: readonly string[]; reference?: string | undefined }>
  dueAt?: Date
}>

/** How to pay, as the gateway told the storefront in the payment session; undefined where there are no instructions. */
export async function readInstructions(
  container: MedusaContainer,
  sessionId: string
): Promise<PaymentInstructions | undefined> {
  const [session] = await graph<{ data: Record<string, unknown> | null }>(
    container,
    "payment_session",
    { id: sessionId },
    ["id", "data"]
  )
  const next = session?.data?.["next"] as Record<string, unknown> | undefined
  if (next?.["kind"] !== "instructions") return undefined
  const { lines, reference, dueAt } = next
  const due = typeof dueAt === "string" ? new Date(dueAt) : undefined
  return {
    instructions: {
      lines: Array.isArray(lines) ? lines.filter((line): line is string => typeof line === "string") : [],
      reference: typeof reference === "string" ? reference : undefined,
    },
    ...(due && !Number.isNaN(due.getTime()) ? { dueAt: due } : {}),
  }
}
