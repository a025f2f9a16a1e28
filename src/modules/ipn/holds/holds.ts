import { AsyncLocalStorage } from "node:async_hooks"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { BigNumberInput } from "@medusajs/framework/types"
import { MathBN } from "@medusajs/framework/utils"
import { ulid } from "ulid"
import type { Claim, ReleaseReason } from "../../../domain/hold"
import { chooseLocations, type Wanted } from "./choose-locations"
import { Reserving, type Reservation, type ReservingTransaction } from "./reserving"
import { findHold, readHold, type HoldRow, type StoredClaim, type StoredHold } from "./stored-hold"
import { tellHold, type HoldNews } from "./tell-hold"
import { createTurning, freeTurningBack, holdDescription, holdMarker, turnBack } from "./turn"

/** Whose payment wants the goods of which cart, and until when. */
export type ClaimOf = Readonly<{ cartId: string; reference: string; accountId: string; claim: Claim }>

/** How taking ended. `ordered`: the goods are an order's. `short`: these items are not there, and nothing changed. */
export type Taken =
  | Readonly<{ kind: "held"; hold: StoredHold }>
  | Readonly<{ kind: "nothing" }>
  | Readonly<{ kind: "ordered" }>
  | Readonly<{ kind: "short"; inventoryItemIds: readonly string[] }>

type Dependencies = Readonly<{
  db: Knex
  /** Asked for at each use: Medusa makes its inventory module after this one. Undefined where the store has none. */
  inventory(): object | undefined
  /** What was told is to be sent, and what buyers wait for has changed. */
  told(cartId: string): void
}>

/**
 * Keeps the goods of a cart for its buyer while a payment is under way. What is held is a reservation of Medusa's from
 * the beginning, so that nobody else can buy it; when the order is placed it becomes the order's own, in one commit with
 * all that we write of it.
 */
export class Holds {
  private known: Reserving | undefined
  /** The cart for which a request is being answered. */
  private readonly asked = new AsyncLocalStorage<string>()

  constructor(private readonly dependencies: Dependencies) {}

  /** From now on orders get what is held for their carts, whoever places them. Called when the application starts. */
  start(): void {
    this.reserving?.detour({
      create: createTurning,
      free: freeTurningBack,
      missing: (...needed) => this.missing(...needed),
    })
  }

  /** While the work runs, what is held for this cart counts as being there: Medusa does not know whose it is. */
  forCart<T>(cartId: string, work: () => T): T {
    return this.asked.run(cartId, work)
  }

  /** The hold of a cart, whatever became of it. */
  async ofCart(cartId: string): Promise<StoredHold | undefined> {
    return findHold(this.dependencies.db, cartId)
  }

  /**
   * Holds the goods of a cart for a payment, all or none of them, or holds them longer. Where the cart is another than
   * when they were held first, what it needs now is held.
   */
  async take(of: ClaimOf, wanted: readonly Wanted[], longestMs: number): Promise<Taken> {
    const { reserving } = this
    if (!reserving) return { kind: "nothing" }
    let news: HoldNews | undefined
    const taken = await reserving
      .transaction(async (transaction): Promise<Taken> => {
        const { sql } = transaction
        const before = await lockOrMake(sql, of.cartId)
        if (before.state === "turned" || before.state === "ordered") return { kind: "ordered" }
        const isHeld = before.state === "held"
        if (!isHeld && wanted.length === 0) return { kind: "nothing" }
        const reservations = await this.reserve(transaction, before, wanted)
        const takenAt = isHeld ? before.takenAt : new Date()
        const claims = { ...(isHeld ? before.claims : {}), [of.reference]: storedClaim(of) }
        const hold = await write(sql, { ...before, claims, takenAt, reservations }, longestMs)
        if (!isHeld) await mark(sql, hold)
        news = isHeld ? (hold.expiresAt > before.expiresAt ? "extended" : undefined) : "taken"
        if (news) await tellHold(sql, news, hold)
        return { kind: "held", hold }
      })
      .catch((error: unknown): Taken => {
        if (error instanceof Short) return { kind: "short", inventoryItemIds: error.inventoryItemIds }
        throw error
      })
    if (taken.kind === "held") this.dependencies.told(of.cartId)
    return taken
  }

