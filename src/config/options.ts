import { z } from "@medusajs/framework/zod"
import type { Gateway } from "../gateways/gateway"
import { alertWebhookSchema } from "./alert-webhook"
import { payloadKeySchema } from "./payload-key"
import { pinsSchema } from "./settings"
import { subscribersSchema } from "./subscribers"
import { tokenSecretSchema } from "./token-secret"

const httpUrl = (whose: string) => {
  const wanted = `write ${whose} in full, as in "https://shop.example.com", without ? or #.`
  return z
    .string({
      error: ({ input }) =>
        input === undefined || input === null
          ? `it is missing, or the environment variable it is read from is not set: ${wanted}`
          : wanted,
    })
    .refine(isHttpUrl, wanted)
    .refine((url) => !/\/hooks(?:\/|$)/.test(url), {
      error: "write the store's own address only, without /hooks and what comes after it.",
    })
    .transform((url) => url.replace(/\/+$/, ""))
}

const originWanted = 'write the address of a storefront without a path, as in "https://eu.example.com".'
const origin = z
  .string({ error: originWanted })
  .refine((text) => URL.canParse(text) && isHttpUrl(text) && new URL(text).pathname === "/", originWanted)
  .transform((text) => new URL(text).origin)

function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s/?#\\@]+(?:\/[^\s?#\\]*)?$/.test(text) || !URL.canParse(text)) return false
  const { hostname } = new URL(text)
  return !hostname.startsWith(".") && !hostname.includes("..")
}

export const gatewayNamed = z.custom<string | Gateway>(
  (value) => typeof value === "string" || isGateway(value),
  {
    error: 'name the gateway, as in gateway: "stripe", or hand in a gateway object made by defineGateway.',
  }
)

function isGateway(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false
  const { id, title, verify, parse, config } = value as Record<string, unknown>
  const words = [id, title].every((word) => typeof word === "string")
  const functions = [verify, parse].every((one) => typeof one === "function")
  return words && functions && typeof config === "object" && config !== null && "safeParse" in config
}

const mode = z.enum(["live", "test"], {
  error: 'write mode: "live" for real money or mode: "test" for the gateway\'s test environment.',
})

export const accountName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,40}$/,
    "an account's name is made of lower-case letters, digits and hyphens, at most 41 of them: rename it."
  )

export const accountSchema = z.looseObject({ gateway: gatewayNamed, mode })

const providerName = z
  .string({ error: 'name the payment provider, as in "stripe_stripe".' })
  .min(1, 'name the payment provider, as in "stripe_stripe".')

export const takeOverSchema = z.looseObject({
  provider: providerName,
  gateway: gatewayNamed.optional(),
  mode: mode.optional(),
})

/** The options of the plugin, as written in medusa-config. */
export const optionsSchema = z.strictObject({
  /** Where gateways reach this store from outside, without a trailing slash: `https://shop.example.com`. Part of every notify URL. */
  publicUrl: httpUrl("the address at which gateways reach the store"),
  /** Where buyers come back to. Default: publicUrl. */
  storefrontUrl: httpUrl("the address of the storefront").optional(),
  /** Signs the tokens by which buyers' browsers ask about their payment: at least 32 random characters, or a list while one is replaced by another. Without it the storefront API is off. */
  tokenSecret: tokenSecretSchema.optional(),
  /** Further storefronts that buyers may be sent back to, beside storefrontUrl: `["https://eu.example.com"]`. */
  storefrontOrigins: z.array(origin).max(100).default([]),
  /** The merchant accounts, by a name of your choice: lower-case letters, digits and hyphens. The name is part of the notify URL. */
  accounts: z.record(accountName, accountSchema).default({}),
  /** Medusa payment providers whose webhooks this plugin receives from now on, named as in `/hooks/payment/<provider>`: `"stripe_stripe"`. */
  takeOver: z.array(z.union([providerName, takeOverSchema])).default([]),
  /** Settings that are pinned here, as in `{ orders: { when: "paid" } }`: nobody can change them without a deploy. */
  settings: pinsSchema.prefault({}),
  /** Encrypts what is stored of messages: 32 random bytes in base64 or hex. A list while a key is replaced: the first seals, all open. */
  payloadKey: payloadKeySchema.optional(),
  /** Sends alerts as signed webhooks too: `{ url: "https://...", secrets: ["whsec_..."] }`. */
  alertWebhook: alertWebhookSchema.optional(),
  /** Subscribers of the plugin that the store does without, or has replaced by its own: `{ watchOrder: false }`. */
  subscribers: subscribersSchema.prefault({}),
  worker: z
    .strictObject({
      /** Payments settled side by side in one process. Default 4. */
      concurrency: z.number().int().min(1).max(32).default(4),
      /** How often an idle worker looks for work that another process stored. Milliseconds, default 500. */
      pollMs: z.number().int().min(50).max(60_000).default(500),
      /** How long a claim holds without a sign of life: after a crash, work goes on this much later. Milliseconds, default 15,000. */
      leaseMs: z.number().int().min(1_000).max(600_000).default(15_000),
    })
    .prefault({}),
  /** Also listen on a bare HTTP port of its own, for a reverse proxy to send `/hooks/ipn/*` to. Off by default. */
  receiver: z
    .strictObject({
      port: z.number().int().min(0).max(65_535),
      /** Default: all interfaces. */
      host: z.string().optional(),
      /** How many reverse proxies stand in front: so many entries of X-Forwarded-For are believed. Default 0. */
      trustedProxies: z.number().int().min(0).max(10).default(0),
    })
    .optional(),
})

export type IpnOptions = z.infer<typeof optionsSchema>
export type IpnOptionsInput = z.input<typeof optionsSchema>
export type AccountOptions = z.infer<typeof accountSchema>
export type TakeOverOptions = string | z.infer<typeof takeOverSchema>
