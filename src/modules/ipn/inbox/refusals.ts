import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import type { Refusal } from "../../../receiver/received"

/** How many refused calls are kept per account. */
const ringSize = 20
/** At most one refusal per account is written in this time: a flood costs nothing. */
const writeEveryMs = 1_000

/** Keeps the last few refused calls of each account; drops those that come faster than it writes. */
export class RefusalRing {
  private readonly written = new Map<string, { at: number; slot: number }>()

  constructor(
    private readonly db: Knex,
    private readonly onError: (error: unknown) => void
  ) {}

  note(refusal: Refusal): void {
    const last = this.written.get(refusal.accountId)
    const now = refusal.at.getTime()
    if (last && now - last.at < writeEveryMs) return
    const slot = last ? (last.slot + 1) % ringSize : Math.floor(now / writeEveryMs) % ringSize
    this.written.set(refusal.accountId, { at: now, slot })
    this.db
      .raw(
        `insert into ipn_refusal (id, account_id, slot, why, detail, ip, refused_at) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (account_id, slot) where deleted_at is null do update set
           why = excluded.why, detail = excluded.detail, ip = excluded.ip, refused_at = excluded.refused_at, updated_at = now()`,
        [
          `ipnref_${ulid()}`,
          refusal.accountId,
          slot,
          refusal.why,
          refusal.detail ?? null,
          refusal.ip,
          refusal.at.toISOString(),
        ]
      )
      .then(undefined, this.onError)
  }
}
