import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { adjust, type Adjusted, type Adjustment } from "./adjust"
import { readBalances, type LedgerBalance } from "./balances"
import { csvHeader, csvLines } from "./csv"
import { findDrift, type Drift, type DriftQuery } from "./drift"
import { readEntries, selectEntries, type LedgerEntry, type LedgerFilter } from "./entries"
import { journalHead, journalLines } from "./journal"
import { listEntries, type LedgerPage, type ListedEntry } from "./list"
import { postLane, type LanePosting } from "./post"
import { readChunks } from "./read-period"

/** The double-entry ledger of all accounts: append only, exact, per account and currency. */
export class Ledger {
  constructor(private readonly db: Knex) {}

  /** Posts what a lane's facts say and the ledger does not have yet. Returns how many entries; 0 when both agree. */
  async post(posting: LanePosting): Promise<number> {
    return postLane(this.db, posting)
  }

  /** One page of entries with the gateway's balance after each, and how many there are in all. */
  async list(
    filter: LedgerFilter = {},
    page: LedgerPage = {}
  ): Promise<{ entries: ListedEntry[]; count: number }> {
    return listEntries(this.db, filter, page)
  }

  async retrieve(id: string): Promise<LedgerEntry | undefined> {
    const { rows } = await this.db.raw(`${selectEntries} where entry.id = ? and entry.deleted_at is null`, [
      id,
    ])
    return readEntries<LedgerEntry>(rows)[0]
  }

  /** The balance of every account and currency; with a period, what moved in it. */
  async balances(filter: LedgerFilter = {}): Promise<LedgerBalance[]> {
    return readBalances(this.db, filter)
  }

  /** Writes an entry by hand, with who and why. */
  async adjust(adjustment: Adjustment): Promise<Adjusted> {
    return adjust(this.db, adjustment)
  }

  /** The orders whose captures minus refunds in Medusa are not what the ledger says. */
  async drift(query: DriftQuery = {}): Promise<Drift[]> {
    return findDrift(this.db, query)
  }

  /** The entries as CSV, the oldest first, in chunks. */
  async *asCsv(filter: LedgerFilter = {}): AsyncGenerator<string> {
    yield csvHeader
    for await (const entries of readChunks(this.db, filter)) yield csvLines(entries)
  }

  /** The entries as a plain-text journal that hledger reads, the oldest first, in chunks. */
  async *asJournal(filter: LedgerFilter = {}): AsyncGenerator<string> {
    const balances = await this.balances(filter)
    const unique = (names: string[]) => [...new Set(names)].sort()
    yield journalHead(
      unique(balances.map(({ ledger_account }) => ledger_account)),
      unique(balances.map(({ currency_code }) => currency_code))
    )
    for await (const entries of readChunks(this.db, filter)) yield journalLines(entries)
  }
}
