import type { Policy } from "../domain/plan"
import type { ConfiguredAccount } from "../gateways/configured-account"
import { findGateway } from "../gateways/find-gateway"
import type { Gateway } from "../gateways/gateway"
import { optionsSchema, type AccountOptions, type IpnOptions, type TakeOverOptions } from "./options"

/** The plugin's options, checked and completed. */
export type Configuration = Readonly<{
  publicUrl: string
  storefrontUrl: string
  accounts: ReadonlyMap<string, ConfiguredAccount>
  policy: Policy
  worker: Readonly<{ concurrency: number; pollMs: number; leaseMs: number }>
  receiver?: Readonly<{ port: number; host?: string; trustedProxies: number }>
}>

/** Something in medusa-config must change before the store can start. Its message holds every mistake with its fix. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError"
  constructor(readonly mistakes: readonly string[]) {
    super(`medusa-plugin-ipn cannot start:\n${mistakes.map((mistake) => `  - ${mistake}`).join("\n")}`)
  }
}

/**
 * Reads the plugin's options as written in medusa-config.
 * @throws ConfigurationError naming each mistake in one plain sentence with its fix; all of them at once.
 */
export function readConfiguration(options: unknown): Configuration {
  const parsed = optionsSchema.safeParse(options ?? {})
  if (!parsed.success) throw new ConfigurationError(parsed.error.issues.map((issue) => sentence(issue, "")))
  const { data } = parsed
  const mistakes: string[] = []
  const accounts = new Map<string, ConfiguredAccount>()
  for (const [id, account] of Object.entries(data.accounts)) {
    const configured = readAccount(id, account, data, mistakes)
    if (configured) accounts.set(id, configured)
  }
  for (const provider of data.takeOver) {
    const configured = readTakeOver(provider, data, mistakes)
    if (!configured) continue
    if (accounts.has(configured.account.id)) {
      mistakes.push(`"${configured.account.id}" is both an account and taken over: rename the account.`)
    }
    accounts.set(configured.account.id, configured)
  }
  if (accounts.size === 0 && mistakes.length === 0) {
    mistakes.push(
      "No account is configured: add one under `accounts` in medusa-config, or a provider under `takeOver`."
    )
  }
  if (mistakes.length > 0) throw new ConfigurationError(mistakes)
  return {
    publicUrl: data.publicUrl,
    storefrontUrl: data.storefrontUrl ?? data.publicUrl,
    accounts,
    policy: {
      orderWhen: data.orders.when,
      failureGraceMs: data.orders.failureGraceMinutes * 60_000,
    },
    worker: data.worker,
    ...(data.receiver ? { receiver: data.receiver } : {}),
  }
}

function readAccount(
  id: string,
  { gateway: named, mode, ...config }: AccountOptions,
  options: IpnOptions,
  mistakes: string[]
): ConfiguredAccount | undefined {
  const gateway = readGateway(id, named, mistakes)
  const checked = gateway && readGatewayConfig(id, gateway, mode, config, mistakes)
  if (!gateway || !checked) return undefined
  return {
    account: checked,
    gateway,
    notifyUrl: `${options.publicUrl}/hooks/ipn/${id}`,
    providerId: `pp_ipn_${id}`,
    takenOver: false,
  }
}

/**
 * A Medusa payment provider whose webhooks we receive. Named alone, the provider itself says what its messages mean;
 * with a gateway and its secrets, that gateway's reader proves and reads them instead.
 */
function readTakeOver(
  named: TakeOverOptions,
  options: IpnOptions,
  mistakes: string[]
): ConfiguredAccount | undefined {
  const {
    provider,
    gateway: gatewayNamed,
    mode,
    ...config
  } = typeof named === "string" ? { provider: named, gateway: undefined, mode: undefined } : named
  const id = provider.replace(/^pp_/, "")
  const gateway = readGateway(id, gatewayNamed ?? "medusa-provider", mistakes)
  const asked = gateway?.id === "medusa-provider" ? { ...config, provider: `pp_${id}` } : config
  const checked = gateway && readGatewayConfig(id, gateway, mode ?? "live", asked, mistakes)
  if (!gateway || !checked) return undefined
  return {
    account: checked,
    gateway,
    notifyUrl: `${options.publicUrl}/hooks/payment/${id}`,
    providerId: `pp_${id}`,
    takenOver: true,
  }
}

function readGateway(id: string, named: string | Gateway, mistakes: string[]): Gateway | undefined {
  try {
    return findGateway(named)
  } catch (error) {
    mistakes.push(`Account "${id}": ${(error as Error).message}`)
    return undefined
  }
}

function readGatewayConfig(
  id: string,
  gateway: Gateway,
  mode: "live" | "test",
  config: unknown,
  mistakes: string[]
): ConfiguredAccount["account"] | undefined {
  const parsed = gateway.config.safeParse(config)
  if (!parsed.success) {
    mistakes.push(
      ...parsed.error.issues.map((issue) => sentence(issue, `Account "${id}" (${gateway.title}): `))
    )
    return undefined
  }
  const account = { id, mode, config: parsed.data }
  const further = gateway.check?.(account) ?? []
  mistakes.push(...further.map((mistake) => `Account "${id}" (${gateway.title}): ${mistake}`))
  return further.length === 0 ? account : undefined
}

function sentence(issue: { path: PropertyKey[]; message: string }, prefix: string): string {
  const path = issue.path.map(String).join(".")
  return `${prefix}${path ? `option \`${path}\`: ` : ""}${issue.message}`
}
