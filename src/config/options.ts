import { z } from "@medusajs/framework/zod"
import type { Gateway } from "../gateways/gateway"

const httpUrl = (what: string) =>
  z
    .string({ error: `${what} is missing: set it to a full address such as https://shop.example.com.` })
    .regex(
      /^https?:\/\/[^\s?#]+$/,
      `${what} must be a full address such as https://shop.example.com, without ? or #.`
    )
    .transform((url) => url.replace(/\/+$/, ""))

const gatewayNamed = z.custom<string | Gateway>(
  (value) => typeof value === "string" || (typeof value === "object" && value !== null && "verify" in value),
  'name the gateway, for example "stripe", or hand in a gateway object.'
)

const mode = z.enum(["live", "test"], {
  error: 'write mode: "live" for real money or mode: "test" for the gateway\'s test environment.',
})

const accountSchema = z.looseObject({ gateway: gatewayNamed, mode })

const takeOverSchema = z.union([
  z.string(),
  z.looseObject({ provider: z.string(), gateway: gatewayNamed.optional(), mode: mode.optional() }),
])

/** The options of the plugin, as written in medusa-config. */
export const optionsSchema = z.strictObject({
  /** Where gateways reach this store from outside, without a trailing slash: `https://shop.example.com`. Part of every notify URL. */
  publicUrl: httpUrl("publicUrl"),
  /** Where buyers come back to. Default: publicUrl. */
  storefrontUrl: httpUrl("storefrontUrl").optional(),
  /** The merchant accounts, by a name of your choice: lower-case letters, digits and hyphens. The name is part of the notify URL. */
  accounts: z
    .record(
      z
        .string()
        .regex(
          /^[a-z0-9][a-z0-9-]{0,40}$/,
          "account names are lower-case letters, digits and hyphens, at most 41."
        ),
      accountSchema
    )
    .default({}),
  /** Medusa payment providers whose webhooks this plugin receives from now on, named as in `/hooks/payment/<provider>`: `"stripe_stripe"`. */
  takeOver: z.array(takeOverSchema).default([]),
  orders: z
    .strictObject({
      /** When an order is placed without the buyer's browser. Default "authorized": once authorised or captured. */
      when: z.enum(["pending", "authorized", "paid"]).default("authorized"),
      /** Minutes that a failure, cancellation or expiry waits for a success that may still come. Default 10. */
      failureGraceMinutes: z.number().min(0).max(1440).default(10),
    })
    .prefault({}),
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
export type TakeOverOptions = z.infer<typeof takeOverSchema>
