import type { Facts } from "../../src/domain/fold"
import {
  add,
  compare,
  equals,
  fromDecimal,
  fromMinorUnits,
  isPositive,
  roundToCurrency,
  smaller,
  subtract,
  sumOf,
  zero,
  type Money,
} from "../../src/domain/money"
import type { Paying } from "./paying"
import type { Store } from "./store/store"

/** What was paid under one payment session, as the plugin's tables and Medusa's have it together. */
type Evidence = Readonly<{
  session_id: string
  lane: Readonly<{
    id: string
    account: string
    state: string
    reason: string | null
    error: string | null
    is_due: boolean
    facts: Facts | null
  }> | null
  asked: string
  currency: string
  unsorted: number
  /** Events of the lane that have no outcome. */
  open_events: number
  orders: readonly Order[]
  /** Orders by the buyer's address: also those that no cart is linked to. */
  orders_of_buyer: number
  payment: Readonly<{
    amount: string
    captures: readonly string[]
    refunds: readonly string[]
    is_captured: boolean
    /** What Medusa wrote as the totals of the payment's collection. */
    totals: Readonly<{ captured: string; refunded: string }>
  }> | null
  payments: number
  ledger: readonly Readonly<{ debit: string; credit: string; amount: string; currency: string }>[]
  told_twice: readonly string[]
  issues: readonly string[]
}>
type Order = Readonly<{
  id: string
  status: string
  transactions: string
  ordered: string
  reserved: string
}>

/**
 * What does not hold of the money of some checkouts, in words; nothing when all promises are kept. To be asked once
 * their lanes have nothing to do. Counts every row by itself and asks Medusa only what an order still waits for.
 */
export async function brokenPromises(store: Store, checkouts: readonly Paying[]): Promise<string[]> {
  const { rows } = await store.sql.query<Evidence>(evidence, [
    checkouts.map(({ sessionId }) => sessionId),
    checkouts.map(({ cartId }) => cartId),
    checkouts.map(({ email }) => email),
  ])
  const pending = await pendingDifferences(
    store,
    rows.flatMap(({ orders }) => orders.map(({ id }) => id))
  )
  return rows.flatMap((row) =>
    brokenIn(row, pending).map(
      (broken) => `${row.session_id} (${row.lane?.state}, ${row.lane?.reason}): ${broken}`
    )
  )
}

