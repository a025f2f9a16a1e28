import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { readDay, type DayRow } from "../alerts/daily"
import { readDispute, readRefundTold, readStanding, type Standing } from "./look-again"

/** What is looked at again just before a mail goes. */
export class Mails {
  constructor(private readonly db: Knex) {}

  async standing(of: Parameters<typeof readStanding>[1]): Promise<Standing> {
    return readStanding(this.db, of)
  }

  /** Takes the links out of what Medusa keeps of a mail: whoever reads its notifications cannot go there. */
  async forgetLinks(idempotencyKey: string): Promise<void> {
    await this.db.raw(`update notification set data = data - 'links' where idempotency_key = ?`, [
      idempotencyKey,
    ])
  }

  async refundTold(of: Parameters<typeof readRefundTold>[1]): Promise<string> {
    return readRefundTold(this.db, of)
  }

  async dispute(laneId: string, resource: string): Promise<Awaited<ReturnType<typeof readDispute>>> {
    return readDispute(this.db, laneId, resource)
  }

  async day(from: Date, to: Date): Promise<DayRow[]> {
    return readDay(this.db, from, to)
  }
}
