import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Pool } from "pg"
import { demoAccounts, notifyUrlOf, type Accounts } from "../integration-tests/support/store/accounts"
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

/** The accounts that the running demo has: besides those of the file one whose payments are bank transfers. */
export function offeredAccounts(): Accounts {
  const { sandbox, ...others } = demoAccounts()
  if (!sandbox) throw new Error("demo/accounts.json has lost its sandbox")
  const transfer = {
    ...sandbox,
    provider_id: "pp_ipn_transfer",
    config: { ...sandbox.config, pay: "transfer" },
  }
  return { sandbox, transfer, ...others }
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
 * One account for each gateway that can be played, named as the gateway. What the plugin only receives from is paid
 * through a payment provider of its own, whose webhooks are taken over.
 */
async function playedAccounts(baseUrl: string): Promise<Accounts> {
  const accounts: [string, Accounts[string]][] = []
  for (const [index, id] of listSimulations().entries()) {
    const simulator = `http://localhost:${9010 + index}`
    const startsPayments = findGateway(id).operations !== undefined
    const provider_id = startsPayments ? `pp_ipn_${id}` : `pp_played_${id}`
    accounts.push([
      id,
      {
        gateway: id,
        mode: "test",
        provider_id,
        notify_url: notifyUrlOf(baseUrl, id, provider_id),
        ...(startsPayments ? {} : { simulator }),
        config: (await findSimulation(id)).config(simulator),
      },
    ])
  }
  return Object.fromEntries(accounts)
}