  /** Lets a payment have the goods until another time; false when nothing is held. */
  async extend(of: ClaimOf, longestMs: number): Promise<boolean> {
    const extended = await this.dependencies.db.transaction(async (sql) => {
      const before = await findHold(sql, of.cartId, { lock: true })
      if (before?.state !== "held") return false
      const claims = { ...before.claims, [of.reference]: storedClaim(of) }
      const hold = await write(sql, { ...before, claims }, longestMs)
      if (hold.expiresAt > before.expiresAt) await tellHold(sql, "extended", hold)
      return true
    })
    if (extended) this.dependencies.told(of.cartId)
    return extended
  }

  /** A payment wants the goods no longer: they are free unless another payment of the cart still wants them. */
  async dropClaim(cartId: string, reference: string, because: ReleaseReason): Promise<boolean> {
    return this.freeing(cartId, async (transaction, hold) => {
      const claims = Object.entries(hold.claims).filter(([claimant]) => claimant !== reference)
      if (!Object.hasOwn(hold.claims, reference)) return false
      if (claims.some(([, { until }]) => until > Date.now())) {
        await write(transaction.sql, { ...hold, claims: Object.fromEntries(claims) }, Number.MAX_SAFE_INTEGER)
        return false
      }
      return because
    })
  }

  /**
   * Frees the goods that are held for a cart.
   * @param only `lapsed`: only when their time is over.
   * @returns whether they were held until now: of several who release at once, one does.
   */
  async release(cartId: string, because: ReleaseReason, only: "lapsed" | "any" = "any"): Promise<boolean> {
    return this.freeing(cartId, async (_, hold) =>
      only === "lapsed" && hold.expiresAt.getTime() > Date.now() ? false : because
    )
  }

  /** An order stands: what it did not need of what was held is free. */
  async finish(cartId: string): Promise<void> {
    const { db } = this.dependencies
    const hold = await this.ofCart(cartId)
    if (hold?.state === "held") await this.release(cartId, "ordered")
    if (hold?.state !== "turned") return
    await db.raw(
      `update ipn_hold set state = 'ordered', due_at = null, updated_at = now()
       where cart_id = ? and state = 'turned' and deleted_at is null`,
      [cartId]
    )
  }

  /** What an order that is taken back had got of a hold is held again for its buyer. */
  async turnBack(cartId: string): Promise<void> {
    await this.dependencies.db.transaction(async (sql) => {
      const hold = await findHold(sql, cartId, { lock: true })
      if (hold?.state === "turned") await turnBack(sql, hold)
    })
  }

  /** Holds whose time is over, and turned ones whose completion nobody ended; the oldest first. */
  async due(limit: number): Promise<StoredHold[]> {
    const { rows } = await this.dependencies.db.raw(
      `select * from ipn_hold where due_at <= now() and deleted_at is null order by due_at limit ?`,
      [limit]
    )
    return (rows as HoldRow[]).map(readHold)
  }

  /** Looks at a hold again later, without making it longer. */
  async lookAgain(id: string, afterMs: number): Promise<void> {
    await this.dependencies.db.raw(
      `update ipn_hold set due_at = now() + ? * interval '1 millisecond', updated_at = now()
       where id = ? and due_at is not null`,
      [afterMs, id]
    )
  }

  /** What is reserved already stays where it is, unless the cart needs something else now. */
  private async reserve(
    transaction: ReservingTransaction,
    { id, cartId, state, reservations }: StoredHold,
    wanted: readonly Wanted[]
  ): Promise<StoredHold["reservations"]> {
    const now = state === "held" ? await transaction.list(reservations.map((held) => held.id)) : []
    if (isSame(now, wanted)) return reservations
    const items = [
      ...new Set([
        ...now.map(({ inventory_item_id }) => inventory_item_id),
        ...wanted.map(({ inventoryItemId }) => inventoryItemId),
      ]),
    ]
    await transaction.lockLevels(items)
    if (now.length > 0) await transaction.free(now.map((held) => held.id))
    const { chosen, short } = chooseLocations(wanted, await transaction.lockLevels(items))
    if (short.length > 0) throw new Short(short.map(({ inventoryItemId }) => inventoryItemId))
    const created = await transaction.create(
      chosen.map((one) => ({
        line_item_id: one.lineItemId,
        inventory_item_id: one.inventoryItemId,
        location_id: one.locationId,
        quantity: one.quantity,
        allow_backorder: one.allowBackorder,
        external_id: cartId,
        description: holdDescription,
        metadata: { [holdMarker]: id },
      }))
    )
    return created.map((reservation, index) => ({
      id: reservation.id,
      line_item_id: chosen[index]!.lineItemId,
    }))
  }

