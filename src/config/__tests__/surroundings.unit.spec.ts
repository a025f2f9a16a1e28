import { ConfigurationError, readConfiguration } from "../configuration"
import { ipn } from "../ipn"
import type { IpnOptionsInput } from "../options"

type MedusaConfig = Readonly<{ plugins?: unknown[]; modules?: readonly { resolve: string }[] }>

/** Test-only secrets. */
const sandbox = {
  gateway: "sandbox",
  mode: "test",
  url: "http://127.0.0.1:4010",
  apiKey: "test-only-api-key-0",
  webhookSecrets: ["test-only-secret-0"],
} as const
const options: IpnOptionsInput = {
  publicUrl: "https://shop.example.com",
  accounts: { main: sandbox, "main-eu": sandbox },
}
const database = {
  connectionString: "postgres://localhost/",
  ssl: { ca: "test-only", rejectUnauthorized: true },
}

/** What is told of a medusa-config. Medusa keeps the entries of modules by name, of several for one module the last. */
function mistakesOf(
  { plugins, modules = [] }: MedusaConfig,
  asked: { options?: IpnOptionsInput; database?: unknown } = {}
): readonly string[] {
  const kept = modules.map(
    (entry) => [entry.resolve.endsWith("/payment") ? "payment" : "ipn", entry] as const
  )
  const surroundings = { plugins, modules: Object.fromEntries(kept), database: asked.database ?? database }
  try {
    readConfiguration(asked.options ?? options, surroundings)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes
    throw error
  }
  return []
}

const payments = (asked = options, from?: string) => ipn(asked, from)
const second = { resolve: "@medusajs/medusa/payment", options: { providers: [] } }
const other = { resolve: "@medusajs/payment-stripe", id: "stripe", options: { apiKey: "test-only" } }
const withoutProvider = (who: string) =>
  `${who} no payment provider, because the last entry for "@medusajs/medusa/payment" in \`modules\` is the one that counts, and it is not that of payments.modules(): remove it, and hand its providers to payments.modules({ providers: [...] }).`
const withoutPlugin =
  "The routes and workflows of payments.plugin are missing: add `payments.plugin` to `plugins` in medusa-config."
const withoutModules =
  "The modules of payments.modules() are missing: spread `...payments.modules()` into `modules` in medusa-config."
const withFunctions =
  "Option `receiver`: its port is served by a thread, which no function can be handed to: leave functions out of `databaseDriverOptions`, or remove `receiver`."

describe("around the plugin's options", () => {
  it.each<[string, MedusaConfig]>([
    ["as the README has it", { plugins: [payments().plugin], modules: [...payments().modules()] }],
    [
      "with other payment providers",
      { plugins: [payments().plugin], modules: [...payments().modules({ providers: [other] })] },
    ],
    [
      "with the plugin by its name alone",
      { plugins: ["medusa-plugin-ipn"], modules: [...payments().modules()] },
    ],
    [
      "with the plugin's sources as the project itself",
      { modules: [...payments(options, "./src").modules()] },
    ],
  ])("nothing is wrong %s", (_, config) => {
    expect(mistakesOf(config)).toEqual([])
  })

  it("nothing is wrong with a second entry for the payment module where all providers are taken over", () => {
    const takingOver = { publicUrl: options.publicUrl, takeOver: ["stripe_stripe"] }
    const { plugin, modules } = payments(takingOver)
    expect(
      mistakesOf({ plugins: [plugin], modules: [...modules(), second] }, { options: takingOver })
    ).toEqual([])
  })

  it.each<[string, MedusaConfig, string[]]>([
    [
      "a second entry for the payment module, which counts",
      { plugins: [payments().plugin], modules: [...payments().modules(), second] },
      [withoutProvider('Accounts "main", "main-eu" have')],
    ],
    [
      "an entry for the payment module of other accounts",
      {
        plugins: [payments().plugin],
        modules: [
          ...payments().modules(),
          payments({ ...options, accounts: { main: sandbox } }).modules()[1]!,
        ],
      },
      [withoutProvider('Account "main-eu" has')],
    ],
    [
      "an entry for the payment module that is not bound to the plugin's",
      {
        plugins: [payments().plugin],
        modules: [...payments().modules(), { ...payments().modules()[1]!, dependencies: [] }],
      },
      [withoutProvider('Accounts "main", "main-eu" have')],
    ],
    ["the plugin forgotten", { modules: [...payments().modules()] }, [withoutPlugin]],
    [
      "another plugin in its place",
      {
        plugins: ["@acme/plugin", { resolve: "@acme/other", options: {} }],
        modules: [...payments().modules()],
      },
      [withoutPlugin],
    ],
    [
      "the plugin forgotten, and a second entry for the payment module",
      { modules: [...payments().modules(), second] },
      [withoutPlugin, withoutProvider('Accounts "main", "main-eu" have')],
    ],
    ["the modules forgotten", { plugins: [payments().plugin] }, [withoutModules]],
    [
      "the modules forgotten, of which Medusa adds the plugin's own by itself",
      {
        plugins: [payments().plugin],
        modules: [{ resolve: "medusa-plugin-ipn/.medusa/server/src/modules/ipn" }],
      },
      [withoutModules],
    ],
  ])("is told with its fix: %s", (_, config, mistakes) => {
    expect(mistakesOf(config)).toEqual(mistakes)
  })

  it("tells of functions that a port of its own cannot be handed, and of no others", () => {
    const right = { plugins: [payments().plugin], modules: [...payments().modules()] }
    const withPort = { ...options, receiver: { port: 9100 } }
    const functions = { ...database, ssl: { checkServerIdentity: () => undefined } }
    expect(mistakesOf(right, { options: withPort })).toEqual([])
    expect(mistakesOf(right, { database: functions })).toEqual([])
    expect(mistakesOf(right, { options: withPort, database: functions })).toEqual([withFunctions])
  })

  it("tells of it together with what is wrong in the options", () => {
    const wrong = { ...options, accounts: { main: { ...sandbox, apiKey: "short" } } }
    const config = { modules: [...payments(wrong).modules(), second] }
    expect(mistakesOf(config, { options: wrong })).toEqual([
      expect.stringMatching(/^Account "main" \(Sandbox\), option `apiKey`: /),
      withoutPlugin,
      withoutProvider('Account "main" has'),
    ])
  })
})
