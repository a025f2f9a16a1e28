import { readFileSync } from "node:fs"
import { join } from "node:path"
import { repository } from "./child-process"

/** The accounts file that medusa-config reads: by account, how it is configured. Its secrets are test-only. */
export type Accounts = Readonly<Record<string, DemoAccount>>
export type DemoAccount = Readonly<{
  gateway: string
  mode: "live" | "test"
  provider_id: string
  /** Where the gateway sends its messages. */
  notify_url: string
  /** The gateway's options as in medusa-config. */
  config: Readonly<Record<string, unknown>>
}>

/** The accounts of demo/accounts.json. */
export function demoAccounts(): Accounts {
  return JSON.parse(readFileSync(join(repository, "demo", "accounts.json"), "utf8")) as Accounts
}

/** The demo's accounts for a store that is reached elsewhere; `simulators` says where each account's gateway is played. */
export function accountsAt(
  baseUrl: string,
  {
    simulators = {},
    accounts = demoAccounts(),
  }: { simulators?: Readonly<Record<string, string>>; accounts?: Accounts } = {}
): Accounts {
  return Object.fromEntries(
    Object.entries(accounts).map(([id, account]) => {
      const simulator = simulators[id]
      const option = "url" in account.config ? "url" : "simulator"
      const config = simulator === undefined ? account.config : { ...account.config, [option]: simulator }
      return [id, { ...account, notify_url: `${baseUrl}/hooks/ipn/${id}`, config }]
    })
  )
}
