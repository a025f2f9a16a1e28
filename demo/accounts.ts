import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Pool } from "pg"
import { notifyUrlOf, type Accounts, type DemoAccount } from "../integration-tests/support/store/accounts"
import { findGateway } from "../src/gateways/find-gateway"
import { findSimulation, listSimulations } from "../src/gateways/simulation/find-simulation"

const file = join(__dirname, "accounts.json")

/**
 * demo/accounts.json as it stands, and as it must be for the gateways that can be played: equal when it is up to date.
 * `npm run gateways` writes it.
 */
export async function readDemoAccounts(): Promise<{ written: string; wanted: string }> {
  const wanted = `${JSON.stringify(await playedAccounts("http://localhost:9000"), null, 2)}\n`
  return { written: readFileSync(file, "utf8"), wanted }
}

/** Offers what takes no euros in the other regions only. */
export async function offerByCurrency(sql: Pick<Pool, "query">, accounts: Accounts): Promise<void> {
  for (const { gateway, provider_id } of Object.values(accounts)) {
    const { currency } = await findSimulation(gateway)
    if (currency === undefined) continue
    await sql.query(
      `delete from region_payment_provider offer using region
        where region.id = offer.region_id and offer.payment_provider_id = $1 and region.currency_code <> $2`,
      [provider_id, currency]
    )
  }
}

export function writeDemoAccounts(text: string): void {
  writeFileSync(file, text)
}

/**
 * One account for each gateway that can be played, named as the gateway, and one whose payments are bank transfers. What
 * the plugin only receives from is paid through a payment provider of its own, whose webhooks are taken over. The demo
 * plays them at these addresses where it can.
 */
async function playedAccounts(baseUrl: string): Promise<Accounts> {
  const { sandbox, ...others } = Object.fromEntries(listSimulations().map((id) => [id, id]))
  if (sandbox === undefined) throw new Error("the sandbox has lost its simulator")
  const played = Object.entries({ sandbox, transfer: sandbox, ...others })
  const accounts = played.map(async ([id, gateway], index) => {
    const simulator = `http://127.0.0.1:${9010 + index}`
    const startsPayments = findGateway(gateway).operations !== undefined
    const provider_id = startsPayments ? `pp_ipn_${id}` : `pp_played_${id}`
    const config = (await findSimulation(gateway)).config(simulator)
    const account: DemoAccount = {
      gateway,
      mode: "test",
      provider_id,
      notify_url: notifyUrlOf(baseUrl, id, provider_id),
      ...(startsPayments ? {} : { simulator }),
      config: id === "transfer" ? { ...config, pay: "transfer" } : config,
    }
    return [id, account] as const
  })
  return Object.fromEntries(await Promise.all(accounts))
}
