import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import { roundToCurrency } from "../../../domain/money"
import type { Expected } from "../../../gateways/gateway"

/** What was asked of a gateway, and where it came from in the store. */
export type ExpectedPayment = Expected &
  Readonly<{ accountId: string; paymentCollectionId: string | undefined; cartId: string | undefined }>

export type ExpectedRow = {
  account_id: string
  reference: string
  amount: string
  currency_code: string
  payment_collection_id: string | null
  cart_id: string | null
  gateway_payment_ids: string[]
}

/**
 * Notes what a gateway is about to be asked, before the buyer leaves. Where the session belongs in the store is read
 * now, because core deletes sessions that the buyer may still pay. `askInMs`: when the gateway is asked about it by
 * ourselves first; without it never. `ofProvider`: another provider started it, so when it is asked about is decided once.
 */
export async function expectPayment(
  db: Knex,
  expected: {
    accountId: string
    reference: string
    amount: string
    currency: string
    askInMs?: number
    ofProvider?: boolean
  }
): Promise<ExpectedPayment> {
  const { amount, currency } = roundToCurrency(expected.amount, expected.currency)
  const { rows } = await db.raw(
    `insert into ipn_expected_payment as known
       (id, account_id, reference, amount, currency_code, payment_collection_id, cart_id, gateway_payment_ids, ask_at)
     select ?, ?, ?, ?, ?, session.payment_collection_id, cart.cart_id, '[]'::jsonb,
       now() + ?::float8 * interval '1 millisecond'
     from (select 1) as one
     left join payment_session session on session.id = ?
     left join cart_payment_collection cart
       on cart.payment_collection_id = session.payment_collection_id and cart.deleted_at is null
     limit 1
     on conflict (account_id, reference) where deleted_at is null do update set
       amount = excluded.amount, currency_code = excluded.currency_code, updated_at = now(),
       ask_at = case when ?::boolean then known.ask_at else excluded.ask_at end,
       asks = case when ?::boolean then known.asks else 0 end,
       payment_collection_id = coalesce(excluded.payment_collection_id, known.payment_collection_id),
       cart_id = coalesce(excluded.cart_id, known.cart_id)
     returning *`,
    [
      `ipnexp_${ulid()}`,
      expected.accountId,
      expected.reference,
      amount,
      currency,
      expected.askInMs ?? null,
      expected.reference,
      expected.ofProvider ?? false,
      expected.ofProvider ?? false,
    ]
  )
  return readExpected((rows as ExpectedRow[])[0]!)
}

/** Notes a payment made by a taken-over provider from Medusa's own session of it; undefined when there is no such session. */
export async function expectPaymentOfProvider(
  db: Knex,
  accountId: string,
  providerId: string,
  reference: string,
  { askInMs }: { askInMs?: number } = {}
): Promise<ExpectedPayment | undefined> {
  const { rows } = await db.raw(
    `select coalesce(raw_amount->>'value', amount::text) as amount, currency_code from payment_session
     where id = ? and provider_id = ? and deleted_at is null`,
    [reference, providerId]
  )
  const session = (rows as { amount: string; currency_code: string }[])[0]
  if (!session) return undefined
  return expectPayment(db, {
    accountId,
    reference,
    amount: session.amount,
    currency: session.currency_code,
    ofProvider: true,
    ...(askInMs === undefined ? {} : { askInMs }),
  })
}

/** What {@link expectPaymentOfProvider} would note, without noting it. */
export async function peekExpectedOfProvider(
  db: Knex,
  accountId: string,
  providerId: string,
  reference: string
): Promise<ExpectedPayment | undefined> {
  const { rows } = await db.raw(
    `select coalesce(session.raw_amount->>'value', session.amount::text) as amount, session.currency_code,
       session.payment_collection_id, cart.cart_id, known.gateway_payment_ids
     from payment_session session
     left join cart_payment_collection cart
       on cart.payment_collection_id = session.payment_collection_id and cart.deleted_at is null
     left join ipn_expected_payment known
       on known.account_id = ? and known.reference = session.id and known.deleted_at is null
     where session.id = ? and session.provider_id = ? and session.deleted_at is null
     limit 1`,
    [accountId, reference, providerId]
  )
  const session = (rows as (ExpectedRow & { gateway_payment_ids: string[] | null })[])[0]
  if (!session) return undefined
  const { amount } = roundToCurrency(session.amount, session.currency_code)
  const gateway_payment_ids = session.gateway_payment_ids ?? []
  return readExpected({ ...session, account_id: accountId, reference, amount, gateway_payment_ids })
}

/**
 * The gateway's id of a payment, as Medusa's session of it has it. A provider may leave there what the buyer wrote, so
 * it is good for asking only: what is told of it may be another payment.
 */
