import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { PaymentEvent } from "../../../domain/payment-event"
import { readStatement, type Statement } from "../inbox/statement"

export type DifferenceState = "open" | "pulled" | "explained"

/** How acting on a difference ended. `changed` is for a 409: somebody was quicker, or the comparison is still running. */
export type DifferenceAction =
  | Readonly<{ kind: "done"; newEvents: number }>
  | Readonly<{ kind: "changed"; state: DifferenceState | "comparing" }>
  | Readonly<{ kind: "nothing_told" }>
  | Readonly<{ kind: "not_found" }>

export type OpenDifference = Readonly<{
  accountId: string
  reference: string | null
  told: readonly PaymentEvent[]
}>

/** A difference that may be acted on, or why not. */
export async function readOpenDifference(
  db: Knex,
  id: string
): Promise<OpenDifference | Exclude<DifferenceAction, { kind: "done" }>> {
  const { rows } = await db.raw(
    `select found.account_id, found.reference, found.told, found.state, made.finished_at is not null as is_finished
     from ipn_difference found join ipn_reconciliation made on made.id = found.reconciliation_id
     where found.id = ? and found.deleted_at is null`,
    [id]
  )
  const row = (rows as DifferenceRow[])[0]
  if (!row) return { kind: "not_found" }
  if (row.state !== "open") return { kind: "changed", state: row.state }
  if (!row.is_finished) return { kind: "changed", state: "comparing" }
  return { accountId: row.account_id, reference: row.reference, told: (row.told ?? []).map(readStatement) }
}

/** Ends a difference; false when somebody was quicker. */
export async function endDifference(
  db: Knex,
  id: string,
  end: { state: Exclude<DifferenceState, "open">; actorId: string; note?: string }
): Promise<boolean> {
  const { rows } = await db.raw(
    `update ipn_difference set state = ?, actor_id = ?, note = ?, updated_at = now()
     where id = ? and state = 'open' and deleted_at is null returning id`,
    [end.state, end.actorId, end.note ?? null, id]
  )
  return (rows as unknown[]).length > 0
}

type DifferenceRow = {
  account_id: string
  reference: string | null
  told: Statement[] | null
  state: DifferenceState
  is_finished: boolean
}
