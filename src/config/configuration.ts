import { z } from "@medusajs/framework/zod"
import type { TokenKey } from "../domain/buyer-token"
import type { ConfiguredAccount } from "../gateways/configured-account"
import { findGateway } from "../gateways/find-gateway"
import type { Gateway } from "../gateways/gateway"
import { describeIssue, knownOptions, sentenceOf, unknownOptions } from "./mistake"
import { payloadKeySchema, type PayloadKey } from "./payload-key"
import { completeSettings, contradictionsIn, flattenPins, type Pins } from "./settings"
import { accountName, accountSchema, gatewayNamed, optionsSchema, takeOverSchema } from "./options"
import type { Subscribers } from "./subscribers"
import { mistakesAround, type Surroundings } from "./surroundings"
import { tokenSecretSchema } from "./token-secret"
import { unsetOptions } from "./unset-options"

/** The plugin's options, checked and completed. */
export type Configuration = Readonly<{
  publicUrl: string
  storefrontUrl: string
  /** Where buyers may be sent back to. */
  storefrontOrigins: ReadonlySet<string>
  /** The first signs buyers' tokens, all of them are read; none: the storefront API is off. */
  tokenKeys: readonly TokenKey[]
  accounts: ReadonlyMap<string, ConfiguredAccount>
  /** The settings that cannot be changed without a deploy. */
  pins: Pins
  /** The first encrypts what is stored of messages, all of them open it; none: it is not encrypted. */
  payloadKeys: readonly PayloadKey[]
  /** Where alerts are sent as webhooks. */
  alertWebhook?: Readonly<{ url: string; keys: readonly Buffer[] }>
  /** Which subscribers of the plugin are on. */
  subscribers: Readonly<Subscribers>
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
 * @param surroundings What else must fit; not looked at when left out.
 * @throws ConfigurationError naming each mistake in one plain sentence with its fix; all of them at once.
 */
export function readConfiguration(options: unknown, surroundings?: Surroundings): Configuration {
  const mistakes: string[] = []
  const general = read(generalSchema, options ?? {}, mistakes)
  readMissing("payloadKey", payloadKeySchema, options, mistakes)
  readMissing("tokenSecret", tokenSecretSchema, options, mistakes)
  const {
    accounts: named = {},
    takeOver = [],
    ...rest
  } = (options ?? {}) as {
    accounts?: unknown
    takeOver?: unknown
  }
  readUnset(rest, mistakes)
  const publicUrl = general?.publicUrl ?? ""
  const configured = [
    ...Object.entries(read(entries, named, mistakes, ["accounts"]) ?? {}).map(([id, account]) =>
      readAccount(id, account, publicUrl, mistakes)
    ),
    ...(read(list, takeOver, mistakes, ["takeOver"]) ?? []).map((provider, index) =>
      readTakeOver(provider, index, publicUrl, mistakes)
    ),
  ].filter((account) => account !== undefined)

  const accounts = byId(configured, mistakes)
  if (accounts.size === 0 && mistakes.length === 0) {
    mistakes.push(
      "No account is configured: add one under `accounts` in medusa-config, or a provider under `takeOver`."
    )
  }
  // An account with a mistake of its own is named too: it is there.
  const ownIds = Object.keys(entries.safeParse(named).data ?? {})
  if (general) mistakes.push(...pinMistakes(general.settings, new Set([...accounts.keys(), ...ownIds])))
  if (surroundings) {
    const hasOwnPort = general?.receiver !== undefined
    mistakes.push(...mistakesAround(surroundings, { accounts: ownIds, hasOwnPort }))
  }
  if (!general || mistakes.length > 0) throw new ConfigurationError([...new Set(mistakes)])
  return {
    publicUrl,
    storefrontUrl: general.storefrontUrl ?? publicUrl,
    storefrontOrigins: new Set([
      new URL(general.storefrontUrl ?? publicUrl).origin,
      ...general.storefrontOrigins,
    ]),
    tokenKeys: general.tokenSecret ?? [],
    accounts,
    pins: general.settings,
    payloadKeys: general.payloadKey ?? [],
    subscribers: general.subscribers,
    worker: general.worker,
    ...(general.alertWebhook ? { alertWebhook: general.alertWebhook } : {}),
    ...(general.receiver ? { receiver: general.receiver } : {}),
  }
}

/** Accounts are read one by one, so that a mistake in one place hides none in another. */
const generalSchema = optionsSchema.extend({ accounts: z.unknown(), takeOver: z.unknown() })
const entries = z.record(z.string(), z.unknown())
const list = z.array(z.unknown())

function read<T>(
  schema: z.ZodType<T>,
  value: unknown,
  mistakes: string[],
  path: readonly PropertyKey[] = [],
  owner?: string
): T | undefined {
  const parsed = schema.safeParse(value, { error: describeIssue })
  if (parsed.success) return parsed.data
  mistakes.push(
    ...parsed.error.issues.map((issue) => {
      // An unknown option is named in the words already.
      const place =
        issue.code === "unrecognized_keys" && issue.path.length === 0 ? [] : [...path, ...issue.path]
      return sentenceOf({ path: place, message: issue.message }, owner)
    })
  )
  return undefined
}

function byId(configured: readonly ConfiguredAccount[], mistakes: string[]): Map<string, ConfiguredAccount> {
  const accounts = new Map<string, ConfiguredAccount>()
  for (const one of configured) {
    const { id } = one.account
    const known = accounts.get(id)
    if (known) {
      mistakes.push(
        known.takenOver
          ? `Account "${id}": it is named twice under \`takeOver\`: remove one of the two.`
          : `Account "${id}": a provider of this name is taken over too: rename the account.`
      )
    }
    accounts.set(id, one)
  }
  return accounts
}

/** A key whose environment variable is not set is a mistake: nobody would see that nothing is encrypted, or signed. */
function readMissing(option: string, schema: z.ZodType, options: unknown, mistakes: string[]): void {
  const written = entries.safeParse(options).data ?? {}
  if (!Object.hasOwn(written, option) || written[option] !== undefined) return
  read(schema, undefined, mistakes, [option])
}

/** Where the default would rule unseen, because the environment variable of an option is not set. */
function readUnset(written: unknown, mistakes: string[], owner?: string): void {
  const message = "it is undefined: set the environment variable it is read from, or leave the option out."
  for (const path of unsetOptions(written)) {
    const sentence = sentenceOf({ path, message }, owner)
    const place = sentence.slice(0, -message.length)
    // Most options that cannot be left out say so in words of their own.
    if (!mistakes.some((mistake) => mistake.startsWith(place))) mistakes.push(sentence)
  }
}

function pinMistakes(pins: Pins, accountIds: ReadonlySet<string>): string[] {
  const pinned = flattenPins(pins)
  return contradictionsIn(completeSettings(pinned), new Set(pinned.keys()), accountIds).map(
    ({ key, message }) => sentenceOf({ path: ["settings", ...key.split(".")], message })
  )
}

function readAccount(
  id: string,
  options: unknown,
  publicUrl: string,
  mistakes: string[]
): ConfiguredAccount | undefined {
  const owner = `Account "${id}"`
  const name = read(accountName, id, mistakes, [], owner)
  const account = read(accountSchema, options, mistakes, [], owner)
  const { gateway: named, mode, ...config } = account ?? readLoosely(options)
  const gateway = readGateway(id, named, mistakes)
  const checked = gateway && readGatewayConfig(id, gateway, mode, config, mistakes)
  if (!name || !account || !gateway || !checked) return undefined
  return {
    account: checked,
    gateway,
    notifyUrl: `${publicUrl}/hooks/ipn/${id}`,
    providerId: `pp_ipn_${id}`,
    takenOver: false,
  }
}

/** As much of a mistaken account as can be read: its gateway checks its own options all the same. */
function readLoosely(options: unknown): {
  gateway?: string | Gateway | undefined
  mode?: undefined
  [option: string]: unknown
} {
  const object = entries.safeParse(options).data ?? {}
  return { ...object, gateway: gatewayNamed.safeParse(object.gateway).data, mode: undefined }
}

/**
 * A Medusa payment provider whose webhooks we receive. Named alone, the provider itself says what its messages mean;
 * with a gateway and its secrets, that gateway's reader proves and reads them instead.
 */
function readTakeOver(
  named: unknown,
  index: number,
  publicUrl: string,
  mistakes: string[]
): ConfiguredAccount | undefined {
  const asked = read(takeOverSchema, typeof named === "string" ? { provider: named } : named, mistakes, [
    "takeOver",
    index,
  ])
  if (!asked) return undefined
  const { provider, gateway: gatewayName, mode, ...config } = asked
  const id = provider.replace(/^pp_/, "")
  if (id.startsWith("ipn_")) {
    mistakes.push(
      `Account "${id}": it is this plugin's own payment provider, whose webhooks come here anyway: remove it from \`takeOver\`.`
    )
    return undefined
  }
  const unset = Object.entries(asked).filter(
    ([option, value]) => option in takeOverSchema.shape && value === undefined
  )
  readUnset(Object.fromEntries(unset), mistakes, `Account "${id}"`)
  const gateway = readGateway(id, gatewayName ?? "medusa-provider", mistakes)
  const options = gateway?.id === "medusa-provider" ? { ...config, provider: `pp_${id}` } : config
  const checked = gateway && readGatewayConfig(id, gateway, mode ?? "live", options, mistakes)
  if (!gateway || !checked) return undefined
  return {
    account: checked,
    gateway,
    notifyUrl: `${publicUrl}/hooks/payment/${id}`,
    providerId: `pp_${id}`,
    takenOver: true,
  }
}

function readGateway(
  id: string,
  named: string | Gateway | undefined,
  mistakes: string[]
): Gateway | undefined {
  if (named === undefined) return undefined
  try {
    return findGateway(named)
  } catch (error) {
    mistakes.push(sentenceOf({ path: [], message: (error as Error).message }, `Account "${id}"`))
    return undefined
  }
}

/** @param mode Undefined where it is a mistake itself: then only what does not depend on it is checked. */
function readGatewayConfig(
  id: string,
  gateway: Gateway,
  mode: "live" | "test" | undefined,
  config: Readonly<Record<string, unknown>>,
  mistakes: string[]
): ConfiguredAccount["account"] | undefined {
  const owner = `Account "${id}" (${gateway.title})`
  const ignored = ignoredOptions(gateway.config, config)
  if (ignored) mistakes.push(sentenceOf({ path: [], message: ignored }, owner))
  const parsed = read(gateway.config, config, mistakes, [], owner)
  readUnset(config, mistakes, owner)
  if (parsed === undefined || mode === undefined) return undefined
  const account = { id, mode, config: parsed }
  const further = gateway.check?.(account) ?? []
  mistakes.push(...further.map((message) => sentenceOf({ path: [], message }, owner)))
  return further.length === 0 && !ignored ? account : undefined
}

/** A schema that drops what it does not know would drop a misspelt option, and the default would rule unseen. */
function ignoredOptions(schema: z.ZodType, config: Readonly<Record<string, unknown>>): string | undefined {
  if (!(schema instanceof z.ZodObject) || schema.def.catchall) return undefined
  const known = knownOptions(schema)
  const unknown = Object.keys(config).filter((name) => !known.includes(name))
  return unknown.length > 0 ? unknownOptions(unknown, known) : undefined
}
