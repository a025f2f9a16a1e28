import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { comparePayment } from "../../../domain/compare-payment"
import { fold } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import { withReference } from "../../../domain/with-reference"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Io } from "../../../gateways/gateway"
import { askable } from "../asking/askable"
import { inParallel } from "../asking/asking"
import type { Found } from "./comparison"
import {
  findOurs,
  listOurIds,
  readEventsOfLanes,
  readOurs,
  type OurPayment,
  type StartedPayment,
} from "./our-payments"

/** One step of a comparison: how many payments were compared, and what was found. */
export type Step = Readonly<{ compared: number; found: readonly Found[] }>

const pageSize = 100
const asksAtOnce = 5

/**
 * Compares a period step by step. Where the gateway lists its payments, each of them is compared with what we know; then
 * those of ours that it did not list are asked about one by one, so that a clock that is off finds nothing that is not
 * there. Where it does not list them, all of ours are asked about, and a payment that only the gateway knows stays unseen.
 * Throws when the gateway cannot be asked: then nothing is concluded.
 */
export async function* comparePeriod(
  db: Knex,
  configured: ConfiguredAccount,
  period: Readonly<{ from: Date; to: Date }>,
  io: Io
): AsyncGenerator<Step> {
  const { account } = configured
  const { list, fetch } = askable(configured)
  const listed = new Set<string>()
  if (list) {
    for await (const page of list(period, account, io)) {
      const payments = [...groupByPayment(page).values()]
      for (let at = 0; at < payments.length; at += pageSize) {
        yield compareTold(db, account.id, payments.slice(at, at + pageSize), listed)
      }
    }
  }
  const ids = await listOurIds(db, account.id, period)
  for (let at = 0; at < ids.length; at += pageSize) {
    const ours = await readOurs(db, ids.slice(at, at + pageSize))
    const unseen = list ? ours.flatMap((one) => leftOver(one, listed)) : ours.map((one) => ({ one }))
    const told = new Map<Unseen, PaymentEvent[]>()
    await inParallel<Unseen>(unseen, asksAtOnce, async (unseen) => {
      const { expected } = unseen.one
      told.set(unseen, withReference((await fetch?.(expected, account, io)) ?? [], expected))
    })
    yield { compared: unseen.length, found: await compareOurs(db, told) }
  }
}

/** A payment of ours that the gateway did not list; `only`: the gateway's ids of those that it did not, where it listed others. */
type Unseen = Readonly<{ one: StartedPayment; only?: ReadonlySet<string> }>

/** What was told here of money in payments that the gateway did not list; what names no payment goes with the reference. */
function leftOver(one: StartedPayment, listed: ReadonlySet<string>): Unseen[] {
  const isListed = listed.has(`ref:${one.expected.reference}`)
  const missing = one.moneyIn.filter((id) => (id === null ? !isListed : !listed.has(`pay:${id}`)))
  if (missing.length === 0) return []
  return [{ one, ...(isListed ? { only: new Set(missing.filter((id) => id !== null)) } : {}) }]
}

async function compareTold(
  db: Knex,
  accountId: string,
  payments: readonly (readonly PaymentEvent[])[],
  listed: Set<string>
): Promise<Step> {
  const told = payments.map((events) => ({ ...named(events), facts: fold(events), events }))
  const ours = await findOurs(db, accountId, told)
  const unsure = told.flatMap((one, n) => {
    const known = ours[n]!
    if (known.reference) listed.add(`ref:${known.reference}`)
    if (one.gatewayPayment) listed.add(`pay:${one.gatewayPayment}`)
    return known.agrees ? [] : [{ ...one, known }]
  })
  const events = await readEventsOfLanes(
    db,
    unsure.flatMap(({ known }) => known.laneId ?? [])
  )
  const found = unsure.flatMap(({ known, events: said, facts, ...name }) => {
    const here = fold(aboutPayment(events.get(known.laneId ?? "") ?? [], name.gatewayPayment))
    return comparePayment(here, facts, known.ageMs ?? 0).map((difference) =>
      place(difference, known, said, name.gatewayPayment)
    )
  })
  return { compared: payments.length, found }
}

async function compareOurs(db: Knex, told: ReadonlyMap<Unseen, readonly PaymentEvent[]>): Promise<Found[]> {
  const events = await readEventsOfLanes(
    db,
    [...told.keys()].flatMap(({ one }) => one.laneId ?? [])
  )
  return [...told].flatMap(([{ one, only }, said]) => {
    const among = (all: readonly PaymentEvent[]) =>
      only ? all.filter(({ gatewayPayment: id }) => id !== undefined && only.has(id)) : all
    const here = fold(among(events.get(one.laneId ?? "") ?? []))
    const { gatewayPayment = only && [...only][0] } = named(among(said))
    return comparePayment(here, fold(among(said)), one.ageMs ?? 0).map((difference) =>
      place(difference, one, said, gatewayPayment)
    )
  })
}

function place(
  difference: ReturnType<typeof comparePayment>[number],
  known: OurPayment,
  told: readonly PaymentEvent[],
  gatewayPayment: string | undefined
): Found {
  return {
    ...difference,
    told: known.reference ? withReference(told, { reference: known.reference }) : told,
    ...(known.reference ? { reference: known.reference } : {}),
    ...(gatewayPayment ? { gatewayPayment } : {}),
    ...(known.laneId ? { laneId: known.laneId } : {}),
    ...(known.orderId ? { orderId: known.orderId } : {}),
  }
}

/** What was told of one of the gateway's payments, or without naming any: a lane may hold two that took money. */
function aboutPayment(events: readonly PaymentEvent[], gatewayPayment: string | undefined): PaymentEvent[] {
  if (gatewayPayment === undefined) return [...events]
  return events.filter((event) => (event.gatewayPayment ?? gatewayPayment) === gatewayPayment)
}

function groupByPayment(events: readonly PaymentEvent[]): Map<string, PaymentEvent[]> {
  const payments = new Map<string, PaymentEvent[]>()
  for (const event of events) {
    const name = event.gatewayPayment ?? event.reference ?? event.key
    const known = payments.get(name)
    if (known) known.push(event)
    else payments.set(name, [event])
  }
  return payments
}

function named(events: readonly PaymentEvent[]): { reference?: string; gatewayPayment?: string } {
  const reference = events.find((event) => event.reference)?.reference
  const gatewayPayment = events.find((event) => event.gatewayPayment)?.gatewayPayment
  return { ...(reference ? { reference } : {}), ...(gatewayPayment ? { gatewayPayment } : {}) }
}
