import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import type { PaymentEvent } from "../../../domain/payment-event"
import { findReadOtherwise } from "./read-otherwise"
import { countItems, nextItems, type Item, type Selection } from "./selection"

/** A replay as it is shown: how far it got. */
export type Replay = Readonly<{
  id: string
  selection: Selection
  state: "waiting" | "running" | "done" | "failed"
  total: number
  done: number
  /** How many of those done could not be read again. */
  failed: number
  error: string | null
  actor_id: string
  created_at: Date
  finished_at: Date | null
}>

/** A process's right to go on with a replay, until its lease ends; `token` tells a lost right from a held one. */
export type ReplayClaim = Readonly<{ id: string; selection: Selection; cursor: string; token: string }>

const leaseMs = 120_000
const columns = `id, selection, state, total, done, failed, error, actor_id, created_at, finished_at`

/** Replays in the background: one process at a time works on each, and goes on where a crash left it. */
export class Replays {
  constructor(private readonly db: Knex) {}

  /** How much a selection holds: said before it is replayed. */
  async count(selection: Selection): Promise<Readonly<{ messages: number; lanes: number }>> {
    return countItems(this.db, selection)
  }

  async start(selection: Selection, actorId: string): Promise<Replay> {
    const { messages, lanes } = await this.count(selection)
    const { rows } = await this.db.raw(
      `insert into ipn_replay (id, selection, total, actor_id) values (?, ?::jsonb, ?, ?) returning ${columns}`,
      [`ipnrep_${ulid()}`, JSON.stringify(selection), messages + lanes, actorId]
    )
    return (rows as Replay[])[0]!
  }

  /** Writes a replay that was made at once. */
  async note(selection: Selection, actorId: string, failed: boolean): Promise<string> {
    const id = `ipnrep_${ulid()}`
    await this.db.raw(
      `insert into ipn_replay (id, selection, state, total, done, failed, actor_id, finished_at)
       values (?, ?::jsonb, 'done', 1, 1, ?, ?, now())`,
      [id, JSON.stringify(selection), failed ? 1 : 0, actorId]
    )
    return id
  }

  async retrieve(id: string): Promise<Replay | undefined> {
    const { rows } = await this.db.raw(
      `select ${columns} from ipn_replay where id = ? and deleted_at is null`,
      [id]
    )
    return (rows as Replay[])[0]
  }

  /** The newest first. */
  async list({ limit = 50, offset = 0 }: { limit?: number; offset?: number } = {}): Promise<{
    replays: Replay[]
    count: number
  }> {
    const { rows } = await this.db.raw(
      `select ${columns}, count(*) over ()::int as count from ipn_replay
       where deleted_at is null order by id desc limit ? offset ?`,
      [limit, offset]
    )
    const found = rows as (Replay & { count: number })[]
    return { replays: found.map(({ count: _, ...replay }) => replay), count: found[0]?.count ?? 0 }
  }

  /** Claims the oldest replay that waits, or that a crash cut. */
  async claim(): Promise<ReplayClaim | undefined> {
    const { rows } = await this.db.raw(
      `update ipn_replay set state = 'running', updated_at = now(),
         lease_until = clock_timestamp() + ? * interval '1 millisecond'
       where id = (
         select id from ipn_replay
         where state in ('waiting', 'running') and (lease_until is null or lease_until < now()) and deleted_at is null
         order by id limit 1 for update skip locked
       )
       returning id, selection, coalesce(cursor, '') as cursor, lease_until::text as token`,
      [leaseMs]
    )
    return (rows as ReplayClaim[])[0]
  }

  async next({ selection, cursor }: ReplayClaim, limit: number): Promise<Item[]> {
    return nextItems(this.db, selection, cursor, limit)
  }

  /** Writes how far a replay got and holds the claim for another lease; undefined when it was lost. */
  async progress(
    claim: ReplayClaim,
    made: Readonly<{ cursor: string; done: number; failed: number }>
  ): Promise<ReplayClaim | undefined> {
    const { rows } = await this.db.raw(
      `update ipn_replay set cursor = ?, done = done + ?, failed = failed + ?, total = greatest(total, done + ?),
         lease_until = clock_timestamp() + ? * interval '1 millisecond', updated_at = now()
       where id = ? and state = 'running' and lease_until = ?::timestamptz
       returning lease_until::text as token`,
      [made.cursor, made.done, made.failed, made.done, leaseMs, claim.id, claim.token]
    )
    const [held] = rows as { token: string }[]
    return held && { ...claim, cursor: made.cursor, token: held.token }
  }

