import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { findMessages, type MessageFilter } from "./message-filter"
import { messageTabs, type MessageTab } from "./message-state"
import { lookedAt } from "./page"

/** How many messages are behind each tab, up to {@link lookedAt}. */
export type MessageCounts = Readonly<
  Record<MessageTab | "all", number> & {
    /** Calls that could not be proven: the last 20 of each account are kept. */
    refused: number
  }
>

/** Counts the tabs of a list, with its other filters. */
export async function countMessages(
  db: Knex,
  filter: Omit<MessageFilter, "state">,
  accounts: readonly string[]
): Promise<MessageCounts> {
  const count = async (state: MessageFilter["state"]) => {
    const { candidates, rest } = findMessages({ ...filter, state }, accounts)
    const { rows } = await db.raw(
      `with looked_at as materialized (select id from (${candidates.sql}) candidate limit ${lookedAt})
       select count(*)::int as count from looked_at
       ${rest.sql === "true" ? "" : `join ipn_message message on message.id = looked_at.id and message.deleted_at is null where ${rest.sql}`}`,
      [...candidates.bindings, ...rest.bindings]
    )
    return (rows as { count: number }[])[0]?.count ?? 0
  }
  const [all, needs_you, waiting, { rows }] = await Promise.all([
    count(undefined),
    count(messageTabs.needs_you),
    count(messageTabs.waiting),
    db.raw(
      `select count(*)::int as refused from ipn_refusal
       where deleted_at is null and (?::text[] is null or account_id = any(?::text[]))`,
      [filter.accountId ? [...filter.accountId] : null, filter.accountId ? [...filter.accountId] : null]
    ) as Promise<{ rows: { refused: number }[] }>,
  ])
  const done = Math.max(all - needs_you - waiting, 0)
  return { all, needs_you, waiting, done, refused: rows[0]?.refused ?? 0 }
}