  private async missing(
    inventoryItemId: string,
    locationIds: readonly string[],
    quantity: unknown
  ): Promise<unknown> {
    const cartId = this.asked.getStore()
    if (cartId === undefined) return quantity
    const { rows } = await this.dependencies.db.raw(
      `select coalesce(sum(reservation.quantity), 0)::text as held from ipn_hold hold
       join jsonb_array_elements(hold.reservations) as one on true
       join reservation_item reservation on reservation.id = one->>'id' and reservation.deleted_at is null
       where hold.cart_id = ? and hold.state = 'held' and hold.deleted_at is null
         and reservation.inventory_item_id = ? and reservation.location_id = any(?::text[])`,
      [cartId, inventoryItemId, [...locationIds]]
    )
    const { held } = (rows as { held: string }[])[0]!
    const missing = MathBN.sub(quantity as BigNumberInput, held)
    return MathBN.lt(missing, 0) ? 0 : missing
  }

  private async freeing(
    cartId: string,
    decide: (transaction: ReservingTransaction, hold: StoredHold) => Promise<ReleaseReason | false>
  ): Promise<boolean> {
    const { reserving } = this
    if (!reserving) return false
    const freed = await reserving.transaction(async (transaction) => {
      const hold = await findHold(transaction.sql, cartId, { lock: true })
      if (hold?.state !== "held") return false
      const because = await decide(transaction, hold)
      if (!because) return false
      const now = await transaction.list(hold.reservations.map(({ id }) => id))
      await transaction.lockLevels([...new Set(now.map(({ inventory_item_id }) => inventory_item_id))])
      await transaction.free(now.map(({ id }) => id))
      await transaction.sql.raw(
        `update ipn_hold set state = 'released', because = ?, released_at = now(), due_at = null, updated_at = now()
         where id = ?`,
        [because, hold.id]
      )
      await tellHold(transaction.sql, "released", { ...hold, because })
      return true
    })
    if (freed) this.dependencies.told(cartId)
    return freed
  }

  private get reserving(): Reserving | undefined {
    if (!this.known) {
      const inventory = this.dependencies.inventory()
      this.known = inventory && new Reserving(inventory as ConstructorParameters<typeof Reserving>[0])
    }
    return this.known
  }
}

class Short extends Error {
  constructor(readonly inventoryItemIds: readonly string[]) {
    super("not enough stock")
  }
}

async function lockOrMake(sql: Knex, cartId: string): Promise<StoredHold> {
  await sql.raw(
    `insert into ipn_hold (id, cart_id, state, claims, expires_at, taken_at, reservations)
     values (?, ?, 'released', '{}', now(), now(), '[]') on conflict (cart_id) where deleted_at is null do nothing`,
    [`ipnhold_${ulid()}`, cartId]
  )
  return (await findHold(sql, cartId, { lock: true }))!
}

async function write(
  sql: Knex,
  { id, claims, takenAt, reservations }: StoredHold,
  longestMs: number
): Promise<StoredHold> {
  const last = Math.max(...Object.values(claims).map(({ until }) => until))
  const expiresAt = new Date(Math.min(last, takenAt.getTime() + longestMs))
  const { rows } = await sql.raw(
    `update ipn_hold set state = 'held', claims = ?::jsonb, expires_at = ?, due_at = ?, taken_at = ?,
       reservations = ?::jsonb, order_id = null, released_at = null, because = null, updated_at = now()
     where id = ? returning *`,
    [JSON.stringify(claims), expiresAt, expiresAt, takenAt, JSON.stringify(reservations), id]
  )
  return readHold((rows as HoldRow[])[0]!)
}

/** Core copies the cart's metadata to its order: by them the order finds what is held for it. */
async function mark(sql: Knex, { id, cartId }: StoredHold): Promise<void> {
  await sql.raw(`update cart set metadata = coalesce(metadata, '{}') || ?::jsonb where id = ?`, [
    JSON.stringify({ [holdMarker]: id }),
    cartId,
  ])
}

function storedClaim({ accountId, claim }: ClaimOf): StoredClaim {
  return { accountId, ...claim }
}

function isSame(now: readonly Reservation[], wanted: readonly Wanted[]): boolean {
  return (
    now.length === wanted.length &&
    wanted.every((one) =>
      now.some(
        (held) =>
          held.line_item_id === one.lineItemId &&
          held.inventory_item_id === one.inventoryItemId &&
          MathBN.eq(held.quantity, one.quantity)
      )
    )
  )
}
