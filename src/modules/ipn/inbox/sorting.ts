import { setImmediate as nextTurn } from "node:timers/promises"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Entry } from "./entry"
import type { ReadEntry } from "./read-entry"
import { eventColumns, eventFields, eventsIntoLanes } from "./store-events"

/** How much of the intake is sorted in one statement: so many commits of a receiver, of at most 200 messages each. */
const sortedAtOnce = 32
/** How long messages are read before others in this process have their turn. */
const readingMs = 10

/**
 * Reads what was received and makes messages, events and lanes of it, in one commit per statement: an event already known
 * stays as it was and wakes nobody; a lane that got a new event is due at once; a message that proves nothing by itself,
 * or that cannot be read here, gets a lane of its own. Any process may do it; a crash leaves the intake to the next.
 */
export class Sorting {
  constructor(
    private readonly db: Knex,
    private readonly read: ReadEntry
  ) {}

  /** @param statements For who only wants what came last in its place, and not to work off what lies there for hours. */
  async sort(statements = Infinity): Promise<void> {
    let limit = sortedAtOnce
    for (let i = 0; i < statements; i++) {
      try {
        if ((await this.sortOldest(limit)) < limit) return
      } catch (error) {
        if (!isAboutData(error)) throw error
        // One of them told what no column takes: they go one by one, and that one waits for review.
        if (limit === 1 && !(await takeApartOldest(this.db))) throw error
        limit = 1
      }
    }
  }

  /**
   * They are not locked while they are read: what another process sorted meanwhile is left out, and read in vain.
   * @returns how many rows of the intake were there to be sorted.
   */
  private async sortOldest(limit: number): Promise<number> {
    const { rows } = await this.db.raw(
      `select id, entries from ipn_intake order by id limit ? for update skip locked`,
      [limit]
    )
    const oldest = rows as { id: string; entries: string }[]
    if (oldest.length > 0) await this.db.raw(sortStatement, [await this.readAll(oldest)])
    return oldest.length
  }

  /** Rows of the intake with their messages read, as JSON. */
  private async readAll(oldest: readonly { id: string; entries: string }[]): Promise<string> {
    const rows: string[] = []
    let since = performance.now()
    for (const { id, entries } of oldest) {
      const read: string[] = []
      for (const entry of JSON.parse(entries) as Entry[]) {
        if (performance.now() - since > readingMs) {
          await nextTurn()
          since = performance.now()
        }
        read.push(this.read(entry))
      }
      rows.push(`{"id":${JSON.stringify(id)},"entries":[${read.join(",")}]}`)
    }
    return `[${rows.join(",")}]`
  }
}

const messageColumns = `id, account_id, gateway_id, method, query, headers, body, body_state, seal_key_id, ip, proof,
         proof_detail, unreadable, received_at`
const entryColumns = `m(id text, account_id text, gateway_id text, method text, query text, headers jsonb, body text,
         body_state text, seal_key_id text, ip text, proof text, proof_detail jsonb, unreadable text,
         received_at timestamptz, told json)`

const sortStatement = `with sorted as materialized (
       select * from json_to_recordset(?::json) as row(id text, entries json)
     ), taken as (
       delete from ipn_intake where id in (
         select id from ipn_intake where id in (select id from sorted) order by id for update skip locked
       ) returning id
     ), fresh as materialized (
       select m.* from sorted join taken using (id) cross join lateral json_to_recordset(entries) as ${entryColumns}
     ), messages as (
       insert into ipn_message (${messageColumns}, about)
       select ${messageColumns},
         (select jsonb_agg(distinct event->>'lane_key') from json_array_elements(told) event)
       from fresh
     ), unread as (
       insert into ipn_lane (id, account_id, key, due_at, first_due_at)
       select replace(id, 'ipnmsg_', 'ipnlane_'), account_id, 'msg:' || id, now(), now()
       from fresh where proof = 'unproven' or told is null
     ), told as (
       select ${eventColumns} from fresh cross join lateral json_to_recordset(fresh.told) as ${eventFields}
     ), ${eventsIntoLanes}
     select 1`

/**
 * Takes the oldest row of the intake apart, since something in it cannot be sorted: each of its messages gets a row of its
 * own, and one that is alone already keeps its bytes and loses what was read from them. In this process and not in SQL,
 * because Postgres cannot even take JSON apart that holds what it does not take.
 * @returns false when nothing is left to try.
 */
async function takeApartOldest(db: Knex): Promise<boolean> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.raw(
      `select id, entries from ipn_intake order by id limit 1 for update skip locked`
    )
    const oldest = (rows as { id: string; entries: string }[])[0]
    if (!oldest) return true
    const entries = JSON.parse(oldest.entries) as Entry[]
    const apart = entries.length > 1 ? entries : entries.map(withoutWhatItTold)
    if (apart.length === 1 && JSON.stringify(apart) === oldest.entries) return false
    await trx.raw(`delete from ipn_intake where id = ?`, [oldest.id])
    for (const [index, entry] of apart.entries()) {
      const id = apart.length > 1 ? `${oldest.id}_${index}` : oldest.id
      await trx.raw(`insert into ipn_intake (id, entries) values (?, ?)`, [id, JSON.stringify([entry])])
    }
    return true
  })
}

const unsortable = "cannot be sorted: a value that the database does not take"

/** What our own code read is left out at first; if that was not it, what the sender wrote besides the body. */
function withoutWhatItTold(entry: Entry): Entry {
  if (entry.unreadable !== unsortable) {
    return { ...entry, told: [], proof_detail: {}, unreadable: unsortable }
  }
  return { ...entry, query: "", headers: {} }
}

/** Whether the database refuses the values themselves, such as a NUL in a text (https://www.postgresql.org/docs/current/errcodes-appendix.html, class 22). */
function isAboutData(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("22")
  )
}
