import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Settings } from "../../../config/settings"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Sorting } from "../inbox/sorting"
import { lastChanges } from "../settings/last-changes"
import { readAccounts, type AccountHealth } from "./account-health"
import { countMessages, type MessageCounts } from "./count-messages"
import { listComparisons, listDifferences } from "./list-comparisons"
import { listHolds, retrieveHold, type HoldFilter, type ListedHold } from "./list-holds"
import { listLanes, type LaneFilter } from "./list-lanes"
import { listMessages, type MessagePage } from "./list-messages"
import { listRefusals } from "./list-refusals"
import type { MessageFilter } from "./message-filter"
import { orderSummary, type OrderSummary } from "./order-summary"
import { readAccountDays, readOverview, type Overview } from "./overview"
import type { Page } from "./page"
import { retrieveLane, type LaneDetail } from "./retrieve-lane"
import { retrieveMessage, type MessageDetail } from "./retrieve-message"

/**
 * What people look at: lists, single things and numbers. Stays fast with millions of messages. Changes nothing, but has
 * what just came sorted in, so that it is seen also where no worker runs.
 */
export class Browsing {
  private readonly accountIds: readonly string[]

  constructor(
    private readonly db: Knex,
    private readonly sorting: Pick<Sorting, "sort">,
    private readonly accounts: ReadonlyMap<string, ConfiguredAccount>,
    private readonly settings: () => Promise<Settings>
  ) {
    this.accountIds = [...accounts.keys()]
  }

  async messages(filter: MessageFilter = {}, page: Page = {}): Promise<MessagePage> {
    await this.sortIn()
    return listMessages(this.db, filter, this.accountIds, page)
  }

  async messageCounts(filter: Omit<MessageFilter, "state"> = {}): Promise<MessageCounts> {
    await this.sortIn()
    return countMessages(this.db, filter, this.accountIds)
  }

  async message(id: string): Promise<MessageDetail | undefined> {
    return retrieveMessage(this.db, id)
  }

  async lanes(filter: LaneFilter = {}, page: Page = {}): ReturnType<typeof listLanes> {
    return listLanes(this.db, filter, this.accountIds, page)
  }

  async lane(id: string): Promise<LaneDetail | undefined> {
    return retrieveLane(this.db, id)
  }

  /** Goods that are or were held for buyers. */
  async holds(filter: HoldFilter = {}, page: Parameters<typeof listHolds>[2] = {}) {
    return listHolds(this.db, filter, page)
  }

  async hold(id: string): Promise<ListedHold | undefined> {
    return retrieveHold(this.db, id)
  }

  async refusals(
    accountIds: readonly string[] | undefined,
    page: Parameters<typeof listRefusals>[2] = {}
  ): ReturnType<typeof listRefusals> {
    return listRefusals(this.db, accountIds, page)
  }

  async comparisons(
    filter: Parameters<typeof listComparisons>[1] = {},
    page: Parameters<typeof listComparisons>[2] = {}
  ): ReturnType<typeof listComparisons> {
    return listComparisons(this.db, filter, page)
  }

  async differences(
    filter: Parameters<typeof listDifferences>[1],
    page: Parameters<typeof listDifferences>[2] = {}
  ): ReturnType<typeof listDifferences> {
    return listDifferences(this.db, filter, page)
  }

  /** All accounts, or those of the ids that are configured. */
  async accountHealth(ids: readonly string[] = this.accountIds): Promise<AccountHealth[]> {
    const { paused } = (await this.settings()).accounts
    const wanted = ids.flatMap((id) => this.accounts.get(id) ?? [])
    return readAccounts(this.db, wanted, paused)
  }

  async accountDays(id: string): ReturnType<typeof readAccountDays> {
    return readAccountDays(this.db, id)
  }

  async lastSettingChanges(): ReturnType<typeof lastChanges> {
    return lastChanges(this.db)
  }

  async overview(production: boolean): Promise<Overview> {
    await this.sortIn()
    return readOverview(this.db, { accounts: await this.accountHealth(), production })
  }

  async order(orderId: string): Promise<OrderSummary | undefined> {
    const { tolerance_percent: tolerancePercent } = (await this.settings()).orders
    return orderSummary(this.db, orderId, { accounts: this.accountIds, tolerancePercent })
  }

  /** What cannot be sorted must not keep what was sorted from being seen: the worker tells of it. */
  private async sortIn(): Promise<void> {
    await this.sorting.sort(1).catch(() => undefined)
  }
}
