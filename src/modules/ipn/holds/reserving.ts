import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** A reservation of Medusa's, as far as holds need it; quantities are decimal strings. */
export type Reservation = Readonly<{
  id: string
  inventory_item_id: string
  location_id: string
  line_item_id: string | null
  quantity: string
}>

export type NewReservation = Readonly<{
  inventory_item_id: string
  location_id: string
  line_item_id?: string | null
  quantity: unknown
  allow_backorder?: boolean
  external_id?: string
  description?: string
  metadata?: Record<string, unknown>
}>

/** One commit over Medusa's inventory and our own tables. */
export type ReservingTransaction = Readonly<{
  sql: Knex
  /** Makes everybody else who reserves or frees these items wait until the commit; says what is there now. */
  lockLevels(inventoryItemIds: readonly string[]): Promise<Level[]>
  list(ids: readonly string[]): Promise<Reservation[]>
  /** @throws MedusaError "not_allowed" when there is not enough. */
  create(items: readonly NewReservation[]): Promise<{ id: string }[]>
  free(ids: readonly string[]): Promise<void>
  /** As Medusa's own service answers with them. */
  entities(ids: readonly string[]): Promise<unknown[]>
}>

/** What a location has of an item: decimal strings. */
export type Level = Readonly<{
  inventory_item_id: string
  location_id: string
  stocked: string
  reserved: string
}>

type Context = Readonly<{ transactionManager?: Manager }> & Record<string, unknown>
type Manager = { getTransactionContext(): Knex; flush(): Promise<void>; clear(): void }
type Inner = (input: never, context: Context) => Promise<unknown>

/** The methods by which Medusa's inventory module changes what is reserved, inside its own transaction. */
const methods = {
  createReservationItems_: undefined,
  updateReservationItems_: undefined,
  deleteReservationItems_: "reservation.id",
  deleteReservationItemsByLineItem_: "reservation.line_item_id",
  restoreReservationItemsByLineItem_: "reservation.line_item_id",
} as const
type Method = keyof typeof methods

type Confirm = (
  inventoryItemId: string,
  locationIds: string[],
  quantity: unknown,
  ...context: unknown[]
) => Promise<boolean>

/** What the inventory module's service has, and its types do not. */
type InventoryService = Record<Method, Inner> & {
  confirmInventory: Confirm
  baseRepository_: {
    transaction<T>(work: (manager: Manager) => Promise<T>, options?: object): Promise<T>
  }
  reservationItemService_: { list(filters: object, config: object, context: Context): Promise<unknown[]> }
}

/** What is done otherwise where goods are held: each is called with what Medusa wants done, in the transaction of it. */
export type Detours = Readonly<{
  create(transaction: ReservingTransaction, items: readonly NewReservation[]): Promise<unknown[]>
  free(transaction: ReservingTransaction, ids: readonly string[]): Promise<void>
  /** How much of what somebody needs he does not hold himself already. */
  missing(inventoryItemId: string, locationIds: readonly string[], quantity: unknown): Promise<unknown>
}>

const detoured = Symbol("ipn-detours")

/**
 * Medusa's inventory module, with one commit for what it reserves and what we write of it. The only place that knows how
 * that module works inside; integration-tests/http/medusa-contract.spec.ts says whether it still does.
 */
export class Reserving {
  private readonly originals: Readonly<Record<Method, Inner>>

  constructor(private readonly service: InventoryService & { [detoured]?: Readonly<Record<Method, Inner>> }) {
    const names = Object.keys(methods) as Method[]
    this.originals =
      service[detoured] ??
      (Object.fromEntries(names.map((name) => [name, service[name].bind(service)])) as Record<Method, Inner>)
  }

  async transaction<T>(work: (transaction: ReservingTransaction) => Promise<T>): Promise<T> {
    return this.within({}, (transaction) => work(transaction))
  }

