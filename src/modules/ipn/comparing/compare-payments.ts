import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { comparePayment } from "../../../domain/compare-payment"
import { fold } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import { withReference } from "../../../domain/with-reference"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Io } from "../../../gateways/gateway"
import { inParallel } from "../asking/asking"
import { sortMessages } from "../inbox/store-received"
import type { Found } from "./comparison"
import { findOurs, listOurIds, readEventsOfLanes, readOurs, type OurPayment } from "./our-payments"

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
  const { account, gateway } = configured
  await sortMessages(db)
  const listed = new Set<string>()
  const list = gateway.operations?.list
  if (list) {
    for await (const page of list(period, account, io)) {
      const payments = [...groupByPayment(page).values()]
      for (let at = 0; at < payments.length; at += pageSize) {
        yield compareTold(db, account.id, payments.slice(at, at + pageSize), listed)
      }
    }
  }
  const fetch = gateway.operations?.fetch
  const ids = await listOurIds(db, account.id, period)
  for (let at = 0; at < ids.length; at += pageSize) {
    const ours = await readOurs(db, ids.slice(at, at + pageSize))
    const unseen = ours.filter(({ expected, hasMoney }) => {
      return list ? hasMoney && !listed.has(expected.reference) : fetch !== undefined
    })
    const told = new Map<OurPayment, PaymentEvent[]>()
    await inParallel(unseen, asksAtOnce, async (one) => {
      told.set(one, withReference((await fetch?.(one.expected, account, io)) ?? [], one.expected))
    })
    yield { compared: unseen.length, found: await compareOurs(db, told) }
  }
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
    if (known.reference) listed.add(known.reference)
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

async function compareOurs(
  db: Knex,
  told: ReadonlyMap<OurPayment, readonly PaymentEvent[]>
): Promise<Found[]> {
  const events = await readEventsOfLanes(
    db,
    [...told.keys()].flatMap(({ laneId }) => laneId ?? [])
  )
  return [...told].flatMap(([known, said]) => {
    const here = fold(events.get(known.laneId ?? "") ?? [])
    const { gatewayPayment } = named(said)
    return comparePayment(here, fold(said), known.ageMs ?? 0).map((difference) =>
      place(difference, known, said, gatewayPayment)
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
