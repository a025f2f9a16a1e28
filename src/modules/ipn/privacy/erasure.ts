import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import type { Sorting } from "../inbox/sorting"

/** Whose payments: the carts and orders of a customer. */
export type ErasureSubject = Readonly<{
  customerId?: string
  cartIds: readonly string[]
  orderIds: readonly string[]
}>

/** What was erased. */
export type Erased = Readonly<{ id: string; lanes: number; messages: number; events: number }>

export type ListedErasure = Readonly<{
  id: string
  subject: Readonly<{ customer_id?: string; cart_ids: readonly string[]; order_ids: readonly string[] }>
  lanes: number
  messages: number
  events: number
  actor_id: string
  created_at: Date
}>

/**
 * Erases what messages told about a person: their bytes, headers and sender addresses, and free text in payment events.
 * Amounts, times, ids and the ledger stay.
 */
export class Erasure {
  constructor(
    private readonly db: Knex,
    private readonly sorting: Pick<Sorting, "sort">
  ) {}

  /** All or nothing; who did it is kept. Harmless when repeated. */
  async erase(subject: ErasureSubject, actorId: string): Promise<Erased> {
    await this.sorting.sort()
    return this.db.transaction(async (trx) => {
      const places = await findPlaces(trx, subject)
      const lanes = places.flatMap(({ lane_id }) => lane_id ?? [])
      const messages = await eraseMessages(trx, places, lanes)
      const events = await eraseTexts(trx, lanes)
      const id = `ipnera_${ulid()}`
      await trx.raw(
        `insert into ipn_erasure (id, subject, lanes, messages, events, actor_id) values (?, ?::jsonb, ?, ?, ?, ?)`,
        [id, JSON.stringify(written(subject)), lanes.length, messages, events, actorId]
      )
      return { id, lanes: lanes.length, messages, events }
    })
  }

  /** Who erased what, the newest first. */
  async list({ limit = 50, offset = 0 }: { limit?: number; offset?: number } = {}): Promise<{
    erasures: ListedErasure[]
    count: number
  }> {
    const { rows } = await this.db.raw(
      `select id, subject, lanes, messages, events, actor_id, created_at, count(*) over ()::int as count
       from ipn_erasure where deleted_at is null order by id desc limit ? offset ?`,
      [limit, offset]
    )
    const found = rows as (ListedErasure & { count: number })[]
    return { erasures: found.map(({ count: _, ...erasure }) => erasure), count: found[0]?.count ?? 0 }
  }
}

/** Where a payment's events lie, or lay before its reference was known; no lane then. */
type Place = Readonly<{ lane_id: string | null; account_id: string; key: string }>

function written({ customerId, cartIds, orderIds }: ErasureSubject): ListedErasure["subject"] {
  return {
    ...(customerId === undefined ? {} : { customer_id: customerId }),
    cart_ids: cartIds,
    order_ids: orderIds,
  }
}

/** Of the orders, of what was asked for the carts, and of the gateway's ids of these payments. */
async function findPlaces(trx: Knex, { cartIds, orderIds }: ErasureSubject): Promise<Place[]> {
  const { rows } = await trx.raw(
    `with ordered as (
       select account_id, key from ipn_lane where order_id = any(?::text[]) and deleted_at is null
     ), asked as (
       select account_id, reference, gateway_payment_ids from ipn_expected_payment
       where cart_id = any(?::text[]) and deleted_at is null
       union
       select asked.account_id, asked.reference, asked.gateway_payment_ids from ipn_expected_payment asked
       join ordered on ordered.account_id = asked.account_id and ordered.key = 'ref:' || asked.reference
       where asked.deleted_at is null
     ), keys as (
       select account_id, key from ordered
       union select account_id, 'ref:' || reference from asked
       union
       select account_id, 'pay:' || id from asked cross join lateral jsonb_array_elements_text(gateway_payment_ids) id
       union
       -- What an account was told of another account's payment.
       select lane.account_id, lane.key from ipn_lane lane
       join asked on asked.reference = lane.payment_session_id where lane.deleted_at is null
     )
     select lane.id as lane_id, keys.account_id, keys.key from keys
     left join ipn_lane lane on lane.account_id = keys.account_id and lane.key = keys.key and lane.deleted_at is null`,
    [[...orderIds], [...cartIds]]
  )
  return rows as Place[]
}

/** Also of messages that told again what was known: no event names them. */
async function eraseMessages(
  trx: Knex,
  places: readonly Place[],
  laneIds: readonly string[]
): Promise<number> {
  const { rows: first } = await trx.raw(
    `select message_id as id from ipn_payment_event
     where lane_id = any(?::text[]) and message_id is not null and deleted_at is null`,
    [[...laneIds]]
  )
  const found = (first as { id: string }[]).map(({ id }) => id)
  // One account after the other, with its keys written out: only so the index of what messages are about is used.
  for (const { account_id, keys } of byAccount(places)) {
    const { rows } = await trx.raw(
      `select id from ipn_message where account_id = ? and about \\?| ?::text[] and deleted_at is null`,
      [account_id, keys]
    )
    found.push(...(rows as { id: string }[]).map(({ id }) => id))
  }
  const { rows: erased } = await trx.raw(
    `update ipn_message set
       body = '', query = '', headers = '{}', ip = '', body_state = 'pruned', seal_key_id = null, updated_at = now()
     where id = any(?::text[]) returning id`,
    [[...new Set(found)]]
  )
  return (erased as unknown[]).length
}

function byAccount(places: readonly Place[]): { account_id: string; keys: string[] }[] {
  const accounts = [...new Set(places.map(({ account_id }) => account_id))]
  return accounts.map((account_id) => ({
    account_id,
    keys: places.filter((place) => place.account_id === account_id).map(({ key }) => key),
  }))
}

/** What gateways wrote in words; the codes stay. Returns the number of events. */
async function eraseTexts(trx: Knex, laneIds: readonly string[]): Promise<number> {
  const lanes = [...laneIds]
  const { rows } = await trx.raw(
    `update ipn_payment_event set statement = statement #- '{reason,text}', updated_at = now()
     where lane_id = any(?::text[]) and deleted_at is null and statement #> '{reason,text}' is not null
     returning id`,
    [lanes]
  )
  await trx.raw(
    `update ipn_lane set facts = facts #- '{ended,reason}', updated_at = now()
     where id = any(?::text[]) and facts #> '{ended,reason}' is not null`,
    [lanes]
  )
  // What an open difference was told is what pulling it stores.
  await trx.raw(`update ipn_difference set told = null where lane_id = any(?::text[]) and state <> 'open'`, [
    lanes,
  ])
  return (rows as unknown[]).length
}
