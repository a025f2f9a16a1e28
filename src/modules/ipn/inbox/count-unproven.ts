import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Sorting } from "./sorting"

/** How many unproven messages of an account wait to be confirmed; of a large backlog, those that are sorted. */
export async function countUnproven(
  db: Knex,
  sorting: Pick<Sorting, "sort">,
  accountId: string
): Promise<number> {
  await sorting.sort(1)
  const { rows } = await db.raw(
    `select count(*)::int as waiting from ipn_message message
     join ipn_lane lane on lane.account_id = message.account_id and lane.key = 'msg:' || message.id
     where message.account_id = ? and message.proof = 'unproven' and message.deleted_at is null
       and lane.due_at is not null`,
    [accountId]
  )
  return (rows as { waiting: number }[])[0]?.waiting ?? 0
}