  /** Ends a claim: the replay is done, or goes on later, at the earliest now. */
  async release(claim: ReplayClaim, state: "done" | "waiting", error?: string): Promise<void> {
    await this.db.raw(
      `update ipn_replay set state = ?, error = ?, lease_until = null, updated_at = now(),
         finished_at = case when ? then now() end
       where id = ? and state = 'running' and lease_until = ?::timestamptz`,
      [state, error?.slice(0, 2_000) ?? null, state === "done", claim.id, claim.token]
    )
  }

  /** Whether so many lanes are due that what gateways tell now would wait behind more. */
  async isWorkerBusy(most: number): Promise<boolean> {
    const { rows } = await this.db.raw(
      `select count(*)::int as due from (
         select 1 from ipn_lane where due_at <= now() and deleted_at is null limit ?
       ) as waiting`,
      [most]
    )
    return ((rows as { due: number }[])[0]?.due ?? 0) >= most
  }

  /** What of a message that was read again is new, and what would be read otherwise today. */
  async compare(
    accountId: string,
    events: readonly PaymentEvent[],
    receivedAt: Date
  ): ReturnType<typeof findReadOtherwise> {
    return findReadOtherwise(this.db, accountId, events, receivedAt)
  }

  /** What replaying needs to know of a message; undefined when there is none. */
  async message(id: string): Promise<ReplayedMessage | undefined> {
    const { rows } = await this.db.raw(
      `select id, account_id, proof, body_state, unreadable, about,
         exists (select 1 from ipn_payment_event event where event.message_id = message.id and event.deleted_at is null)
           as has_told
       from ipn_message message where id = ? and deleted_at is null`,
      [id]
    )
    return (rows as ReplayedMessage[])[0]
  }

  /** Writes whether a message could be read, and which lanes it tells of. */
  async noteRead(
    id: string,
    read: Readonly<{ about: readonly string[] } | { unreadable: string }>
  ): Promise<void> {
    if ("unreadable" in read) {
      await this.db.raw(`update ipn_message set unreadable = ?, updated_at = now() where id = ?`, [
        read.unreadable,
        id,
      ])
      return
    }
    await this.db.raw(
      `update ipn_message set unreadable = null, about = ?::jsonb, updated_at = now() where id = ?`,
      [read.about.length > 0 ? JSON.stringify(read.about) : null, id]
    )
  }

  /**
   * Makes lanes due whatever their state, by id or by the keys of an account. One that is being settled is settled again
   * afterwards. Returns how many there are.
   */
  async makeDue(
    of: Readonly<{ lane_ids?: readonly string[]; account_id?: string; keys?: readonly string[] }>
  ): Promise<number> {
    const { rows } = await this.db.raw(
      `update ipn_lane set due_at = now(), attempts = 0, version = version + 1, updated_at = now(),
         first_due_at = case when state in ('review', 'unmatched') then first_due_at else now() end
       where (id = any(?::text[]) or (account_id = ? and key = any(?::text[]))) and deleted_at is null
       returning id`,
      [[...(of.lane_ids ?? [])], of.account_id ?? null, [...(of.keys ?? [])]]
    )
    return (rows as unknown[]).length
  }

  /** The lanes that hold what a message told first. */
  async lanesOf(messageId: string): Promise<string[]> {
    const { rows } = await this.db.raw(
      `select distinct lane_id from ipn_payment_event where message_id = ? and deleted_at is null`,
      [messageId]
    )
    return (rows as { lane_id: string }[]).map(({ lane_id }) => lane_id)
  }

  /** Lanes by id, or by their keys in an account. */
  async lanesAt(
    accountId: string,
    keys: readonly string[],
    ids: readonly string[]
  ): Promise<{ id: string; account_id: string; key: string }[]> {
    const { rows } = await this.db.raw(
      `select id, account_id, key from ipn_lane
       where (id = any(?::text[]) or (account_id = ? and key = any(?::text[]))) and deleted_at is null order by id`,
      [[...ids], accountId, [...keys]]
    )
    return rows as { id: string; account_id: string; key: string }[]
  }

  /** The messages that told what is in a lane. */
  async messagesOf(laneId: string, limit: number): Promise<string[]> {
    const { rows } = await this.db.raw(
      `select distinct message_id from ipn_payment_event
       where lane_id = ? and message_id is not null and deleted_at is null order by message_id limit ?`,
      [laneId, limit]
    )
    return (rows as { message_id: string }[]).map(({ message_id }) => message_id)
  }
}

export type ReplayedMessage = Readonly<{
  id: string
  account_id: string
  proof: "proven" | "unproven" | "confirmed"
  body_state: "exact" | "redacted" | "sealed" | "pruned"
  unreadable: string | null
  /** The keys of the lanes that it told of; null until it is sorted. */
  about: readonly string[] | null
  /** Whether what it told still waits to be sorted into lanes. */
  /** Whether it was the first to tell something. */
  has_told: boolean
}>
