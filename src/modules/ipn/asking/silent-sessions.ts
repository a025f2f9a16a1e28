import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { expectPaymentOfProvider } from "../inbox/expected-payments"

const atOnce = 200

/**
 * Notes payments that a taken-over provider started more than ten minutes and less than 14 days ago and of which nothing
 * was told yet, so that they are asked about from now on, like ours. Medusa's own session tells what it asks for.
 * @param accounts the account of each provider
 */
export async function noteSilentSessions(db: Knex, accounts: ReadonlyMap<string, string>): Promise<void> {
  if (accounts.size === 0) return
  const { rows } = await db.raw(
    `select session.id, taken.provider_id, taken.account_id
     from json_to_recordset(?::json) as taken(provider_id text, account_id text)
     join payment_session session on session.provider_id = taken.provider_id and session.deleted_at is null
       and session.created_at > now() - interval '14 days' and session.created_at < now() - interval '10 minutes'
     where not exists (
       select 1 from ipn_expected_payment known
       where known.account_id = taken.account_id and known.reference = session.id and known.deleted_at is null)
     order by session.created_at limit ?`,
    [JSON.stringify([...accounts].map(([provider_id, account_id]) => ({ provider_id, account_id }))), atOnce]
  )
  for (const { id, provider_id, account_id } of rows as Record<
    "id" | "provider_id" | "account_id",
    string
  >[]) {
    await expectPaymentOfProvider(db, account_id, provider_id, id, { askInMs: 0 })
  }
}