  /**
   * Leads whatever Medusa reserves and frees, whoever asks it to, over the detours. Medusa computes what is reserved from
   * what it has read: from now on nobody else writes between the two, in this process or in another.
   */
  detour(detours: Detours): void {
    if (this.service[detoured]) return
    this.service[detoured] = this.originals
    this.replace("createReservationItems_", (transaction, input) =>
      detours.create(transaction, input as readonly NewReservation[])
    )
    this.replace("deleteReservationItems_", (transaction, ids) =>
      detours.free(transaction, [ids].flat() as string[])
    )
    const confirm = this.service.confirmInventory.bind(this.service)
    this.service.confirmInventory = async (item, locations, quantity, ...context) =>
      confirm(item, locations, await detours.missing(item, locations, quantity), ...context)
    for (const method of [
      "updateReservationItems_",
      "deleteReservationItemsByLineItem_",
      "restoreReservationItemsByLineItem_",
    ] as const) {
      this.replace(method, async (transaction, input, context) => {
        await transaction.lockLevels(await this.itemsOf(transaction.sql, method, input))
        return this.originals[method](input as never, context)
      })
    }
  }

  private replace(
    method: Method,
    work: (transaction: ReservingTransaction, input: unknown, context: Context) => Promise<unknown>
  ): void {
    this.service[method] = (input: unknown, context: Context) =>
      this.within(context, (transaction, inner) => work(transaction, input, inner))
  }

  private async within<T>(
    context: Context,
    work: (transaction: ReservingTransaction, context: Context) => Promise<T>
  ): Promise<T> {
    const manager = context.transactionManager
    if (manager) return work(this.open(manager, context), context)
    return this.service.baseRepository_.transaction((transactionManager) => {
      const inner = { ...context, transactionManager }
      return work(this.open(transactionManager, inner), inner)
    })
  }

  private open(manager: Manager, context: Context): ReservingTransaction {
    const sql = manager.getTransactionContext()
    const { originals, service } = this
    const list = async (ids: readonly string[]) => {
      if (ids.length === 0) return []
      const { rows } = await sql.raw(
        `select id, inventory_item_id, location_id, line_item_id,
           coalesce(raw_quantity->>'value', quantity::text) as quantity
         from reservation_item where id = any(?::text[]) and deleted_at is null order by id`,
        [[...ids]]
      )
      return rows as Reservation[]
    }
    return {
      sql,
      list,
      async lockLevels(inventoryItemIds) {
        await manager.flush()
        const { rows } = await sql.raw(
          `select inventory_item_id, location_id,
             coalesce(raw_stocked_quantity->>'value', stocked_quantity::text) as stocked,
             coalesce(raw_reserved_quantity->>'value', reserved_quantity::text) as reserved
           from inventory_level where inventory_item_id = any(?::text[]) and deleted_at is null
           order by id for update`,
          [[...inventoryItemIds]]
        )
        return rows as Level[]
      },
      async create(items) {
        if (items.length === 0) return []
        const created = await originals.createReservationItems_(items as never, context)
        await manager.flush()
        return created as { id: string }[]
      },
      async free(ids) {
        const { rows } = await sql.raw(
          `select reservation.id, level.id is not null as has_level from reservation_item reservation
           left join inventory_level level on level.inventory_item_id = reservation.inventory_item_id
             and level.location_id = reservation.location_id and level.deleted_at is null
           where reservation.id = any(?::text[]) and reservation.deleted_at is null`,
          [[...ids]]
        )
        const found = rows as { id: string; has_level: boolean }[]
        const counted = found.filter(({ has_level }) => has_level).map(({ id }) => id)
        if (counted.length > 0) await originals.deleteReservationItems_(counted as never, context)
        await manager.flush()
        // What is available was computed when the levels were read: they are read anew.
        manager.clear()
        // Medusa does not free what was reserved at a location that no longer has the item.
        const lost = found.filter(({ has_level }) => !has_level).map(({ id }) => id)
        if (lost.length > 0) {
          await sql.raw(`update reservation_item set deleted_at = now() where id = any(?::text[])`, [lost])
        }
      },
      async entities(ids) {
        if (ids.length === 0) return []
        return service.reservationItemService_.list({ id: [...ids] }, {}, context)
      },
    }
  }

  private async itemsOf(sql: Knex, method: Method, input: unknown): Promise<string[]> {
    const column = methods[method] ?? "reservation.id"
    const keys = [input].flat().map((one) => (typeof one === "string" ? one : (one as { id: string }).id))
    const { rows } = await sql.raw(
      `select distinct inventory_item_id from reservation_item reservation where ${column} = any(?::text[])`,
      [keys]
    )
    return (rows as { inventory_item_id: string }[]).map(({ inventory_item_id }) => inventory_item_id)
  }
}
