import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** A call that could not be proven. Nothing of what it said is kept. */
export type ListedRefusal = Readonly<{
  id: string
  account_id: string
  why: string
  detail: string | null
  ip: string
  refused_at: Date
}>

/** The last refused calls, the newest first: at most 20 of each account are kept. */
export async function listRefusals(
  db: Knex,
  accountIds: readonly string[] | undefined,
  { limit = 20, offset = 0 }: { limit?: number; offset?: number } = {}
): Promise<{ refusals: ListedRefusal[]; count: number }> {
  const ids = accountIds ? [...accountIds] : null
  const { rows } = await db.raw(
    `select id, account_id, why, detail, ip, refused_at, count(*) over ()::int as count from ipn_refusal
     where deleted_at is null and (?::text[] is null or account_id = any(?::text[]))
     order by refused_at desc, id limit ? offset ?`,
    [ids, ids, limit, offset]
  )
  const found = rows as (ListedRefusal & { count: number })[]
  return { refusals: found.map(({ count: _, ...row }) => row), count: found[0]?.count ?? 0 }
}
