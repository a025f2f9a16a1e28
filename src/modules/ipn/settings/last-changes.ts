import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** Who changed a setting last, and when, by its key. */
export async function lastChanges(
  db: Knex
): Promise<ReadonlyMap<string, Readonly<{ actor_id: string; changed_at: Date }>>> {
  const { rows } = await db.raw(
    `select distinct on (key) key, actor_id, created_at as changed_at from ipn_setting_change
     where deleted_at is null order by key, created_at desc, id desc`
  )
  return new Map(
    (rows as { key: string; actor_id: string; changed_at: Date }[]).map(({ key, ...change }) => [key, change])
  )
}
