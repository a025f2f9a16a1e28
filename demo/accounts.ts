import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { notifyUrlOf, type Accounts } from "../integration-tests/support/store/accounts"
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
