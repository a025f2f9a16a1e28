import { findGateway, listGateways } from "../../gateways/find-gateway"
import type { Gateway } from "../../gateways/gateway"
import { ConfigurationError, readConfiguration } from "../configuration"
import { knownOptions } from "../mistake"
import { unsetOptions } from "../unset-options"

/** Test-only secrets. */
const apiKey = "sk_test_onlyForTests0000"
const whsec = "whsec_onlyForTests00000000000000"
const stripe = { gateway: "stripe", mode: "test", apiKey, webhookSecrets: [whsec] }
const sandbox = {
  gateway: "sandbox",
  mode: "test",
  url: "http://127.0.0.1:4010",
  apiKey: "test-only-api-key-0",
  webhookSecrets: ["test-only-secret-0"],
}
const publicUrl = "https://shop.example.com"
/** 32 random bytes, for tests only. */
const payloadKey = "B2K9GHPOKYTfOpXwS6YBXLcSbcgjftk0j+pFoPtWsQw="
const right = { publicUrl, accounts: { main: stripe } }

function mistakesOf(options: unknown): readonly string[] {
  try {
    readConfiguration(options)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes
    throw error
  }
  return []
}

describe("a right configuration", () => {
  it("is completed with defaults", () => {
    const configuration = readConfiguration({ ...right, publicUrl: "https://shop.example.com/shop//" })
    expect(configuration).toMatchObject({
      publicUrl: "https://shop.example.com/shop",
      storefrontUrl: "https://shop.example.com/shop",
      worker: { concurrency: 4, pollMs: 500, leaseMs: 15_000 },
    })
    expect(configuration.receiver).toBeUndefined()
    expect(configuration.accounts.get("main")).toMatchObject({
      account: { id: "main", mode: "test" },
      notifyUrl: "https://shop.example.com/shop/hooks/ipn/main",
      providerId: "pp_ipn_main",
      takenOver: false,
    })
  })

  it.each([
    "https://shop.example.com",
    "http://localhost:9000",
    "http://127.0.0.1:9000/",
    "http://[::1]:9000",
    "https://shop.example.com/medusa",
    "https://müller.example",
    "http://medusa:9000",
  ])("may have the public address %s", (address) => {
    expect(mistakesOf({ ...right, publicUrl: address })).toEqual([])
  })

  it("may have a payload key in base64 or hex, or several, of which none shows in its id", () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 37 + 11) % 256))
    for (const written of [bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex")]) {
      const [key] = readConfiguration({ ...right, payloadKey: written }).payloadKeys
      expect(key?.bytes.equals(bytes)).toBe(true)
      expect(written).not.toContain(key?.id)
    }
    expect(readConfiguration(right).payloadKeys).toEqual([])
    const [first, second] = [bytes.toString("hex"), Buffer.from(bytes).reverse().toString("hex")]
    expect(readConfiguration({ ...right, payloadKey: [first, second] }).payloadKeys).toHaveLength(2)
  })

  it("may have one token secret or several, and no storefront API without", () => {
    const [current, previous] = [
      "kX3-test-only-current-token-secret-9q",
      "kX3-test-only-previous-token-secret-7",
    ]
    expect(readConfiguration(right).tokenKeys).toEqual([])
    expect(readConfiguration({ ...right, tokenSecret: current }).tokenKeys).toHaveLength(1)
    const { tokenKeys } = readConfiguration({ ...right, tokenSecret: [current, previous] })
    expect(tokenKeys).toHaveLength(2)
    expect(tokenKeys[0]?.secret.toString("utf8")).not.toContain("test-only")
  })

  it("sends buyers back to its storefronts only, by their origins", () => {
    const { storefrontOrigins } = readConfiguration({
      ...right,
      storefrontUrl: "https://www.example.com/de",
      storefrontOrigins: ["https://eu.example.com", "http://localhost:8000/"],
    })
    expect([...storefrontOrigins]).toEqual([
      "https://www.example.com",
      "https://eu.example.com",
      "http://localhost:8000",
    ])
  })

  it("takes a store's own gateway", () => {
    const own: Gateway = {
      ...readConfiguration(right).accounts.get("main")!.gateway,
      id: "own",
      title: "Own",
    }
    const configuration = readConfiguration({ publicUrl, accounts: { mine: { ...stripe, gateway: own } } })
    expect(configuration.accounts.get("mine")?.gateway.id).toBe("own")
  })
})

/** What is said of an option that is written, and whose environment variable is not set. */
const unset = "it is undefined: set the environment variable it is read from, or leave the option out."