function brokenIn(row: Evidence, pending: ReadonlyMap<string, string>): string[] {
  const broken: string[] = []
  const check = (holds: boolean, otherwise: string) => void (holds || broken.push(otherwise))
  const { lane, orders, payment, currency } = row
  if (!lane) return ["nothing was ever settled"]
  const money = (amount: string) => fromDecimal(amount, currency)
  const isSettled = lane.state === "settled"
  const order = orders[0]
  const facts = lane.facts ?? noFacts

  check(row.unsorted === 0, `${row.unsorted} accepted messages are in no lane`)
  check(lane.error === null, `it could not be settled: ${lane.error}`)
  check(isSettled || lane.state === "review" || lane.is_due, "nobody will ever look at it again")
  check(row.open_events === 0 || lane.is_due, `${row.open_events} statements have no outcome`)
  check(lane.state !== "review" || row.issues.length > 0, "a person must decide, and no issue says so")
  check(orders.length <= 1 && row.orders_of_buyer <= 1, `${row.orders_of_buyer} orders of one cart`)
  check(row.payments <= 1, `${row.payments} payments of one session`)
  check(row.told_twice.length === 0, `told twice: ${row.told_twice.join(", ")}`)

  const captured = facts.captured.find((one) => one.currency === currency) ?? zero(currency)
  const refunded = facts.refunded.find((one) => one.currency === currency) ?? zero(currency)
  // Medusa rounds no total: a payment may have fractions of a cent.
  const limit = smaller(captured, payment ? roundToCurrency(payment.amount, currency) : money(row.asked))
  const excess = subtract(captured, limit)
  const known = smaller(refunded, captured)
  const toRefund = compare(known, excess) > 0 ? subtract(known, excess) : zero(currency)
  const captures = sumOf((payment?.captures ?? []).map(money), currency)
  const refunds = sumOf((payment?.refunds ?? []).map(money), currency)
  if (isSettled && payment) {
    check(equals(captures, limit), `captured ${write(captures)}, the gateway says ${write(limit)}`)
    check(equals(refunds, toRefund), `refunded ${write(refunds)}, the gateway says ${write(toRefund)}`)
  }
  if (isSettled && !order && lane.reason !== "ignored") {
    const kept = subtract(captured, known)
    check(!isPositive(kept) || compare(captured, money(row.asked)) < 0, `paid ${write(kept)}, and no order`)
  }
  check(compare(captures, money(row.asked)) <= 0, `captured ${write(captures)}, more than was asked for`)
  check(compare(refunds, captures) <= 0, `refunded ${write(refunds)} of ${write(captures)}`)
  check(order !== undefined || captures.amount === zero(currency).amount, "captured without an order")

  if (payment) {
    const { totals, is_captured } = payment
    check(equals(money(totals.captured), captures), `Medusa counts ${totals.captured} as captured`)
    check(equals(money(totals.refunded), refunds), `Medusa counts ${totals.refunded} as refunded`)
    const isWhole = compare(captures, roundToCurrency(payment.amount, currency)) >= 0
    check(is_captured === isWhole, `Medusa says that ${is_captured ? "all" : "not all"} is captured`)
  }
  if (order) {
    const transactions = money(order.transactions)
    const difference = subtract(captures, refunds)
    check(
      equals(transactions, difference),
      `the order's transactions say ${write(transactions)}, its payment ${write(difference)}`
    )
    const ordered = order.status === "canceled" ? "0" : order.ordered
    check(Number(order.reserved) === Number(ordered), `reserved ${order.reserved} of ${ordered}`)
    const isPaid = equals(captures, money(row.asked)) && order.status !== "canceled"
    const waits = pending.get(order.id)
    // One unit of the last digit is nothing to Medusa.
    const least = Number(fromMinorUnits(1n, currency).amount)
    check(!isPaid || Math.abs(Number(waits)) <= least, `paid in full, and Medusa waits for ${waits}`)
  }
  return [...broken, ...ledgerFaults(row, facts)]
}

/** The ledger against the facts, and against itself. */
function ledgerFaults({ ledger, lane }: Evidence, facts: Facts): string[] {
  const gateway = `assets:gateway:${lane!.account}`
  const balances = new Map<string, Money>()
  const move = (account: string, money: Money) => {
    const key = `${account} ${money.currency}`
    balances.set(key, add(balances.get(key) ?? zero(money.currency), money))
  }
  for (const { debit, credit, amount, currency } of ledger) {
    const money = fromDecimal(amount, currency)
    move(debit, money)
    move(credit, subtract(zero(currency), money))
  }
  const currencies = new Set([
    ...ledger.map(({ currency }) => currency),
    ...facts.captured.map(({ currency }) => currency),
  ])
  return [...currencies].flatMap((currency) => {
    const of = (all: readonly (Money | undefined)[]) =>
      sumOf(
        all.flatMap((money) => (money?.currency === currency ? [money] : [])),
        currency
      )
    const disputed = of(facts.disputes.flatMap(({ state, money }) => (state === "won" ? [] : [money])))
    const out = add(add(of(facts.refunded), of(facts.fees)), disputed)
    const wanted = subtract(of(facts.captured), out)
    const held = balances.get(`${gateway} ${currency}`) ?? zero(currency)
    const all = sumOf(
      [...balances.values()].filter((money) => money.currency === currency),
      currency
    )
    return [
      ...(equals(held, wanted) ? [] : [`the ledger has ${write(held)} at the gateway, not ${write(wanted)}`]),
      ...(equals(all, zero(currency)) ? [] : [`the ledger's accounts add up to ${write(all)}`]),
    ]
  })
}