export async function readClaimedPayment(db: Knex, reference: string): Promise<string | undefined> {
  const { rows } = await db.raw(
    `select data->>'id' as id from payment_session where id = ? and deleted_at is null`,
    [reference]
  )
  const id = (rows as { id: string | null }[])[0]?.id ?? ""
  return /^[A-Za-z0-9][\w.=-]{0,199}$/.test(id) ? id : undefined
}

/** The provider that started a session, as Medusa has it, and which of these accounts knows the session. */
export async function readStarter(
  db: Knex,
  reference: string,
  accounts: readonly string[]
): Promise<{ providerId: string | undefined; accountId: string | undefined }> {
  const { rows } = await db.raw(
    `select (select provider_id from payment_session where id = ? and deleted_at is null) as provider_id,
       (select account_id from ipn_expected_payment
        where account_id = any(?::text[]) and reference = ? and deleted_at is null limit 1) as account_id`,
    [reference, [...accounts], reference]
  )
  const row = (rows as { provider_id: string | null; account_id: string | null }[])[0]
  return { providerId: row?.provider_id ?? undefined, accountId: row?.account_id ?? undefined }
}

export async function findExpected(
  db: Knex,
  accountId: string,
  reference: string
): Promise<ExpectedPayment | undefined> {
  const { rows } = await db.raw(
    `select * from ipn_expected_payment where account_id = ? and reference = ? and deleted_at is null`,
    [accountId, reference]
  )
  return readFirst(rows)
}

/** The payment that a gateway knows under its own id. */
export async function findExpectedByGatewayPayment(
  db: Knex,
  accountId: string,
  gatewayPayment: string
): Promise<ExpectedPayment | undefined> {
  const { rows } = await db.raw(
    `select * from ipn_expected_payment
     where gateway_payment_ids @> ?::jsonb and account_id = ? and deleted_at is null
     order by created_at limit 1`,
    [JSON.stringify([gatewayPayment]), accountId]
  )
  return readFirst(rows)
}

/** The other payments that were started for the same cart or order, through whatever account. */
export async function listOtherPayments(
  db: Knex,
  { accountId, reference, cartId, paymentCollectionId }: ExpectedPayment,
  orderId: string | undefined
): Promise<ExpectedPayment[]> {
  const { rows } = await db.raw(
    `select * from ipn_expected_payment
     where deleted_at is null and not (account_id = ? and reference = ?)
       and (cart_id = ? or payment_collection_id = ? or payment_collection_id in (
         select payment_collection_id from order_payment_collection where order_id = ? and deleted_at is null))
     order by id`,
    [accountId, reference, cartId ?? null, paymentCollectionId ?? null, orderId ?? null]
  )
  return (rows as ExpectedRow[]).map(readExpected)
}

/**
 * Learns ids under which the gateway knows a payment, and has the lanes of these ids settled that hold something, done
 * or not: a refund may have been settled while nobody knew whose it was. One that is being settled is settled again.
 * @returns the ids of these lanes.
 */
export async function learnGatewayPayments(
  db: Knex,
  expected: ExpectedPayment,
  ids: readonly string[]
): Promise<string[]> {
  const told = [...new Set(ids)]
  if (told.length === 0) return []
  const fresh = JSON.stringify(told.filter((id) => !expected.gatewayPayments.includes(id)))
  const { rows } = await db.raw(
    `with learned as (
       update ipn_expected_payment set gateway_payment_ids = gateway_payment_ids || ?::jsonb, updated_at = now()
       where account_id = ? and reference = ? and not gateway_payment_ids @> ?::jsonb
     )
     update ipn_lane lane set due_at = now(), attempts = 0, version = version + 1, updated_at = now()
     where account_id = ? and key = any(?::text[]) and deleted_at is null
       and exists (select 1 from ipn_payment_event event where event.lane_id = lane.id and event.deleted_at is null)
     returning id`,
    [fresh, expected.accountId, expected.reference, fresh, expected.accountId, told.map((id) => `pay:${id}`)]
  )
  return (rows as { id: string }[]).map(({ id }) => id)
}

function readFirst(rows: unknown): ExpectedPayment | undefined {
  const row = (rows as ExpectedRow[])[0]
  return row && readExpected(row)
}

/** A row of the table as the rest of the house holds it. */
export function readExpected(row: ExpectedRow): ExpectedPayment {
  return {
    accountId: row.account_id,
    reference: row.reference,
    money: { amount: row.amount, currency: row.currency_code },
    gatewayPayments: row.gateway_payment_ids,
    paymentCollectionId: row.payment_collection_id ?? undefined,
    cartId: row.cart_id ?? undefined,
  }
}
