import { readFileSync, writeFileSync } from "node:fs"
import { completeCartWorkflow } from "@medusajs/medusa/core-flows"
import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { fromDecimal } from "../src/domain/money"
import { claimLanes } from "../src/modules/ipn/inbox/claim-lanes"
import { ipnModule } from "../src/modules/ipn/name"
import type IpnModuleService from "../src/modules/ipn/service"
import { settleLaneWorkflow } from "../src/workflows"
import { median } from "./median"

export type SettleJob = {
  ours: { reference: string; amount: string; currency: string }[]
  core: { cartId: string }[]
}
export type SettleTimes = { ours_p50: number; complete_cart_p50: number }

/** Run with `medusa exec`: settles and completes in turn, and writes the medians over the job that it read. */
export default async function settleInProcess({ container }: ExecArgs): Promise<void> {
  const file = process.env.BENCH_SETTLE_FILE ?? ""
  const job = JSON.parse(readFileSync(file, "utf8")) as SettleJob
  const service = container.resolve<IpnModuleService>(ipnModule)
  const db = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  const seen = { ours: [] as number[], core: [] as number[] }

  for (const [i, { reference, amount, currency }] of job.ours.entries()) {
    const money = fromDecimal(amount, currency)
    await service.storeEvents("sandbox", [
      {
        key: `bench_${reference}`,
        type: "payment.captured",
        test: true,
        reference,
        gatewayPayment: `pay_${reference}`,
        money,
        totals: { captured: money },
      },
    ])
    const [claim] = await claimLanes(db, 1, 60_000)
    if (!claim) throw new Error("nothing to settle")
    const ours = await time(() => settleLaneWorkflow(container).run({ input: claim }))
    const cartId = job.core[i]?.cartId ?? ""
    const core = await time(() => completeCartWorkflow(container).run({ input: { id: cartId } }))
    // The first two of each warm up.
    if (i < 2) continue
    seen.ours.push(ours)
    seen.core.push(core)
  }
  const { rows } = await db.raw(
    `select count(*)::int as settled from ipn_lane where state = 'settled' and order_id is not null and key = any(?)`,
    [job.ours.map(({ reference }) => `ref:${reference}`)]
  )
  const settled = (rows as { settled: number }[])[0]?.settled
  if (settled !== job.ours.length)
    throw new Error(`only ${settled} of ${job.ours.length} payments became orders`)
  const times: SettleTimes = {
    ours_p50: Math.round(median(seen.ours)),
    complete_cart_p50: Math.round(median(seen.core)),
  }
  writeFileSync(file, JSON.stringify(times))
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
