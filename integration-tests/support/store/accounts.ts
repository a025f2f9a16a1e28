import { readFileSync } from "node:fs"
import { join } from "node:path"
import { repository } from "./child-process"

/** The accounts file that medusa-config reads: by account, how it is configured. Its secrets are test-only. */
export type Accounts = Readonly<Record<string, DemoAccount>>
export type DemoAccount = Readonly<{
  gateway: string
  mode: "live" | "test"
  /** `pp_ipn_<account>`; another one is taken over: payments are then started by that provider. */
  provider_id: string
  /** Where the gateway sends its messages. */
  notify_url: string
  /** Where the gateway is played, for providers that are taken over. */
  simulator?: string
  /** The gateway's options as in medusa-config. */
  config: Readonly<Record<string, unknown>>
}>

/** The accounts of demo/accounts.json: one for each gateway that can be played, and one of bank transfers. */
export function demoAccounts(): Accounts {
  return JSON.parse(readFileSync(join(repository, "demo", "accounts.json"), "utf8")) as Accounts
}

/** What specs run with unless they say otherwise: the demo's sandbox and Stripe, and PayPal with its classic form. */
export function specAccounts(): Accounts {
  const { sandbox, stripe, paypal } = demoAccounts()
  if (!sandbox || !stripe || !paypal) throw new Error("demo/accounts.json has lost an account")
  const { simulator } = paypal.config
  return {
    sandbox,
    stripe,
    paypal: {
      ...paypal,
      config: { receivers: ["seller@paypalsandbox.com", "258DLEHY2BDK6"], simulator },
    },
  }
}

/** The account of the demo's sandbox that is paid by bank transfer. */
export function transferAccount(): DemoAccount {
  const { transfer } = demoAccounts()
  if (!transfer) throw new Error("demo/accounts.json has lost an account")
  return transfer
}

/** Where a gateway's messages for an account go. */
export function notifyUrlOf(baseUrl: string, id: string, providerId: string): string {
  return providerId === `pp_ipn_${id}`
    ? `${baseUrl}/hooks/ipn/${id}`
    : `${baseUrl}/hooks/payment/${providerId.replace(/^pp_/, "")}`
}

/** Accounts for a store that is reached elsewhere; `simulators` says where each account's gateway is played. */
export function accountsAt(
  baseUrl: string,
  {
    simulators = {},
    accounts = specAccounts(),
  }: { simulators?: Readonly<Record<string, string>>; accounts?: Accounts } = {}
): Accounts {
  return Object.fromEntries(
    Object.entries(accounts).map(([id, account]) => {
      const notify_url = notifyUrlOf(baseUrl, id, account.provider_id)
      return [id, { ...playedAt(account, simulators[id]), notify_url }]
    })
  )
}

function playedAt(account: DemoAccount, simulator: string | undefined): DemoAccount {
  if (simulator === undefined) return account
  if (account.simulator !== undefined) return { ...account, simulator }
  return { ...account, config: { ...account.config, [simulatorOption(account)]: simulator } }
}

/** Where an account says that its gateway is played. */
export function playedAddressOf(account: DemoAccount): string {
  return account.simulator ?? String(account.config[simulatorOption(account)])
}

function simulatorOption({ config }: DemoAccount): "url" | "simulator" {
  return "url" in config ? "url" : "simulator"
}
