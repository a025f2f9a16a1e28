import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { note, ok, wrong, type Finding } from "./finding"

/** How far our clock is from the others', in seconds; positive: ours is ahead. */
export type Clocks = Readonly<{
  /** The database's. */
  database: number
  /** The least time that a signed message of the last week seemed to be under way; null where there is none. */
  fastestMessage: number | null
}>

const databaseSeconds = 5
const gatewaySeconds = 60

/** Compares this machine's clock with the database's and with the times that gateways signed. */
export async function readClocks(db: Knex): Promise<Clocks> {
  const before = Date.now()
  const { rows } = await db.raw(
    `select extract(epoch from clock_timestamp())::float8 as now,
       (select min(extract(epoch from received_at - (proof_detail->>'sentAt')::timestamptz))::float8
        from (select received_at, proof_detail from ipn_message
          where received_at > now() - interval '7 days' and deleted_at is null order by id desc limit 500) latest
        where proof_detail->>'sentAt' is not null) as fastest`
  )
  const after = Date.now()
  const [{ now, fastest }] = rows as [{ now: number; fastest: number | null }]
  return { database: (before + after) / 2000 - now, fastestMessage: fastest }
}

export function checkClocks({ database, fastestMessage }: Clocks): Finding[] {
  const set = "Let both machines set their clocks by themselves (NTP, chrony)."
  const found: Finding[] = []
  if (Math.abs(database) > databaseSeconds) {
    found.push(
      wrong("Store", `This machine's clock and the database's are ${seconds(database)} seconds apart.`, set)
    )
  }
  if (fastestMessage !== null && fastestMessage < -databaseSeconds) {
    found.push(
      wrong(
        "Store",
        `Messages seem to come ${seconds(fastestMessage)} seconds before they were signed: this machine's clock is behind, and signatures will be refused as stale.`,
        set
      )
    )
  }
  if (fastestMessage !== null && fastestMessage > gatewaySeconds) {
    found.push(
      note(
        "Store",
        `Even the fastest message took ${seconds(fastestMessage)} seconds: this machine's clock is ahead, or messages are held up on the way.`,
        set
      )
    )
  }
  return found.length > 0 ? found : [ok("Store", "The clocks agree.")]
}

const seconds = (time: number) => String(Math.round(Math.abs(time)))
