import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import type { PaymentDifference } from "../../../domain/compare-payment"
import type { PaymentEvent } from "../../../domain/payment-event"
import { writeStatement } from "../inbox/statement"

/** A process's right to make a comparison, until its lease ends; `token` tells a lost right from a held one. */
export type ComparisonClaim = Readonly<{
  id: string
  accountId: string
  from: Date
  to: Date
  ageMs: number
  token: string
}>

/** A difference about to be written. */
export type Found = PaymentDifference &
  Readonly<{
    reference?: string
    gatewayPayment?: string
    laneId?: string
    orderId?: string
    told: readonly PaymentEvent[]
  }>

const leaseMs = 120_000

/** Starts a comparison, or says which one of the same account and period is under way. */
export async function startComparison(
  db: Knex,
  input: { accountId: string; from: Date; to: Date; actorId?: string }
): Promise<{ id: string; isNew: boolean }> {
  const id = `ipnrec_${ulid()}`
  const { rows } = await db.raw(
    `with under_way as (
       select id from ipn_reconciliation
       where state in ('waiting', 'running') and account_id = ? and from_at = ? and to_at = ? and deleted_at is null
       limit 1
     ), made as (
       insert into ipn_reconciliation (id, account_id, from_at, to_at, actor_id)
       select ?, ?, ?, ?, ? where not exists (select 1 from under_way) returning id
     )
     select id from under_way union all select id from made`,
    [input.accountId, input.from, input.to, id, input.accountId, input.from, input.to, input.actorId ?? null]
  )
  const found = (rows as { id: string }[])[0]!.id
  return { id: found, isNew: found === id }
}

/** Claims the oldest comparison that waits, or that a crash or a failure cut: it starts over, without what it had found. */
export async function claimComparison(
  db: Knex,
  accounts: readonly string[]
): Promise<ComparisonClaim | undefined> {
  const { rows } = await db.raw(
    `with one as (
       select id from ipn_reconciliation
       where state in ('waiting', 'running') and (lease_until is null or lease_until < now())
         and account_id = any(?::text[]) and deleted_at is null
       order by created_at limit 1 for update skip locked
     ), again as (
       delete from ipn_difference using one where reconciliation_id = one.id
     )
     update ipn_reconciliation made set state = 'running', compared = 0, differences = 0, updated_at = now(),
       lease_until = clock_timestamp() + ? * interval '1 millisecond'
     from one where made.id = one.id
     returning made.id, made.account_id as "accountId", made.from_at as "from", made.to_at as "to",
       (extract(epoch from now() - made.created_at) * 1000)::float8 as "ageMs", made.lease_until::text as token`,
    [[...accounts], leaseMs]
  )
  return (rows as ComparisonClaim[])[0]
}

/**
 * Writes how far a comparison got, with what was found, in one commit, and holds the claim for another lease.
 * @returns the claim to go on with; undefined when it was lost, and then nothing was written.
 */
export async function noteProgress(
  db: Knex,
  claim: ComparisonClaim,
  compared: number,
  found: readonly Found[]
): Promise<ComparisonClaim | undefined> {
  const { rows } = await db.raw(
    `with held as (
       update ipn_reconciliation set compared = compared + ?, differences = differences + ?, updated_at = now(),
         lease_until = clock_timestamp() + ? * interval '1 millisecond'
       where id = ? and state = 'running' and lease_until = ?::timestamptz
       returning id, account_id, lease_until::text as token
     ), written as (
       insert into ipn_difference (id, reconciliation_id, account_id, kind, reference, gateway_payment_id, lane_id,
         order_id, here_amount, gateway_amount, currency_code, told)
       select found.id, held.id, held.account_id, kind, reference, gateway_payment_id, lane_id, order_id,
         here_amount, gateway_amount, currency_code, told
       from held cross join json_to_recordset(?::json) as found(id text, kind text, reference text,
         gateway_payment_id text, lane_id text, order_id text, here_amount text, gateway_amount text,
         currency_code text, told jsonb)
     )
     select token from held`,
    [compared, found.length, leaseMs, claim.id, claim.token, JSON.stringify(found.map(differenceRow))]
  )
  const [held] = rows as { token: string }[]
  return held && { ...claim, token: held.token }
}

/** How a comparison ended: done; failed for good; or to be started over after a while. */
export type ComparisonEnd =
  | Readonly<{ state: "done" }>
  | Readonly<{ state: "failed"; error: string }>
  | Readonly<{ state: "waiting"; error: string; againInMs: number }>

export async function endComparison(db: Knex, claim: ComparisonClaim, end: ComparisonEnd): Promise<boolean> {
  const { rows } = await db.raw(
    `update ipn_reconciliation set state = ?, error = ?, updated_at = now(),
       lease_until = now() + ?::float8 * interval '1 millisecond',
       finished_at = case when ? then now() end
     where id = ? and state = 'running' and lease_until = ?::timestamptz
     returning id`,
    [
      end.state,
      end.state === "done" ? null : end.error.slice(0, 2_000),
      end.state === "waiting" ? end.againInMs : null,
      end.state !== "waiting",
      claim.id,
      claim.token,
    ]
  )
  return (rows as unknown[]).length > 0
}

function differenceRow({ kind, here, gateway, reference, gatewayPayment, laneId, orderId, told }: Found) {
  const now = new Date()
  return {
    id: `ipndif_${ulid()}`,
    kind,
    reference: reference ?? null,
    gateway_payment_id: gatewayPayment ?? null,
    lane_id: laneId ?? null,
    order_id: orderId ?? null,
    here_amount: here?.amount ?? null,
    gateway_amount: gateway?.amount ?? null,
    currency_code: (gateway ?? here)?.currency ?? null,
    told: told.map((event) => writeStatement(event, now)),
  }
}
