import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Facts } from "../../../domain/fold"
import type { Tally } from "../../../domain/tally"
import type { LaneAttempt } from "../inbox/lane-history"
import { lanesWithWork, type LaneWithWork } from "./lane-work"
import { readEventRows, type ListedEvent } from "./list-events"
import { readRows, type ListedMessage } from "./list-messages"

type Amounts = readonly Readonly<{ amount: string; currency_code: string }>[]
type Resource = Readonly<{
  resource: string
  state: string
  amount: string | null
  currency_code: string | null
}>

/** What all events of a payment say together. */
export type WrittenFacts = Readonly<{
  modes: readonly string[]
  pending: boolean
  authorized: Amounts
  captured: Amounts
  refunded: Amounts
  fees: Amounts
  paid_times: number
  failed_attempts: number
  holds: readonly string[]
  other_receivers: readonly string[]
  refunds: readonly Resource[]
  disputes: readonly (Resource & { due_at: Date | null })[]
  payouts: readonly Resource[]
  failed_captures: readonly Omit<Resource, "state">[]
  ended: Readonly<{ as: string; at: Date; reason: string | null }> | null
}>

export type LaneDetail = LaneWithWork &
  Readonly<{
    facts: WrittenFacts | null
    /** How the last times ended that it was settled, the newest first; at most 20. */
    history: readonly LaneAttempt[]
    events: readonly ListedEvent[]
    /** The messages that told of it, the newest first; at most 50. */
    messages: readonly ListedMessage[]
  }>

/** One payment with everything that was told of it and done about it; undefined when there is none. */
export async function retrieveLane(db: Knex, id: string): Promise<LaneDetail | undefined> {
  const [[lane], events, { rows }] = await Promise.all([
    lanesWithWork(db, [id]),
    readEventRows(db, { laneIds: [id] }),
    db.raw(`select facts, history from ipn_lane where id = ? and deleted_at is null`, [id]) as Promise<{
      rows: { facts: Partial<Facts> | null; history: LaneAttempt[] | null }[]
    }>,
  ])
  if (!lane) return undefined
  const { rows: told } = (await db.raw(
    `select distinct id from (
       select message_id as id from ipn_payment_event where lane_id = ? and message_id is not null and deleted_at is null
       union all
       select id from ipn_message where about \\? ? and about is not null and account_id = ? and deleted_at is null
     ) told order by id desc limit 50`,
    [id, lane.key, lane.account_id]
  )) as { rows: { id: string }[] }
  return {
    ...lane,
    facts: rows[0]?.facts ? writeFacts(rows[0].facts) : null,
    history: rows[0]?.history ?? [],
    events,
    messages: await readRows(
      db,
      told.map((row) => row.id)
    ),
  }
}

/** Facts as the API shows them; what an older version did not know yet is empty. */
export function writeFacts(facts: Partial<Facts>): WrittenFacts {
  const { refunds = [], disputes = [], payouts = [], failedCaptures = [], ended } = facts
  return {
    modes: facts.modes ?? [],
    pending: facts.pending ?? false,
    authorized: amounts(facts.authorized),
    captured: amounts(facts.captured),
    refunded: amounts(facts.refunded),
    fees: amounts(facts.fees),
    paid_times: facts.paidTimes ?? 0,
    failed_attempts: facts.attemptsFailed ?? 0,
    holds: facts.holds ?? [],
    other_receivers: facts.otherReceivers ?? [],
    refunds: refunds.map(resource),
    disputes: disputes.map((dispute) => ({
      ...resource(dispute),
      due_at: dispute.dueAt === undefined ? null : new Date(dispute.dueAt),
    })),
    payouts: payouts.map(resource),
    failed_captures: failedCaptures.map(({ resource: id, money }) => ({
      resource: id,
      amount: money?.amount ?? null,
      currency_code: money?.currency ?? null,
    })),
    ended: ended ? { as: ended.as, at: new Date(ended.at), reason: ended.reason ?? null } : null,
  }
}

function amounts(tally: Tally = []): Amounts {
  return tally.map(({ amount, currency }) => ({ amount, currency_code: currency }))
}

function resource({
  resource,
  state,
  money,
}: {
  resource: string
  state: string
  money?: { amount: string; currency: string }
}): Resource {
  return { resource, state, amount: money?.amount ?? null, currency_code: money?.currency ?? null }
}
