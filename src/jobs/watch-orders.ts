import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../modules/ipn/name"
import type { Found } from "../modules/ipn/issues/watching"
import type IpnModuleService from "../modules/ipn/service"

/** An order is unpaid for too long after so many hours, or when it should have been cancelled this long ago. */
const unpaidHours = 72
const overdueHours = 2
const pageSize = 500
const maxPages = 10
/** How far back orders are compared with the ledger. */
const comparedDays = 90

/** Raises and resolves what can be seen of orders: unpaid for too long, or other money than in the ledger. */
export default async function watchOrders(container: MedusaContainer): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { orders } = await ipn.settings.read()
  const cancelled = orders.cancel_unpaid_after_hours
  const olderThanHours = cancelled === null ? unpaidHours : cancelled + overdueHours
  const from = new Date(Date.now() - comparedDays * 24 * 3_600_000)

  await ipn.watching.watchUnpaidOrders(
    await allPages((last) =>
      ipn.asking.listUnpaidOrders({ olderThanHours, limit: pageSize, after: last?.orderId ?? "" })
    )
  )
  await ipn.watching.watchLedger(
    await allPages((_, offset) => ipn.ledger.drift({ from, limit: pageSize, offset }))
  )
}

async function allPages<T>(read: (last: T | undefined, offset: number) => Promise<T[]>): Promise<Found<T>> {
  const rows: T[] = []
  for (let page = 0; page < maxPages; page++) {
    const next = await read(rows.at(-1), rows.length)
    rows.push(...next)
    if (next.length < pageSize) return { rows, complete: true }
  }
  return { rows, complete: false }
}

export const config = { name: "ipn-watch-orders", schedule: "7 * * * *" }
