import { readFileSync } from "fs"
import { join } from "path"
import { defineConfig, loadEnv } from "@medusajs/framework/utils"
import { ipn } from "./src/config/ipn"
import type { IpnOptionsInput } from "./src/config/options"

// This repository as a Medusa store: the demo, development and the specs run on it. Nothing of this file is published.
loadEnv(process.env.NODE_ENV ?? "development", process.cwd())

type DemoAccount = {
  gateway: string
  mode: "live" | "test"
  provider_id: string
  simulator?: string
  config: Record<string, unknown>
}

const port = process.env.PORT ?? "9000"
const storefrontUrl = process.env.STOREFRONT_URL ?? "http://localhost:8000"
const accounts = JSON.parse(
  readFileSync(process.env.IPN_ACCOUNTS_FILE ?? "./demo/accounts.json", "utf8")
) as Record<string, DemoAccount>
/** Options that a spec wants other than the demo has them. */
const overrides = JSON.parse(process.env.IPN_OPTIONS ?? "{}") as Partial<IpnOptionsInput>
/** Other payment providers that a spec wants beside ours: for take-over. */
const providers = JSON.parse(process.env.IPN_OTHER_PROVIDERS ?? "[]") as {
  resolve: string
  id: string
  options?: Record<string, unknown>
}[]
/** Further modules that a spec wants in the store: to listen on the event bus as another plugin would. */
const modules = JSON.parse(process.env.IPN_OTHER_MODULES ?? "[]") as { resolve: string }[]

/** Accounts of our own provider, and those whose payments another provider starts: their webhooks are taken over. */
const all = Object.entries(accounts)
const own = all.filter(([id, { provider_id }]) => provider_id === `pp_ipn_${id}`)
const taken = all.filter((entry) => !own.includes(entry))

const payments = ipn(
  {
    publicUrl: process.env.PUBLIC_URL ?? `http://localhost:${port}`,
    storefrontUrl,
    tokenSecret: process.env.IPN_TOKEN_SECRET ?? "test-only-token-secret-of-the-demo-store",
    accounts: Object.fromEntries(
      own.map(([id, { gateway, mode, config }]) => [id, { gateway, mode, ...config }])
    ),
    takeOver: taken.map(([, { gateway, mode, provider_id, config }]) => ({
      provider: provider_id.replace(/^pp_/, ""),
      gateway,
      mode,
      ...config,
    })),
    ...overrides,
  },
  "./src"
)

/** Mails are sent only where a mail server is named. Who lists providers lists the admin's own too. */
const notification = process.env.SMTP_HOST
  ? [
      {
        resolve: "@medusajs/medusa/notification",
        options: {
          providers: [
            { resolve: "@medusajs/medusa/notification-local", id: "local", options: { channels: ["feed"] } },
            {
              resolve: "./src/providers/smtp",
              id: "smtp",
              options: {
                channels: ["email"],
                host: process.env.SMTP_HOST,
                port: Number(process.env.SMTP_PORT ?? "587"),
                from: process.env.SMTP_FROM ?? "Demo store <shop@example.com>",
                ...(process.env.SMTP_USER
                  ? { user: process.env.SMTP_USER, password: process.env.SMTP_PASSWORD }
                  : {}),
                ...(process.env.SMTP_ENCRYPTION ? { encryption: process.env.SMTP_ENCRYPTION } : {}),
              },
            },
          ],
        },
      },
    ]
  : []

export default defineConfig({
  projectConfig: {
    databaseUrl:
      process.env.DATABASE_URL ??
      `postgres://${process.env.DB_USERNAME ?? "postgres"}:${process.env.DB_PASSWORD ?? ""}@${process.env.DB_HOST ?? "localhost"}:${process.env.DB_PORT ?? "5432"}/${process.env.DB_TEMP_NAME ?? "medusa-plugin-ipn"}`,
    databaseDriverOptions: { pool: { max: Number(process.env.DB_POOL_MAX ?? "10") } },
    workerMode: (process.env.MEDUSA_WORKER_MODE as "shared" | "worker" | "server" | undefined) ?? "shared",
    http: {
      storeCors: process.env.STORE_CORS ?? storefrontUrl,
      adminCors: "http://localhost:9000",
      authCors: `${process.env.STORE_CORS ?? storefrontUrl},http://localhost:9000`,
      jwtSecret: process.env.JWT_SECRET ?? "test-only-jwt-secret",
      cookieSecret: process.env.COOKIE_SECRET ?? "test-only-cookie-secret",
    },
  },
  admin: { disable: process.env.IPN_ADMIN !== "true" },
  modules: [
    ...payments.modules({
      providers: [
        ...taken.map(([id, { simulator }]) => ({
          // Medusa takes what begins with a dot to lie in src.
          resolve: join(__dirname, "integration-tests", "support", "played-provider"),
          id,
          options: { simulator },
        })),
        ...providers,
      ],
    }),
    ...notification,
    ...modules,
  ],
})
