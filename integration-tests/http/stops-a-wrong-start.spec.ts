import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "../../scripts/free-port"
import { repository, startProgram } from "../support/store/child-process"
import type { Database } from "../support/store/database"
import { createSeededDatabase } from "../support/store/start-store"

/** Somebody's store, with the sources in place of the package. The secret is test-only, and not one of Stripe's. */
const medusaConfig = `
import { defineConfig } from "@medusajs/framework/utils"
import { ipn } from "${repository}/src/config/ipn"

const payments = ipn(
  {
    publicUrl: "https://shop.example.com",
    accounts: {
      main: {
        gateway: "stripe",
        mode: "test",
        apiKey: process.env.STRIPE_API_KEY,
        webhookSecrets: ["test-only-wrong-secret"],
      },
    },
    receiver: { port: 0 },
  },
  "${repository}/src"
)

export default defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    databaseDriverOptions: { expirationChecker: () => false },
    http: { storeCors: "", adminCors: "", authCors: "", jwtSecret: "test-only", cookieSecret: "test-only" },
  },
  admin: { disable: true },
  modules: [...payments.modules(), { resolve: "@medusajs/medusa/payment", options: { providers: [] } }],
})
`

let database: Database
let folder: string
beforeAll(async () => {
  database = await createSeededDatabase()
  folder = mkdtempSync(join(tmpdir(), "ipn-wrong-start-"))
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content))
  write("package.json", { private: true, dependencies: { "@medusajs/medusa": "*" } })
  write("tsconfig.json", { extends: join(repository, "tsconfig.json"), "ts-node": { swc: true } })
  writeFileSync(join(folder, "medusa-config.ts"), medusaConfig)
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"))
  mkdirSync(join(folder, "src"))
})
afterAll(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true })
  await database?.drop()
})

it("tells all mistakes in options and around them at once, each with its fix and no secret, and ends with 1", async () => {
  const cli = join(folder, "node_modules", "@medusajs", "cli", "cli.js")
  const program = startProgram({
    args: [cli, "start", "--port", String(await freePort()), "--types", "false"],
    cwd: folder,
    env: { DATABASE_URL: database.url, NODE_ENV: "development", STRIPE_API_KEY: undefined },
  })
  expect(await program.exited).toBe(1)
  expect(program.output()).toContain(
    [
      "medusa-plugin-ipn cannot start:",
      'Account "main" (Stripe), option `webhookSecrets[0]`: The webhook signing secret must start with "whsec_". Copy the webhook signing secret again from Developers > Webhooks > your endpoint > Signing secret in the Stripe dashboard.',
      'Account "main" (Stripe), option `apiKey`: it is undefined: set the environment variable it is read from, or leave the option out.',
      "The routes and workflows of payments.plugin are missing: add `payments.plugin` to `plugins` in medusa-config.",
      'Account "main" has no payment provider, because the last entry for "@medusajs/medusa/payment" in `modules` is the one that counts, and it is not that of payments.modules(): remove it, and hand its providers to payments.modules({ providers: [...] }).',
      "Option `receiver`: its port is served by a thread, which no function can be handed to: leave functions out of `databaseDriverOptions`, or remove `receiver`.",
    ].join("\n  - ")
  )
  expect(program.output()).not.toContain("test-only-wrong-secret")
})
