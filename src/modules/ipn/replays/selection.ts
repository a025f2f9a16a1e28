import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** What is to be replayed: named messages or payments, or all that failed or is in review since a time. */
export type Selection = Readonly<{
  message_ids?: readonly string[]
  lane_ids?: readonly string[]
  /** ISO 8601: messages that could not be read and payments that failed or are in review, from then on. */
  failed_since?: string
  /** Only of this account. */
  account_id?: string
}>

/** One thing to replay. `cursor` orders all of a selection: messages come before lanes. */
export type Item = Readonly<{ kind: "message" | "lane"; id: string; cursor: string }>

/**
 * The next items of a selection after a cursor. A message that cannot be read tells of no lane, and a lane whose events
 * came by asking has no message: so both are walked through, the messages first.
 */
export async function nextItems(
  db: Knex,
  selection: Selection,
  cursor: string,
  limit: number
): Promise<Item[]> {
  const { rows } = await db.raw(`${itemsOf} where cursor > ? order by cursor limit ?`, [
    ...bindings(selection),
    cursor,
    limit,
  ])
  return rows as Item[]
}

/** How many messages and lanes a selection holds now. */
export async function countItems(
  db: Knex,
  selection: Selection
): Promise<Readonly<{ messages: number; lanes: number }>> {
  const { rows } = await db.raw(
    `select count(*) filter (where kind = 'message')::int as messages, count(*) filter (where kind = 'lane')::int as lanes
     from (${itemsOf}) as items`,
    bindings(selection)
  )
  return (rows as { messages: number; lanes: number }[])[0]!
}

/** Its lanes that are settled again by what they wait for themselves are left to that. */
const itemsOf = `select kind, id, cursor from (
    select 'message' as kind, id, 'm:' || id as cursor from ipn_message
    where deleted_at is null and (?::text is null or account_id = ?)
      and (id = any(?::text[]) or (unreadable is not null and received_at >= ?::timestamptz))
    union all
    select 'lane', id, 'n:' || id from ipn_lane
    where deleted_at is null and (?::text is null or account_id = ?)
      and (id = any(?::text[]) or (state in ('failed', 'review') and updated_at >= ?::timestamptz))
  ) as item`

function bindings({
  account_id,
  message_ids = [],
  lane_ids = [],
  failed_since,
}: Selection): (string | null | string[])[] {
  const account = account_id ?? null
  const since = failed_since ?? null
  return [account, account, [...message_ids], since, account, account, [...lane_ids], since]
}
