import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { lanesWithWork, type LaneWithWork } from "./lane-work"
import { readEventRows, type ListedEvent } from "./list-events"
import { readRows, type ListedMessage } from "./list-messages"

/** How a message was proven, or why it could not be at first. */
export type Verification = Readonly<{
  proof: string
  by: string | null
  covers: string | null
  /** Why it must be confirmed by the gateway. */
  why: string | null
  /** Which of several secrets matched: 0 is the current one. */
  secret: number | null
  sent_at: Date | null
  /** Receipt minus the signed time of sending; below zero when the gateway's clock is ahead. */
  skew_seconds: number | null
}>

export type MessageDetail = ListedMessage &
  Readonly<{
    verification: Verification
    unreadable: string | null
    /** Size of what is stored of the body. */
    body_bytes: number
    events: readonly ListedEvent[]
    /** The payments that it told of, with what was done about each. */
    lanes: readonly LaneWithWork[]
    /** Other messages about the same payments, the newest first; at most 20. */
    related: readonly ListedMessage[]
  }>

/** One message with all that became of it; undefined when there is none. */
export async function retrieveMessage(db: Knex, id: string): Promise<MessageDetail | undefined> {
  const [rows, { rows: more }] = await Promise.all([
    readRows(db, [id]),
    db.raw(
      `select proof, proof_detail, unreadable, about, account_id, received_at,
         case when body_state = 'pruned' then 0 else length(body) * 3 / 4 - length(body) + length(rtrim(body, '=')) end as body_bytes
       from ipn_message where id = ? and deleted_at is null`,
      [id]
    ) as Promise<{ rows: DetailRow[] }>,
  ])
  const [row, detail] = [rows[0], more[0]]
  if (!row || !detail) return undefined
  const events = await readEventRows(db, { messageId: id })
  const laneIds = [
    ...new Set([...events.map(({ lane_id }) => lane_id), ...(row.lane_id ? [row.lane_id] : [])]),
  ]
  const [lanes, related] = await Promise.all([
    lanesWithWork(db, laneIds),
    readRelated(db, { id, laneIds, keys: detail.about ?? [], accountId: row.account_id }),
  ])
  return {
    ...row,
    verification: verificationOf(detail),
    unreadable: detail.unreadable,
    body_bytes: detail.body_bytes,
    events,
    lanes,
    related,
  }
}

type DetailRow = {
  proof: string
  proof_detail: { by?: string; covers?: string; why?: string; keyId?: string; sentAt?: string }
  unreadable: string | null
  about: string[] | null
  received_at: Date
  body_bytes: number
}

function verificationOf({ proof, proof_detail: told, received_at }: DetailRow): Verification {
  const sentAt = told.sentAt ? new Date(told.sentAt) : null
  return {
    proof,
    by: told.by ?? null,
    covers: told.covers ?? null,
    why: told.why ?? null,
    secret: told.keyId !== undefined && /^\d{1,3}$/.test(told.keyId) ? Number(told.keyId) : null,
    sent_at: sentAt,
    skew_seconds: sentAt ? Math.round((received_at.getTime() - sentAt.getTime()) / 1000) : null,
  }
}

async function readRelated(
  db: Knex,
  of: { id: string; laneIds: readonly string[]; keys: readonly string[]; accountId: string }
): Promise<ListedMessage[]> {
  const { rows } = await db.raw(
    `select distinct id from (
       select message_id as id from ipn_payment_event
       where lane_id = any(?::text[]) and message_id is not null and deleted_at is null
       union all
       select id from ipn_message
       where about \\?| ?::text[] and about is not null and account_id = ? and deleted_at is null
     ) told where id <> ? order by id desc limit 20`,
    [[...of.laneIds], [...of.keys], of.accountId, of.id]
  )
  return readRows(
    db,
    (rows as { id: string }[]).map(({ id }) => id)
  )
}
