import { Client, type Pool } from "pg"
import { waitUntil } from "./store/wait-until"

/** How a writer ends that was stopped at a moment, once its process is dead. */
export const ends = [
  ["just before it is written", "cutOff"],
  ["just after it was written", "release"],
] as const

export type End = (typeof ends)[number][1]

/** A moment in the database at which whoever gets there is stopped: the very row that is about to be written. */
export type Moment = Readonly<{
  name: string
  table: string
  on: "insert" | "update" | "delete"
  /** SQL over `new` and `old`: which write it is. */
  when: string
}>

/** Writers that stand still at moments until they are let go or cut off. */
export type Pause = Readonly<{
  /** Resolves once a writer stands at each of the moments, or at those named. @throws when one is missing; all go on then. */
  reached(names?: readonly string[]): Promise<void>
  /** Lets all writers go on: what they were about to write is written. */
  release(): Promise<void>
  /** Cuts the writers' connections: what they were about to write is undone. */
  cutOff(): Promise<void>
  /** Each as its moment says: one crash is enough for writers that end in different ways. */
  end(): Promise<void>
}>

let made = 0

/**
 * Stops the first writer that comes to each moment, inside its own statement, so that a process can be killed exactly
 * there. No code of the product knows of it: a trigger waits for a lock that the test holds.
 */
export async function pauseAt(
  databaseUrl: string,
  sql: Pool,
  moments: readonly (Moment & Readonly<{ end?: End }>)[]
): Promise<Pause> {
  const holder = new Client({ connectionString: databaseUrl })
  holder.on("error", () => undefined) // a spec that failed drops the database under it
  await holder.connect()
  const placed = await Promise.all(
    moments.map(async ({ table, on, when }) => {
      const key = 770_000 + ++made
      await holder.query("select pg_advisory_lock($1)", [key])
      const name = `test_pause_${key}`
      await sql.query(`
        create function ${name}() returns trigger language plpgsql as $$
        begin
          if (${when}) then
            perform pg_advisory_lock_shared(${key});
            perform pg_advisory_unlock_shared(${key});
          end if;
          return ${on === "delete" ? "old" : "new"};
        end $$;
        create trigger ${name} before ${on} on "${table}" for each row execute function ${name}();`)
      return { key, name, table }
    })
  )
  const keys = placed.map(({ key }) => key)
  const waiting = `select pid, objid::int as key from pg_locks
    where locktype = 'advisory' and not granted and objid = any($1::oid[]) and database = (select oid from pg_database where datname = current_database())`

  async function letGo(cutOff: readonly number[]): Promise<void> {
    await sql.query(`select pg_terminate_backend(pid) from (${waiting}) as writers`, [cutOff])
    await waitUntilGone(sql, cutOff, waiting)
    await holder.end()
    await waitUntilGone(sql, keys, waiting)
    for (const { name, table } of placed) {
      await sql.query(`drop trigger if exists ${name} on "${table}"; drop function if exists ${name}();`)
    }
  }

  return {
    async reached(names = moments.map(({ name }) => name)) {
      let missing: readonly string[] = names
      await waitUntil(
        "a writer stands at each moment",
        async () => {
          const { rows } = await holder.query<{ key: number }>(waiting, [keys])
          const there = new Set(rows.map(({ key }) => key))
          const reached = moments.filter((_, index) => there.has(keys[index]!)).map(({ name }) => name)
          missing = names.filter((name) => !reached.includes(name))
          return missing.length === 0
        },
        { withinMs: 60_000 }
      ).catch(async (cause: unknown) => {
        await letGo([])
        throw new Error(`nobody came to: ${missing.join(", ")}`, { cause })
      })
    },
    release: () => letGo([]),
    cutOff: () => letGo(keys),
    end: () => letGo(keys.filter((_, index) => moments[index]?.end === "cutOff")),
  }
}

async function waitUntilGone(sql: Pool, keys: readonly number[], waiting: string): Promise<void> {
  await waitUntil(
    "no writer waits any more",
    async () => (await sql.query(waiting, [keys])).rows.length === 0,
    { withinMs: 30_000 }
  )
}
