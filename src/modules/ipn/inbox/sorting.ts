import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { codeOf } from "../../../receiver/describe-error"
import type { Entry } from "./entry"
import type { ReadEntry } from "./read-entry"
import { eventColumns, eventFields, eventsIntoLanes } from "./store-events"
import { withoutValues } from "./without-values"

/** How much of the intake is sorted in one statement: so many commits of a receiver, of at most 200 messages each. */
const sortedAtOnce = 32
/** And no more than so many bytes, but at least one of them: bodies may be large. */
const bytesAtOnce = 8 * 1024 * 1024
/** How long messages are read before others in this process have their turn. */
const readingMs = 10
/** How often, and how soon, to look again for what another process is sorting just now. */
const [looks, lookAgainMs] = [10, 20] as const
/** How long others in this process wait for one who sorts: it may hang at its connection. */
const turnMs = 10_000

type Row = Readonly<{ id: string; entries: string }>
type Sorted = Readonly<{
  isLast: boolean
  /** Whether another process sorts some of it. */
  isShared: boolean
  poisoned?: Readonly<{ error: Error; oldest: Row }>
}>

/**
 * Reads what was received and makes messages, events and lanes of it, in one commit per statement: an event already known
 * stays as it was and wakes nobody; a lane that got a new event is due at once; a message that proves nothing by itself,
 * or that cannot be read here, gets a lane of its own. Any process may do it; a crash leaves the intake to the next.
 */
export class Sorting {
  private turn: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly db: Knex,
    private readonly read: ReadEntry
  ) {}

  /**
   * Afterwards what was received before is sorted, but for what another process has been at for a fifth of a second.
   * @param statements For who only wants what came last in its place, and not to work off what lies there for hours.
   * @throws Error that says nothing of what was to be sorted.
   */
  async sort(statements = Infinity): Promise<void> {
    let limit = sortedAtOnce
    let waited = 0
    try {
      for (let i = 0; i < statements; i++) {
        const { isLast, isShared, poisoned } = await this.inTurn(() => this.sortOldest(limit))
        if (poisoned) {
          // One of them told what no column takes: they go one by one, and that one waits for review.
          if (limit === 1 && !(await takeApart(this.db, poisoned.oldest))) throw poisoned.error
          limit = 1
          continue
        }
        limit = Math.min(2 * limit, sortedAtOnce)
        waited = isShared ? waited + 1 : 0
        if (isShared && waited < looks) await pause(lookAgainMs)
        else if (isLast || isShared) return
      }
    } catch (error) {
      throw withoutValues(error)
    }
  }

  /** One at a time in this process: others would read the same in vain. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work)
    this.turn = new Promise<void>((next) => {
      const timer = setTimeout(next, turnMs).unref()
      const pass = () => {
        clearTimeout(timer)
        next()
      }
      done.then(pass, pass)
    })
    return done
  }

  /** They are not locked while they are read: what another process sorts meanwhile was read in vain. */
  private async sortOldest(limit: number): Promise<Sorted> {
    const { rows } = await this.db.raw(
      `select id, entries, there from (
         select id, entries, count(*) over ()::int as there,
           sum(octet_length(entries)) over (order by id) - octet_length(entries) as before
         from (select id, entries from ipn_intake order by id limit ?) oldest
       ) sized where before < ? order by id`,
      [limit, bytesAtOnce]
    )
    const oldest = rows as (Row & { there: number })[]
    if (oldest.length === 0) return { isLast: true, isShared: false }
    const isLast = oldest.length === oldest[0]!.there && oldest.length < limit
    try {
      const { rows } = await this.db.raw(sortStatement, [await this.readAll(oldest)])
      const [{ taken }] = rows as [{ taken: number }]
      return { isLast, isShared: taken < oldest.length }
    } catch (error) {
      if (!isAboutData(error)) throw error
      return { isLast, isShared: false, poisoned: { error: error as Error, oldest: oldest[0]! } }
    }
  }

  /** Rows of the intake with their messages read, as JSON. */
  private async readAll(oldest: readonly Row[]): Promise<string> {
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
     select count(*)::int as taken from taken`

/**
 * Takes a row of the intake apart, since something in it cannot be sorted: each of its messages gets a row of its own, and
 * one that is alone already keeps its bytes and loses what was read from them. In this process and not in SQL, because
 * Postgres cannot even take JSON apart that holds what it does not take.
 * @returns false when nothing is left to try.
 */
async function takeApart(db: Knex, { id, entries: text }: Row): Promise<boolean> {
  const entries = JSON.parse(text) as Entry[]
  const apart = entries.length > 1 ? entries : entries.map(withoutWhatItTold)
  if (apart.length === 1 && JSON.stringify(apart) === text) return false
  // Nothing is written where another process was faster.
  await db.raw(
    `with whole as (delete from ipn_intake where id = ? and entries = ? returning id)
     insert into ipn_intake (id, entries)
     select part.id, part.entries from whole cross join unnest(?::text[], ?::text[]) as part(id, entries)`,
    [
      id,
      text,
      apart.map((_, index) => (apart.length > 1 ? `${id}_${index}` : id)),
      apart.map((entry) => JSON.stringify([entry])),
    ]
  )
  return true
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
  return codeOf(error)?.startsWith("22") ?? false
}
