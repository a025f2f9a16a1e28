import type { Facts } from "../../src/domain/fold"
import type { Money } from "../../src/domain/money"
import { returned } from "../../src/domain/went-back"
import type { Created } from "../../src/gateways/gateway"
import { loopbackIo } from "../../src/gateways/simulation/reader"
import { paidOnce, truthOf } from "./invariants"
import { laneOf } from "./lanes"
import { startPaying, type Paying } from "./paying"
import type { Seat, Table } from "./played-gateways"
import type { Order, Store } from "./store/store"
import { waitUntil } from "./store/wait-until"

/** What becomes of payments at one gateway. A story throws where a promise is broken, and tells why where it cannot be told. */
export type Story = (store: Store, table: Table) => Promise<void | Untold>

/** Why a story is not told of a gateway. */
export type Untold = Readonly<{ because: string }>

const paidAndForgotten: Story = async (store, { main }) => {
  const checkout = await begin(store, main)
  await told(store, main, () => main.played.pay(checkout.sessionId))
  await isPaid(store, checkout)
  await movedNothing(main, 0)
}

const declined: Story = async (store, { main }) => {
  const checkout = await begin(store, main)
  await told(store, main, () => main.played.decline(checkout.sessionId))
  expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00", reservations: 0 })
  await told(store, main, () => main.played.pay(checkout.sessionId))
  await isPaid(store, checkout)
  await movedNothing(main, 0)
}

const capturedInDashboard: Story = async (store, { reserving: seat }) => {
  const { authorize, capture } = seat.played
  if (!authorize || !capture) return { because: "its merchants cannot capture later" }
  const checkout = await begin(store, seat)
  await told(store, seat, () => authorize(checkout.sessionId))
  expect(await orderOf(store, checkout)).toMatchObject({ payment_status: "authorized", captures: 0 })
  await told(store, seat, () => capture(checkout.sessionId, moneyOf(checkout)))
  await isPaid(store, checkout)
  await movedNothing(seat, 0)
}

const capturedInAdmin: Story = async (store, { reserving: seat }) => {
  const { authorize } = seat.played
  if (!authorize || !seat.gateway.operations?.capture)
    return { because: "nothing can be captured through it" }
  const checkout = await begin(store, seat)
  await told(store, seat, () => authorize(checkout.sessionId))
  expect(await orderOf(store, checkout)).toMatchObject({ payment_status: "authorized", captures: 0 })
  await told(store, seat, async () => {
    await store.admin("POST", `/admin/payments/${await paymentOf(store, checkout)}/capture`, {})
  })
  await isPaid(store, checkout)
  await movedNothing(seat, 1)
}

const refundedInDashboard: Story = async (store, { main }) => {
  const checkout = await begin(store, main)
  const part = { amount: "5.00", currency: checkout.currency }
  await main.played.pay(checkout.sessionId)
  // Where the gateway has the money already, the refund's message may come before the payment's.
  const early = await main.played.refund(checkout.sessionId, part).then(
    () => true,
    () => false
  )
  await told(store, main)
  if (!early) await told(store, main, () => main.played.refund(checkout.sessionId, part))
  await isRefunded(store, checkout)
  await movedNothing(main, 0)
}

const refundedInAdmin: Story = async (store, { main }) => {
  if (!main.gateway.operations?.refund) return { because: "nothing can be refunded through it" }
  const checkout = await begin(store, main)
  await told(store, main, () => main.played.pay(checkout.sessionId))
  await told(store, main, async () => {
    await store.admin("POST", `/admin/payments/${await paymentOf(store, checkout)}/refund`, { amount: 5 })
  })
  await isRefunded(store, checkout)
  await movedNothing(main, 1)
}

const refundAnswerLost: Story = async (store, { main }) => {
  if (!main.gateway.operations?.refund) return { because: "nothing can be refunded through it" }
  const checkout = await begin(store, main)
  await told(store, main, () => main.played.pay(checkout.sessionId))
  await told(store, main, () => askAgain(store, main, checkout, "refund", { amount: 5 }))
  await isRefunded(store, checkout)
  // Some gateways tell of a refund only once it is done: what is on its way is asked for.
  await told(store, main, async () => {
    const lane = await laneOf(store, `ref:${checkout.sessionId}`)
    await store.admin("POST", `/admin/ipn/lanes/${lane?.id}/ask`)
  })
  expect(returned(await factsOf(store, checkout), checkout.currency).amount).toBe("5.00")
}

