import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import type { Refusal } from "../../../receiver/received"

const writeEveryMs = 5_000

/**
 * Counts refused calls by account and day (UTC), for the charts. A refusal costs an addition; every few seconds the
 * sums are written, one row for each configured account and day however many come. A crash loses the last few seconds.
 */
export class RefusalCounts {
  private counted = new Map<string, { accountId: string; day: string; refused: number }>()
  private timer: NodeJS.Timeout | undefined
  private writing: Promise<void> = Promise.resolve()

  constructor(
    private readonly db: Knex,
    private readonly onError: (error: unknown) => void
  ) {}

  note({ accountId, at }: Pick<Refusal, "accountId" | "at">): void {
    const day = at.toISOString().slice(0, 10)
    const key = `${day} ${accountId}`
    const known = this.counted.get(key)
    if (known) known.refused += 1
    else this.counted.set(key, { accountId, day, refused: 1 })
    this.timer ??= setTimeout(() => void this.flush(), writeEveryMs).unref()
  }

  /** Writes what was counted so far. What cannot be written is told and dropped. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const counted = [...this.counted.values()]
    this.counted = new Map()
    if (counted.length > 0) this.writing = this.writing.then(() => this.write(counted))
    await this.writing
  }

  private async write(
    counted: readonly { accountId: string; day: string; refused: number }[]
  ): Promise<void> {
    const rows = counted.map(({ accountId, day, refused }) => ({
      id: `ipnday_${ulid()}`,
      account_id: accountId,
      day,
      refused,
    }))
    try {
      await this.db.raw(
        `insert into ipn_day_count (id, account_id, day, refused)
         select id, account_id, day, refused
         from json_to_recordset(?::json) as counted(id text, account_id text, day text, refused int)
         order by account_id, day
         on conflict (account_id, day) where deleted_at is null do update set
           refused = ipn_day_count.refused + excluded.refused, updated_at = now()`,
        [JSON.stringify(rows)]
      )
    } catch (error) {
      this.onError(error)
    }
  }
}
