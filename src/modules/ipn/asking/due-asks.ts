import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Standing } from "../../../domain/asking"
import { readExpected, type ExpectedPayment, type ExpectedRow } from "../inbox/expected-payments"

/** A payment that a process may ask about until its time runs out; `token` tells a lost right from a held one. */
export type DueAsk = Readonly<{
  id: string
  token: string
  expected: ExpectedPayment
  asks: number
  ageMs: number
  standing: Standing
}>

type DueRow = ExpectedRow & {
  id: string
  token: string
  asks: number
  age_ms: number
  lane: { facts: Standing["facts"] | null; state: string } | null
}

/** How long one process may take to ask about what it claimed. */
const claimMs = 300_000

/** The shortest time between two questions about one payment, whoever asks. Seconds. */
export const askEverySeconds = 10

/** Claims up to `limit` payments of these accounts that are due to be asked about, the longest due first. */
export async function claimDueAsks(db: Knex, accounts: readonly string[], limit: number): Promise<DueAsk[]> {
  const { rows } = await db.raw(
    `with due as (
       select id from ipn_expected_payment
       where ask_at <= now() and account_id = any(?::text[]) and deleted_at is null
       order by ask_at limit ? for update skip locked
     )
     update ipn_expected_payment expected
     set ask_at = clock_timestamp() + ? * interval '1 millisecond', updated_at = now()
     from due where expected.id = due.id
     returning expected.*, expected.ask_at::text as token,
       (extract(epoch from now() - expected.created_at) * 1000)::float8 as age_ms,
       (select json_build_object('facts', lane.facts, 'state', lane.state) from ipn_lane lane
        where lane.account_id = expected.account_id and lane.key = 'ref:' || expected.reference
          and lane.deleted_at is null) as lane`,
    [[...accounts], limit, claimMs]
  )
  return (rows as DueRow[]).map((row) => {
    const expected = readExpected(row)
    return {
      id: row.id,
      token: row.token,
      expected,
      asks: row.asks,
      ageMs: row.age_ms,
      standing: {
        money: expected.money,
        ...(row.lane?.facts ? { facts: row.lane.facts } : {}),
        settled: row.lane?.state === "settled",
      },
    }
  })
}

/** What became of a claimed question: when the next is due (none: never again), and whether the gateway answered. */
export type AskEnd = Readonly<{ due: DueAsk; nextMs: number | undefined; answered: boolean }>

/** Ends claims in one statement; what was changed meanwhile, as by a new amount, stays as it is. */
export async function endAsks(db: Knex, ends: readonly AskEnd[]): Promise<void> {
  if (ends.length === 0) return
  const rows = ends.map(({ due, nextMs, answered }) => ({
    id: due.id,
    token: due.token,
    next_ms: nextMs ?? null,
    answers: answered ? 1 : 0,
  }))
  await db.raw(
    `update ipn_expected_payment expected set
       ask_at = now() + ended.next_ms * interval '1 millisecond', asks = asks + ended.answers, updated_at = now()
     from json_to_recordset(?::json) as ended(id text, token timestamptz, next_ms float8, answers int)
     where expected.id = ended.id and expected.ask_at = ended.token`,
    [JSON.stringify(rows)]
  )
}

/** Takes the right to ask about a payment now: at most once in {@link askEverySeconds}, across processes. */
export async function takeTurn(
  db: Knex,
  { accountId, reference }: Readonly<{ accountId: string; reference: string }>
): Promise<boolean> {
  const { rows } = await db.raw(
    `update ipn_expected_payment set asked_at = clock_timestamp(), updated_at = now()
     where account_id = ? and reference = ? and deleted_at is null
       and (asked_at is null or asked_at <= clock_timestamp() - ? * interval '1 second')
     returning id`,
    [accountId, reference, askEverySeconds]
  )
  return (rows as unknown[]).length > 0
}

/** Makes a payment be asked about again that nobody asks about any more: something new is awaited of it. */
export async function awaitAnswers(
  db: Knex,
  accountId: string,
  reference: string,
  inMs: number
): Promise<void> {
  await db.raw(
    `update ipn_expected_payment set ask_at = now() + ? * interval '1 millisecond', asks = 0, updated_at = now()
     where account_id = ? and reference = ? and ask_at is null and deleted_at is null`,
    [inMs, accountId, reference]
  )
}