describe("a mistake in the configuration", () => {
  const wanted = `write the address at which gateways reach the store in full, as in "https://shop.example.com", without ? or #.`
  const of = (account: object) => ({ publicUrl, accounts: { main: account } })

  it.each<[string, unknown, string[]]>([
    [
      "nothing at all",
      undefined,
      [
        `Option \`publicUrl\`: it is missing, or the environment variable it is read from is not set: ${wanted}`,
      ],
    ],
    [
      "options that are no object",
      "https://shop.example.com",
      ["Write its options in braces, as in { ... }."],
    ],
    [
      "no account",
      { publicUrl },
      [
        "No account is configured: add one under `accounts` in medusa-config, or a provider under `takeOver`.",
      ],
    ],
    ...[
      "shop.example.com",
      "ftp://shop.example.com",
      "https://",
      "https:///",
      " https://shop.example.com",
      "https://shop.example.com ",
      "https://shop.example.com?x=1",
      "https://shop.example.com/#top",
      "https://user:password@shop.example.com",
      "https://shop..example.com",
      "https://shop.example.com:99999",
      "",
    ].map((address): [string, unknown, string[]] => [
      `the public address "${address}"`,
      { ...right, publicUrl: address },
      [`Option \`publicUrl\`: ${wanted}`],
    ]),
    [
      "the notify address as public address",
      { ...right, publicUrl: "https://shop.example.com/hooks/ipn/main" },
      ["Option `publicUrl`: write the store's own address only, without /hooks and what comes after it."],
    ],
    [
      "a storefront without an address",
      { ...right, storefrontUrl: "" },
      [
        `Option \`storefrontUrl\`: write the address of the storefront in full, as in "https://shop.example.com", without ? or #.`,
      ],
    ],
    [
      "a misspelt option",
      { ...right, publicURL: publicUrl },
      ["There is no option `publicURL`: did you mean `publicUrl`?"],
    ],
    [
      "an option that is none",
      { ...right, colour: "red" },
      [
        "There is no option `colour`: remove it; the options are publicUrl, storefrontUrl, tokenSecret, storefrontOrigins, accounts, takeOver, settings, payloadKey, alertWebhook, subscribers, worker, receiver.",
      ],
    ],
    ...(
      [
        ["not set", undefined, "it is missing, or the environment variable it is read from is not set: W"],
        ["empty", "", "it is missing, or the environment variable it is read from is not set: W"],
        ["short", "test-only-short-secret", "this can be guessed: W"],
        ["made of few letters", "abab".repeat(10), "this can be guessed: W"],
        [
          "with a line break",
          `${"test-only-token-secret-0123456789"}\n`,
          "there is a space or a line break around it: W",
        ],
      ] as const
    ).map(([what, tokenSecret, sentence]): [string, unknown, string[]] => [
      `a token secret that is ${what}`,
      { ...right, tokenSecret },
      [
        `Option \`tokenSecret\`: ${sentence.replace("W", "write at least 32 random characters, as `openssl rand -base64 32` prints them.")}`,
      ],
    ]),
    [
      "a storefront's address with a path",
      { ...right, storefrontOrigins: ["https://eu.example.com/de"] },
      [
        'Option `storefrontOrigins[0]`: write the address of a storefront without a path, as in "https://eu.example.com".',
      ],
    ],
    [
      "a misspelt option inside another",
      { ...right, settings: { orders: { wehn: "paid" } } },
      ["Option `settings.orders`: there is no option `wehn`: did you mean `when`?"],
    ],
    [
      "a choice that is none",
      { ...right, settings: { orders: { when: "shipped" } } },
      ['Option `settings.orders.when`: choose "pending", "authorized" or "paid".'],
    ],
    ...(
      [
        [
          "that is not set",
          undefined,
          "it is missing, or the environment variable it is read from is not set: W",
        ],
        ["that is empty", "", "it is missing, or the environment variable it is read from is not set: W"],
        ["of no key", [], "it is missing, or the environment variable it is read from is not set: W"],
        ["that is too short", "c2hvcnQ=", "W"],
        ["that is a password", "correct horse battery staple", "W"],
        ["of 31 bytes", "ab".repeat(31), "W"],
        ["that is all zeros", "0".repeat(64), "this key is not a random one: W"],
        ["that somebody typed", "0123456789abcdef".repeat(4), "this key is not a random one: W"],
      ] as const
    ).map(([name, payloadKey, mistake]): [string, unknown, string[]] => [
      `a payload key ${name}`,
      { ...right, payloadKey },
      [
        `Option \`payloadKey\`: ${mistake.replace("W", "write 32 random bytes in base64 or hex, as `openssl rand -base64 32` prints them.")}`,
      ],
    ]),
    [
      "a wrong payload key among right ones",
      { ...right, payloadKey: [payloadKey, "short", payloadKey] },
      [
        "Option `payloadKey[1]`: write 32 random bytes in base64 or hex, as `openssl rand -base64 32` prints them.",
        "Option `payloadKey[2]`: it is in the list twice: remove one of the two.",
      ],
    ],
    [
      "a setting for an account that there is not",
      { ...right, settings: { accounts: { paused: ["main", "mian"] }, events: { "other:fee": "ignore" } } },
      [
        'Option `settings.accounts.paused`: no account "mian" is configured; the accounts are main.',
        'Option `settings.events`: no account "other" is configured; the accounts are main.',
      ],
    ],
    [
      "a setting for a type of event that there is not",
      { ...right, settings: { events: { "*:payment.captures": "ignore" } } },
      [
        'Option `settings.events.*:payment.captures`: write "<account>:<type>", each may be *; the types are payment.pending, payment.authorized, payment.captured, payment.attempt_failed, payment.failed, payment.canceled, payment.expired, capture.failed, refund.pending, refund.succeeded, refund.failed, dispute.opened, dispute.updated, dispute.won, dispute.lost, payout.paid, payout.failed, fee, info.',
      ],
    ],
    [
      "bytes that are kept for longer than their message",
      { ...right, settings: { retention: { payload_days: 400 } } },
      [
        "Option `settings.retention.payload_days`: a message's bytes cannot be kept for 400 days when the message is dropped after 395: make retention.message_days at least retention.payload_days.",
      ],
    ],
    [
      "settings out of range",
      { ...right, settings: { orders: { tolerance_percent: 6, cancel_unpaid_after_hours: 0.5 } } },
      [
        "Option `settings.orders.tolerance_percent`: write at most 5.",
        "Option `settings.orders.cancel_unpaid_after_hours`: write a whole number.",
      ],
    ],
    [
      "numbers out of range",
      { ...right, worker: { concurrency: 0, pollMs: 1.5, leaseMs: 1e9 } },
      [
        "Option `worker.concurrency`: write at least 1.",
        "Option `worker.pollMs`: write a whole number.",
        "Option `worker.leaseMs`: write at most 600000.",
      ],
    ],
    [
      "a number from the environment",
      { ...right, receiver: { port: "9001" } },
      [
        "Option `receiver.port`: write a number without quotes; one from the environment as Number(process.env.NAME).",
      ],
    ],
    [
      "a number from an environment variable that is not set",
      { ...right, receiver: { port: NaN } },
      ["Option `receiver.port`: this is not a number; is the environment variable it is read from set?"],
    ],
    [
      "a receiver without a port",
      { ...right, receiver: {} },
      ["Option `receiver.port`: it is missing: set it, or the environment variable it is read from."],
    ],
    [
      "a list of accounts",
      { publicUrl, accounts: [] },
      ["Option `accounts`: write its options in braces, as in { ... }."],
    ],
    [
      "an account that is none",
      { publicUrl, accounts: { main: "stripe" } },
      ['Account "main": write its options in braces, as in { ... }.'],
    ],
    ...["Main", "main_eu", "main eu", "-main", "a".repeat(42), ""].map(
      (name): [string, unknown, string[]] => [
        `the account name "${name}"`,
        { publicUrl, accounts: { [name]: stripe } },
        [
          `Account "${name}": an account's name is made of lower-case letters, digits and hyphens, at most 41 of them: rename it.`,
        ],
      ]
    ),
    [
      "an account without a gateway",
      of({ mode: "test" }),
      [
        'Account "main", option `gateway`: name the gateway, as in gateway: "stripe", or hand in a gateway object made by defineGateway.',
      ],
    ],
    [
      "a gateway object that is none",
      of({ mode: "test", gateway: { verify: true } }),
      [
        'Account "main", option `gateway`: name the gateway, as in gateway: "stripe", or hand in a gateway object made by defineGateway.',
      ],
    ],
    [
      "an account without a mode",
      of({ ...stripe, mode: undefined }),
      [
        'Account "main", option `mode`: write mode: "live" for real money or mode: "test" for the gateway\'s test environment.',
      ],
    ],
    [
      "a key of the other mode",
      of({ ...stripe, mode: "live" }),
      [
        'Account "main" (Stripe): The apiKey is a test key, but the account\'s mode is "live": copy the live key from Developers > API keys in the Stripe dashboard, or set mode to "test".',
      ],
    ],
    [
      "an option of a gateway misspelt",
      of({ ...stripe, captureMethods: "manual" }),
      ['Account "main" (Stripe): there is no option `captureMethods`: did you mean `captureMethod`?'],
    ],
    [
      "an option of a strict gateway misspelt",
      of({ ...sandbox, apiKeys: "x" }),
      ['Account "main" (Sandbox): there is no option `apiKeys`: did you mean `apiKey`?'],
    ],
    [
      "a key that may be left out, and is not set",
      of({ ...stripe, apiKey: undefined }),
      [`Account "main" (Stripe), option \`apiKey\`: ${unset}`],
    ],
    [
      "a choice with a default that is not set",
      of({ ...stripe, captureMethod: undefined, expiresAfterMinutes: undefined }),
      [
        `Account "main" (Stripe), option \`captureMethod\`: ${unset}`,
        `Account "main" (Stripe), option \`expiresAfterMinutes\`: ${unset}`,
      ],
    ],
    [
      "a misspelt option that is not set",
      of({ ...stripe, apikey: undefined }),
      [
        'Account "main" (Stripe): there is no option `apikey`: did you mean `apiKey`?',
        `Account "main" (Stripe), option \`apikey\`: ${unset}`,
      ],
    ],
    [
      "a secret in a list that is not set, which cannot be left out",
      of({ ...stripe, webhookSecrets: [whsec, undefined] }),
      [
        'Account "main" (Stripe), option `webhookSecrets[1]`: The webhook signing secret is missing. Copy the webhook signing secret again from Developers > Webhooks > your endpoint > Signing secret in the Stripe dashboard.',
      ],
    ],
    [
      "options of a provider that is taken over, which are not set",
      {
        publicUrl,
        takeOver: [
          {
            provider: "stripe_stripe",
            gateway: "stripe",
            mode: undefined,
            webhookSecrets: [whsec],
            apiKey: undefined,
          },
          { provider: "acme_acme", gateway: undefined },
        ],
      },
      [
        `Account "stripe_stripe", option \`mode\`: ${unset}`,
        `Account "stripe_stripe" (Stripe), option \`apiKey\`: ${unset}`,
        `Account "acme_acme", option \`gateway\`: ${unset}`,
      ],
    ],
    [
      "the plugin's own options that are not set, also within others",
      { ...right, storefrontUrl: undefined, receiver: { port: 9100, host: undefined } },
      [`Option \`storefrontUrl\`: ${unset}`, `Option \`receiver.host\`: ${unset}`],
    ],
    [
      "a provider taken over twice",
      { publicUrl, takeOver: ["stripe_stripe", "pp_stripe_stripe"] },
      ['Account "stripe_stripe": it is named twice under `takeOver`: remove one of the two.'],
    ],
    [
      "an account named as a provider that is taken over",
      { ...right, takeOver: ["main"] },
      ['Account "main": a provider of this name is taken over too: rename the account.'],
    ],
    [
      "our own provider taken over",
      { ...right, takeOver: ["pp_ipn_main"] },
      [
        'Account "ipn_main": it is this plugin\'s own payment provider, whose webhooks come here anyway: remove it from `takeOver`.',
      ],
    ],
    [
      "a provider without a name",
      { ...right, takeOver: [""] },
      ['Option `takeOver[0].provider`: name the payment provider, as in "stripe_stripe".'],
    ],
    [
      "a provider that is none",
      { ...right, takeOver: [7] },
      ["Option `takeOver[0]`: write its options in braces, as in { ... }."],
    ],
    [
      "a single provider",
      { ...right, takeOver: "stripe" },
      ["Option `takeOver`: write a list in brackets, as in [ ... ]."],
    ],
  ])("is told with its fix: %s", (_, options, mistakes) => {
    expect(mistakesOf(options)).toEqual(mistakes)
  })

  it.each(listGateways().filter((gateway) => gateway !== "medusa-provider"))(
    "is each option of %s that is written and undefined, alone or in a list",
    (gateway) => {
      for (const option of knownOptions(findGateway(gateway).config)) {
        const told = (written: unknown) =>
          mistakesOf(of({ gateway, mode: "test", [option]: written })).filter((mistake) =>
            mistake.includes(`, option \`${option}`)
          )
        expect(told(undefined)).toHaveLength(1)
        expect(told([undefined])).not.toEqual([])
      }
    }
  )

  it("is nothing undefined in code that the store brings along", () => {
    const own: Gateway = { ...findGateway("stripe"), id: "own", title: "Own", operations: undefined }
    expect(mistakesOf(of({ ...stripe, gateway: own }))).toEqual([])
    class Cache {
      readonly filled = undefined
    }
    expect(unsetOptions({ cache: new Cache(), keys: [new Cache(), undefined] })).toEqual([["keys", 1]])
  })

  it("names the gateways that there are when one is unknown", () => {
    const [mistake, ...others] = mistakesOf(of({ ...stripe, gateway: "strip" }))
    expect(others).toEqual([])
    expect(mistake).toMatch(
      /^Account "main": There is no gateway "strip"; the built-in ones are: .*sandbox.*stripe/
    )
  })

  it.each(["stripe", "sandbox"])("refuses secrets that prove nothing, of a %s account", (gateway) => {
    const account = gateway === "stripe" ? stripe : sandbox
    for (const wrong of ["", "   ", "short", ` ${whsec}`, `${whsec}\n`, null, 7, undefined]) {
      for (const options of [
        of({ ...account, webhookSecrets: [wrong] }),
        of({ ...account, webhookSecrets: wrong }),
        of({ ...account, webhookSecrets: [account.webhookSecrets[0], wrong] }),
      ]) {
        const mistakes = mistakesOf(options)
        expect(mistakes.length).toBeGreaterThan(0)
        for (const mistake of mistakes) {
          expect(mistake).toMatch(/^Account "main" \((?:Stripe|Sandbox)\), option `webhookSecrets/)
          expect(mistake).toMatch(/[Cc]opy .* from .*\.$/)
        }
      }
    }
    expect(mistakesOf(of({ ...account, webhookSecrets: [] }))).toHaveLength(1)
    expect(mistakesOf(of({ ...account, webhookSecrets: undefined }))).toHaveLength(1)
  })

  it("is told together with all others, wherever they are", () => {
    const mistakes = mistakesOf({
      publicURL: publicUrl,
      settings: { orders: { when: "never" } },
      accounts: {
        Main: stripe,
        one: { gateway: "stripe", apiKey: "", webhookSecrets: [""] },
        two: { gateway: "none", mode: "test" },
        three: { ...sandbox, url: "https://elsewhere.example" },
      },
      takeOver: [{ provider: "stripe_stripe", gateway: "stripe", webhookSecrets: ["whsec_short"] }, 7],
    })
    for (const place of [
      "Option `publicUrl`",
      "no option `publicURL`",
      "Option `settings.orders.when`",
      'Account "Main"',
      'Account "one", option `mode`',
      'Account "one" (Stripe), option `apiKey`',
      'Account "one" (Stripe), option `webhookSecrets[0]`',
      'Account "two": There is no gateway',
      'Account "three" (Sandbox), option `url`',
      'Account "stripe_stripe" (Stripe), option `webhookSecrets[0]`',
      "Option `takeOver[1]`",
    ]) {
      expect(mistakes.filter((mistake) => mistake.includes(place))).toHaveLength(1)
    }
    expect(mistakes.join("\n")).toMatch(/(?:^[A-Z].*[.?]$\n?)+/m)
    expect(new ConfigurationError(mistakes).message).toBe(
      `medusa-plugin-ipn cannot start:\n${mistakes.map((mistake) => `  - ${mistake}`).join("\n")}`
    )
  })

  it("is told once, also when it breaks two rules", () => {
    expect(mistakesOf(of({ ...stripe, webhookSecrets: "" }))).toHaveLength(1)
    expect(mistakesOf(of({ ...stripe, webhookSecrets: [] }))).toHaveLength(1)
  })

  it("never repeats a secret", () => {
    const secretsOf = { apiKey: "sk_test_!wrong-and-secret", webhookSecrets: ["whsec_wrong and secret"] }
    const told = mistakesOf(
      of({ ...stripe, ...secretsOf, webhookSecret: "secret-in-a-misspelt-option" })
    ).join()
    expect(told).not.toMatch(/wrong.and.secret|misspelt/)
  })

  it.each([
    null,
    0,
    "",
    [],
    [1],
    true,
    () => undefined,
    { accounts: null },
    { accounts: { main: null } },
    { takeOver: null },
    { takeOver: [null] },
    JSON.parse('{"accounts":{"__proto__":{"gateway":"stripe"}}}'),
  ])("is a ConfigurationError and nothing else, whatever is written: %j", (options) => {
    expect(() => readConfiguration(options)).toThrow(ConfigurationError)
  })
})