const captureAnswerLost: Story = async (store, { reserving: seat }) => {
  const { authorize } = seat.played
  if (!authorize || !seat.gateway.operations?.capture)
    return { because: "nothing can be captured through it" }
  const checkout = await begin(store, seat)
  await told(store, seat, () => authorize(checkout.sessionId))
  await told(store, seat, () => askAgain(store, seat, checkout, "capture", {}))
  await isPaid(store, checkout)
  expect((await factsOf(store, checkout)).captured).toEqual([moneyOf(checkout)])
}

const disputed: Story = async (store, { main }) => {
  const { dispute, decide } = main.played
  if (!dispute) return { because: "it tells nothing of disputes" }
  const checkout = await begin(store, main)
  await told(store, main, () => main.played.pay(checkout.sessionId))
  await told(store, main, () => dispute(checkout.sessionId))
  expect(await disputesOf(store, checkout)).toEqual(["open"])
  expect(await orderOf(store, checkout)).toMatchObject({ payment_status: "captured", refunds: 0 })
  if (decide) {
    await told(store, main, () => decide(checkout.sessionId, "won"))
    expect(await disputesOf(store, checkout)).toEqual(["resolved"])
  }
  await isPaid(store, checkout)
  await movedNothing(main, 0)
}

const wrongAmount: Story = async (store, { main }) => {
  const checkout = await begin(store, main)
  const less = { amount: (Number(checkout.amount) - 1).toFixed(2), currency: checkout.currency }
  // Somebody made another payment under the same reference at the gateway.
  if (main.gateway.operations) await main.played.open(await createAt(main, main.played, checkout, less))
  await told(store, main, () =>
    main.gateway.operations ? main.played.pay(checkout.sessionId) : main.played.pay(checkout.sessionId, less)
  )
  expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00", reservations: 0 })
  const lane = await laneOf(store, `ref:${checkout.sessionId}`)
  const { captured = [] } = (lane?.facts ?? {}) as { captured?: Money[] }
  // Where the store has to take the last step, it does not: then there is no money to decide about.
  if (captured.length > 0 || lane?.state === "review") {
    expect(lane).toMatchObject({
      state: "review",
      reason: expect.stringMatching(/^amount_short$|^held_by_gateway$/),
    })
  }
  await movedNothing(main, 0)
}

const foreignMessage: Story = async (store, { main, foreign, strangersSecret }) => {
  const checkout = await begin(store, main)
  if (strangersSecret) foreign.signWith?.(strangersSecret)
  await foreign.open(await createAt(main, foreign, checkout, moneyOf(checkout)))
  await foreign.pay(checkout.sessionId)
  const deliveries = await foreign.deliver({ times: 2 })
  expect(deliveries.length).toBeGreaterThan(0)
  expect(deliveries.filter(({ status }) => status === undefined)).toEqual([])
  if (foreign.signWith) expect(deliveries.filter(({ accepted }) => accepted)).toEqual([])
  await isQuiet(store, main)
  expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00", reservations: 0 })
  const { facts = null } = (await laneOf(store, `ref:${checkout.sessionId}`)) ?? {}
  expect(facts?.captured ?? []).toEqual([])

  await told(store, main, () => main.played.pay(checkout.sessionId))
  await isPaid(store, checkout)
  await movedNothing(main, 0)
}

const rotatedSecret: Story = async (store, { main }) => {
  const { previousSecret, played, account, gateway } = main
  if (!previousSecret || !played.signWith)
    return { because: "its messages are signed with no secret of ours" }
  const current = gateway.secrets
    .map((option) => (account.config as Record<string, unknown>)[option])
    .find((value): value is string[] => Array.isArray(value))
  const checkout = await begin(store, main)
  played.signWith(previousSecret)
  try {
    await told(store, main, () => played.pay(checkout.sessionId))
    await isPaid(store, checkout)
  } finally {
    played.signWith(current?.[0] ?? "")
  }
  await movedNothing(main, 0)
}