/** What Medusa's admin says that orders still wait for, by order. */
async function pendingDifferences(store: Store, ids: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (let start = 0; start < ids.length; start += 50) {
    const filter = ids.slice(start, start + 50).map((id) => `id[]=${id}`)
    const { orders } = await store.admin<{
      orders: { id: string; summary: { pending_difference: number } }[]
    }>("GET", `/admin/orders?fields=id,summary&limit=50&${filter.join("&")}`)
    for (const { id, summary } of orders) found.set(id, String(summary.pending_difference))
  }
  return found
}

const noFacts: Facts = {
  events: 0,
  modes: [],
  otherReceivers: [],
  holds: [],
  pending: false,
  authorized: [],
  captured: [],
  paidTimes: 0,
  failedCaptures: [],
  refunded: [],
  refunds: [],
  disputes: [],
  payouts: [],
  fees: [],
  attemptsFailed: 0,
}

function write({ amount, currency }: Money): string {
  return `${amount} ${currency}`
}

const evidence = `
  select asked.session_id, expected.amount as asked, expected.currency_code as currency,
    (select jsonb_build_object('id', lane.id, 'account', lane.account_id, 'state', lane.state, 'reason', lane.reason,
       'error', lane.error, 'is_due', lane.due_at is not null, 'facts', lane.facts)
     from ipn_lane lane where lane.key = 'ref:' || asked.session_id) as lane,
    (select count(*)::int from ipn_intake) as unsorted,
    (select count(*)::int from ipn_payment_event event join ipn_lane lane on lane.id = event.lane_id
     where lane.key = 'ref:' || asked.session_id and event.outcome is null) as open_events,
    coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'status', o.status,
       'transactions', (select coalesce(sum(t.amount), 0)::text from order_transaction t
                        where t.order_id = o.id and t.deleted_at is null),
       'ordered', (select coalesce(sum(i.quantity), 0)::text from order_item i
                   where i.order_id = o.id and i.deleted_at is null and i.version = o.version),
       'reserved', (select coalesce(sum(r.quantity), 0)::text from reservation_item r
                    join order_item i on i.item_id = r.line_item_id and i.version = o.version
                    where i.order_id = o.id and r.deleted_at is null)))
     from order_cart link join "order" o on o.id = link.order_id
     where link.cart_id = asked.cart_id and link.deleted_at is null), '[]') as orders,
    (select count(*)::int from "order" o where o.email = asked.email and o.deleted_at is null) as orders_of_buyer,
    (select count(*)::int from payment p where p.payment_session_id = asked.session_id and p.deleted_at is null) as payments,
    (select jsonb_build_object('amount', p.amount::text, 'is_captured', p.captured_at is not null,
       'totals', (select jsonb_build_object('captured', coalesce(c.captured_amount, 0)::text, 'refunded', coalesce(c.refunded_amount, 0)::text)
          from payment_collection c where c.id = p.payment_collection_id),
       'captures', (select coalesce(jsonb_agg(c.amount::text), '[]') from capture c where c.payment_id = p.id and c.deleted_at is null),
       'refunds', (select coalesce(jsonb_agg(r.amount::text), '[]') from refund r where r.payment_id = p.id and r.deleted_at is null))
     from payment p where p.payment_session_id = asked.session_id and p.deleted_at is null limit 1) as payment,
    coalesce((select jsonb_agg(jsonb_build_object('debit', e.debit, 'credit', e.credit, 'amount', e.amount, 'currency', e.currency_code))
     from ipn_ledger_entry e join ipn_lane lane on lane.id = e.lane_id
     where lane.key = 'ref:' || asked.session_id and e.deleted_at is null), '[]') as ledger,
    coalesce((select jsonb_agg(twice.topic || ' ' || twice.fact) from (
       select topic, fact from ipn_outbox o join ipn_lane lane on lane.id = o.lane_id
       where lane.key = 'ref:' || asked.session_id group by channel, topic, fact having count(*) > 1) as twice), '[]') as told_twice,
    coalesce((select jsonb_agg(issue.kind) from ipn_issue issue join ipn_lane lane on lane.id = issue.lane_id
     where lane.key = 'ref:' || asked.session_id and issue.status = 'open'), '[]') as issues
  from unnest($1::text[], $2::text[], $3::text[]) as asked(session_id, cart_id, email)
  join ipn_expected_payment expected on expected.reference = asked.session_id`
