import { Modules } from "@medusajs/framework/utils"
import { ipnModule } from "../modules/ipn/name"

/** What of medusa-config decides beside the plugin's own options whether it can work. */
export type Surroundings = Readonly<{
  plugins?: readonly unknown[] | undefined
  /** By name, as Medusa keeps them: of several entries for one module the last. */
  modules?: Readonly<Record<string, unknown>> | undefined
  /** How Medusa's database is reached. */
  database: unknown
}>

/**
 * What is wrong around the plugin, each in one plain sentence with its fix. Read from medusa-config, not from what Medusa
 * has loaded: scripts of `medusa db:migrate` start modules before any workflow is loaded.
 */
export function mistakesAround(
  { plugins = [], modules = {}, database }: Surroundings,
  { accounts, hasOwnPort }: Readonly<{ accounts: readonly string[]; hasOwnPort: boolean }>
): string[] {
  return [
    ...mistakesInEntries(
      plugins,
      readEntry(modules[ipnModule]),
      readEntry(modules[Modules.PAYMENT]),
      accounts
    ),
    ...(hasOwnPort && !canBeHandedOver(database)
      ? [
          "Option `receiver`: its port is served by a thread, which no function can be handed to: leave functions out of `databaseDriverOptions`, or remove `receiver`.",
        ]
      : []),
  ]
}

type Entry = Readonly<{ resolve: string; dependencies: readonly unknown[]; providers: readonly unknown[] }>

function mistakesInEntries(
  plugins: readonly unknown[],
  own: Entry,
  payment: Entry,
  accounts: readonly string[]
): string[] {
  // Medusa adds the modules of a plugin by itself, but binds them to nothing.
  if (!own.dependencies.includes(Modules.WORKFLOW_ENGINE)) {
    return [
      "The modules of payments.modules() are missing: spread `...payments.modules()` into `modules` in medusa-config.",
    ]
  }
  return [...mistakesInPlugins(plugins, own), ...mistakesInPayment(payment, accounts)]
}

function mistakesInPlugins(plugins: readonly unknown[], own: Entry): string[] {
  const root = own.resolve.replace(/\/modules\/ipn$/, "")
  // What lies in the project itself is no plugin: Medusa loads its routes and workflows by itself.
  if (root.startsWith(".")) return []
  if (plugins.some((plugin) => plugin === root || readEntry(plugin).resolve === root)) return []
  return [
    "The routes and workflows of payments.plugin are missing: add `payments.plugin` to `plugins` in medusa-config.",
  ]
}

function mistakesInPayment(payment: Entry, accounts: readonly string[]): string[] {
  const isBound = payment.dependencies.includes(ipnModule)
  const served = isBound ? payment.providers.map(accountOf) : []
  const unserved = accounts.filter((account) => !served.includes(account)).map((account) => `"${account}"`)
  if (unserved.length === 0) return []
  const who = unserved.length === 1 ? `Account ${unserved[0]} has` : `Accounts ${unserved.join(", ")} have`
  return [
    `${who} no payment provider, because the last entry for "@medusajs/medusa/payment" in \`modules\` is the one that counts, and it is not that of payments.modules(): remove it, and hand its providers to payments.modules({ providers: [...] }).`,
  ]
}

function accountOf(provider: unknown): unknown {
  return ((provider as { options?: { account?: unknown } } | null)?.options ?? {}).account
}

/** An entry of `plugins` or `modules`, whatever is written there. */
function readEntry(entry: unknown): Entry {
  const { resolve, dependencies, options } = (entry ?? {}) as Record<string, unknown>
  const { providers } = (options ?? {}) as { providers?: unknown }
  return {
    resolve: typeof resolve === "string" ? resolve : "",
    dependencies: Array.isArray(dependencies) ? dependencies : [],
    providers: Array.isArray(providers) ? providers : [],
  }
}

function canBeHandedOver(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