const gatewayDown: Story = async (store, { main }) => {
  const checkout = await begin(store, main)
  main.played.setDown(true)
  try {
    await main.played.pay(checkout.sessionId)
    await deliver(main)
    await waitUntil(`the messages of ${main.accountId} were tried`, async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_lane where account_id = $1 and (lease_until is not null or due_at <= now())
         union all select 1 from ipn_intake`,
        [main.accountId]
      )
      return rows.length === 0
    })
    expect((await truthOf(store, checkout)).orders).toBeLessThanOrEqual(1)
  } finally {
    main.played.setDown(false)
  }
  await store.sql.query(`update ipn_lane set due_at = now() where account_id = $1 and due_at is not null`, [
    main.accountId,
  ])
  await store.waitForPaidOrder(checkout.cartId)
  await told(store, main)
  await isPaid(store, checkout)
  await movedNothing(main, 0)
}

/** The last of a gateway's stories: all of the others' messages once more, all at once and in another order. */
const everythingAgain: Story = async (store, { main, reserving }) => {
  for (const seat of new Set([main, reserving])) {
    const before = await booksOf(store, seat)
    const calls = moneyCalls(seat).length
    const deliveries = await seat.played.deliver({ shuffle: 4711, atOnce: true })
    expect(deliveries.length).toBeGreaterThan(0)
    await isQuiet(store, seat)
    expect(await booksOf(store, seat)).toEqual(before)
    expect(moneyCalls(seat)).toHaveLength(calls)
  }
}

/** In the order in which they are told; each is a claim about every gateway. */
export const stories: Readonly<Record<string, Story>> = {
  "a payment whose buyer never comes back is one paid order": paidAndForgotten,
  "a declined payment is no order, and one when it is paid after all": declined,
  "what was reserved and is captured in the gateway's dashboard is captured in the order":
    capturedInDashboard,
  "what was reserved and is captured in the admin is captured at the gateway, once": capturedInAdmin,
  "a part that is refunded in the gateway's dashboard is booked once, also when it is told first":
    refundedInDashboard,
  "a part that is refunded in the admin is refunded at the gateway and booked, once": refundedInAdmin,
  "a refund whose answer was lost is made and booked once, when it is asked for again": refundAnswerLost,
  "a capture whose answer was lost is made and booked once, when it is asked for again": captureAnswerLost,
  "a dispute is an issue until it is decided, and leaves the order alone": disputed,
  "another amount than was asked for is no order": wrongAmount,
  "what another merchant's gateway says is never applied": foreignMessage,
  "a message signed with the previous secret is accepted": rotatedSecret,
  "a message that comes while the gateway cannot be asked is an order later": gatewayDown,
  "every message again, all at once and in any order, changes nothing": everythingAgain,
}

/** The gateway does what is asked for in the admin and its answer is lost: the owner reads that asking again is safe, and does. */
async function askAgain(
  store: Store,
  { played, simulation }: Seat,
  checkout: Paying,
  kind: "capture" | "refund",
  body: object
): Promise<void> {
  const path = `/admin/payments/${await paymentOf(store, checkout)}/${kind}`
  played.loseAnswersTo((call) => simulation.movesMoney(call))
  try {
    await expect(store.admin("POST", path, body)).rejects.toThrow(/was lost .*, it is not made twice/)
  } finally {
    played.loseAnswersTo()
  }
  await store.admin("POST", path, body)
}

async function factsOf(store: Store, { sessionId }: Paying): Promise<Facts> {
  return (await laneOf(store, `ref:${sessionId}`))?.facts as Facts
}

async function begin(store: Store, seat: Seat): Promise<Paying> {
  const { providerId, currency, played } = seat
  const checkout = await startPaying(store, { providerId, currency })
  if (!checkout.next) throw new Error("the buyer was sent nowhere")
  const { next } = checkout
  await played.open(next as Created["next"])
  marks.set(seat, moneyCalls(seat).length)
  return checkout
}

/** How many calls had moved money before the story began. */
const marks = new WeakMap<Seat, number>()
/** How many of a gateway's letters were delivered. */
const delivered = new WeakMap<Seat, number>()

/** Does something at the gateway; all that it sends because of it, and because of our answers, arrives twice and in any order. */
async function told(
  store: Store,
  seat: Seat,
  act: () => Promise<void> = async () => undefined
): Promise<void> {
  await act()
  // What is taken at the store's word is told after the store's answer.
  do {
    await deliver(seat)
    await isQuiet(store, seat)
  } while (seat.played.letters.length > (delivered.get(seat) ?? 0))
}

async function deliver(seat: Seat): Promise<void> {
  const from = delivered.get(seat) ?? 0
  delivered.set(seat, seat.played.letters.length)
  const deliveries = await seat.played.deliver({ from, times: 2, shuffle: 11 })
  const refused = deliveries.filter(({ accepted }) => !accepted)
  expect(refused.map(({ status, answer, letter }) => [status, answer, String(letter.body)])).toEqual([])
}

/** Nothing of the account is left to do now. */
async function isQuiet({ sql }: Pick<Store, "sql">, { accountId }: Seat): Promise<void> {
  await waitUntil(`everything that ${accountId} was told is settled`, async () => {
    const { rows } = await sql.query(
      `select 1 from ipn_intake
       union all
       select 1 from ipn_lane where account_id = $1
          and (lease_until is not null or due_at <= now() + interval '10 seconds')`,
      [accountId]
    )
    return rows.length === 0
  })
}

async function isPaid(store: Store, checkout: Paying): Promise<void> {
  expect(await truthOf(store, checkout)).toEqual(paidOnce(checkout))
}

async function isRefunded(store: Store, checkout: Paying): Promise<void> {
  const { payment_status, refunds, refunded, captures, transactions } = await orderOf(store, checkout)
  expect({ payment_status, refunds, captures, refunded: Number(refunded) }).toEqual({
    payment_status: "partially_refunded",
    refunds: 1,
    captures: 1,
    refunded: 5,
  })
  expect(Number(transactions).toFixed(2)).toBe((Number(checkout.amount) - 5).toFixed(2))
}

async function orderOf(store: Store, checkout: Paying): Promise<Order> {
  const [order, ...others] = await store.ordersOf(checkout.cartId)
  expect(others).toEqual([])
  if (!order)
    throw new Error(
      `${checkout.sessionId} has no order: ${JSON.stringify(await laneOf(store, `ref:${checkout.sessionId}`))}`
    )
  return order
}

async function paymentOf({ sql }: Store, { sessionId }: Paying): Promise<string> {
  const { rows } = await sql.query<{ id: string }>("select id from payment where payment_session_id = $1", [
    sessionId,
  ])
  const [payment] = rows
  if (!payment || rows.length > 1) throw new Error(`${sessionId} has ${rows.length} payments`)
  return payment.id
}

async function disputesOf({ sql }: Store, { sessionId }: Paying): Promise<string[]> {
  const { rows } = await sql.query<{ status: string }>(
    `select issue.status from ipn_issue issue join ipn_lane lane on lane.id = issue.lane_id
      where lane.key = $1 and issue.kind = 'dispute_opened'`,
    [`ref:${sessionId}`]
  )
  return rows.map(({ status }) => status)
}

function moneyOf({ amount, currency }: Paying): Money {
  return { amount, currency }
}

/** A payment under the checkout's reference that the store knows nothing of, made at a gateway. */
async function createAt(
  { gateway, account, simulation, notifyUrl }: Seat,
  played: Seat["played"],
  { sessionId, email, next }: Paying,
  money: Money
): Promise<Created["next"]> {
  if (!gateway.operations) {
    const [path] = (next?.kind === "redirect" ? new URL(next.url).pathname : "").split("?")
    return { kind: "redirect", url: `${played.url}${path}?${new URLSearchParams(money).toString()}` }
  }
  const { next: to } = await gateway.operations.create(
    {
      reference: sessionId,
      money,
      email,
      notifyUrl,
      returnUrl: "https://shop.example/return",
      cancelUrl: "https://shop.example/cart",
    },
    {
      ...account,
      config: gateway.config.parse({ ...(account.config as object), ...hostOf(simulation, played) }),
    },
    loopbackIo
  )
  return to
}

function hostOf(simulation: Seat["simulation"], played: Seat["played"]): object {
  const { url, simulator } = simulation.config(played.url)
  return { ...(url === undefined ? {} : { url }), ...(simulator === undefined ? {} : { simulator }) }
}

function moneyCalls({ simulation, played }: Seat) {
  return played.calls.filter(simulation.movesMoney)
}

/** So many calls of the story moved money: those that were asked for in the admin. Messages cause none. */
async function movedNothing(seat: Seat, but: number): Promise<void> {
  const calls = moneyCalls(seat).slice(marks.get(seat) ?? 0)
  expect(calls.map(({ method, path, status }) => `${method} ${path} ${status}`)).toHaveLength(but)
}

/** All that Medusa has booked of an account's payments. */
async function booksOf({ sql }: Store, { providerId, accountId }: Seat): Promise<unknown> {
  const { rows } = await sql.query(
    `select session.id, session.status,
            (select count(*)::int from order_payment_collection link
              where link.payment_collection_id = session.payment_collection_id and link.deleted_at is null) as orders,
            (select jsonb_agg(to_jsonb(capture) - 'updated_at' order by capture.id) from capture
              join payment on payment.id = capture.payment_id where payment.payment_session_id = session.id) as captures,
            (select jsonb_agg(to_jsonb(refund) - 'updated_at' order by refund.id) from refund
              join payment on payment.id = refund.payment_id where payment.payment_session_id = session.id) as refunds,
            (select jsonb_agg(lane.state || coalesce(lane.reason, '') order by lane.id) from ipn_lane lane
              where lane.account_id = $2 and lane.key = 'ref:' || session.id) as lanes
       from payment_session session where session.provider_id = $1 order by session.id`,
    [providerId, accountId]
  )
  return rows
}
