import type { MedusaContainer } from "@medusajs/framework/types"
import type { StoredIssue } from "../../../../modules/ipn/issues/stored-issue"
import { graph } from "../../../../workflows/settle/read-rows"

type Numbered = { id: string; display_id: number }

/** Issues with the number of the order that each is about, as people know it. */
export async function withOrderNumbers(container: MedusaContainer, issues: readonly StoredIssue[]) {
  const ids = [...new Set(issues.flatMap(({ order_id }) => order_id ?? []))]
  const orders =
    ids.length > 0 ? await graph<Numbered>(container, "order", { id: ids }, ["id", "display_id"]) : []
  const numbers = new Map(orders.map(({ id, display_id }) => [id, display_id]))
  return issues.map((issue) => ({
    ...issue,
    order_display_id: issue.order_id === null ? null : (numbers.get(issue.order_id) ?? null),
  }))
}

/** What is searched for; an order's number, as `#1001`, means its id. */
export async function searchedFor(container: MedusaContainer, q: string | undefined) {
  const [, number] = /^#(\d{1,9})$/.exec(q ?? "") ?? []
  if (!number) return q
  const [order] = await graph<Numbered>(container, "order", { display_id: number }, ["id", "display_id"])
  return order?.id ?? q
}
