import type { Store } from "./store/store"
import { waitUntil } from "./store/wait-until"

/** Where the settling of one payment stands, as the database has it. */
export type Lane = Readonly<{
  id: string
  account: string
  key: string
  state: string
  reason: string | null
  detail: Readonly<{ expected?: Amount; told?: Amount }> | null
  error: string | null
  facts: Readonly<Record<string, unknown>> | null
  attempts: number
  /** Whether it will be looked at again by itself, or a message is still to be sorted into lanes. */
  isDue: boolean
  events: number
}>
type Amount = Readonly<{ amount: string; currency: string }>

/** The lane of a key such as `ref:<payment session>`, of whatever account; undefined when there is none. */
export async function laneOf(store: Pick<Store, "sql">, key: string): Promise<Lane | undefined> {
  const { rows } = await store.sql.query<Lane>(
    `select id, account_id as account, key, state, reason, detail, error, facts, attempts,
            due_at is not null or lease_until is not null
              or exists (select 1 from ipn_intake) as "isDue",
            (select count(*)::int from ipn_payment_event event where event.lane_id = lane.id) as events
       from ipn_lane lane where key = $1`,
    [key]
  )
  if (rows.length > 1) throw new Error(`${rows.length} accounts have a lane ${key}`)
  return rows[0]
}

/** Waits until a lane is as asked. @throws with the lane as last seen. */
export async function waitForLane(
  store: Pick<Store, "sql">,
  key: string,
  says: string,
  is: (lane: Lane) => boolean
): Promise<Lane> {
  let seen: Lane | undefined
  return waitUntil(`the lane ${key} ${says}`, async () => {
    seen = await laneOf(store, key)
    return seen !== undefined && is(seen) && seen
  }).catch((cause: unknown) => {
    throw new Error(`${(cause as Error).message}; last seen: ${JSON.stringify(seen ?? "none")}`, { cause })
  })
}

/**
 * Waits until the lane of a payment session has nothing to do for the next minutes; also when it never had anything. An
 * order that waits for its money is looked at again after hours.
 */
export async function settledLane(store: Pick<Store, "sql">, sessionId: string): Promise<void> {
  await waitUntil(`the lane of ${sessionId} has nothing to do`, async () => {
    const { rows } = await store.sql.query(
      `select 1 where not exists (select 1 from ipn_lane where key = $1 and (due_at < now() + interval '5 minutes' or lease_until is not null))
         and not exists (select 1 from ipn_intake)`,
      [`ref:${sessionId}`]
    )
    return rows.length > 0
  })
}

/** Waits until all that was received is sorted into messages, events and lanes. */
export async function everythingSorted(store: Pick<Store, "sql">): Promise<void> {
  await waitUntil("all that was received is sorted", async () => {
    const { rows } = await store.sql.query(`select 1 from ipn_intake limit 1`)
    return rows.length === 0
  })
}

/** Waits until a person must decide about a payment. */
export async function waitForReview(store: Pick<Store, "sql">, sessionId: string): Promise<Lane> {
  return waitForLane(store, `ref:${sessionId}`, "is in review", ({ state, isDue }) => {
    return state === "review" && !isDue
  })
}

/** Makes a lane that waits due now, as time would. */
export async function makeDue(store: Pick<Store, "sql">, key: string): Promise<void> {
  await settleAgain(store, key, "and due_at is not null")
}

/** Has a lane settled again, whatever its state; also when it is being settled just now, as a new event would. */
export async function settleAgain(store: Pick<Store, "sql">, key: string, only = ""): Promise<void> {
  const { rowCount } = await store.sql.query(
    `update ipn_lane set due_at = now(), version = version + 1 where key = $1 ${only}`,
    [key]
  )
  if (rowCount !== 1) throw new Error(`the lane ${key} waits for nothing`)
}
