import { readdirSync } from "node:fs"
import { join } from "node:path"
import tseslint from "typescript-eslint"

/** Everything of a layer but its tests and, for gateways, what plays the gateway in tests. */
const layer = (...folders) => ({
  files: folders.map((folder) => `src/${folder}/**/*.{ts,mts,tsx}`),
  ignores: [
    "**/__tests__/**",
    "src/gateways/{conformance,simulation}/**",
    "src/gateways/*/{recordings,simulator}/**",
  ],
})

/** Imports from other folders of src, however deep the importing file lies. */
const from = (...folders) => `^(?:\\.\\./)+(?:src/)?(?:${folders.join("|")})(?:/|$)`

/** `no-restricted-imports` from pairs of a pattern and the sentence that says what to do instead. */
const refuse = (...pairs) => ({
  "no-restricted-imports": ["error", { patterns: pairs.map(([regex, message]) => ({ regex, message })) }],
})

/** The folders of gateways. What they have in common lies beside them, in files and in two folders. */
const gateways = readdirSync(join(import.meta.dirname, "src", "gateways"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["verification", "conformance"].includes(entry.name))
  .map(({ name }) => name)

const adapters = ["api", "subscribers", "jobs", "admin", "links"]
const pure = [
  "^(?!\\.{1,2}/|node:crypto$|@medusajs/framework/zod$)",
  "Domain, gateways and emails are pure: node:crypto and zod only. Time and the network are handed in.",
]
const fromAbove = [
  from("receiver", "modules", "providers", "workflows", "config", "emails", "storefront", ...adapters),
  "A gateway knows its protocol and the domain, nothing else.",
]
const coreFlows = ["^@medusajs/(?:medusa/)?core-flows", "Only src/workflows calls Medusa's workflows."]

/** Who may import whom: domain <- gateways <- receiver <- modules, providers <- workflows <- api, subscribers, jobs. */
const borders = [
  {
    ...layer("domain"),
    rules: refuse(pure, [
      from(
        "gateways",
        "receiver",
        "modules",
        "providers",
        "workflows",
        "config",
        "emails",
        "storefront",
        ...adapters
      ),
      "The domain knows nothing of the rest.",
    ]),
  },
  { ...layer("gateways"), rules: refuse(pure, fromAbove) },
  {
    ...layer("gateways/*"),
    rules: refuse(pure, fromAbove, [
      `^(?:\\./)*\\.\\./(?:.*/)?(?:${gateways.join("|")})(?:/|$)`,
      "A gateway never imports another gateway.",
    ]),
  },
  {
    // Finds the gateways' folders: the one place that knows the file system.
    files: ["src/gateways/find-gateway.ts"],
    rules: { "no-restricted-imports": "off", "@typescript-eslint/no-require-imports": "off" },
  },
  {
    ...layer("receiver"),
    rules: refuse(
      [
        "^@medusajs/(?!framework/zod$)|^express$",
        "The receiver runs without a framework: what stores is handed in.",
      ],
      [
        from("modules", "providers", "workflows", "config", "emails", ...adapters),
        "The receiver knows the domain and the gateways, nothing else.",
      ]
    ),
  },
  {
    ...layer("emails"),
    rules: refuse(pure, [
      from("gateways", "receiver", "modules", "providers", "workflows", "config", "storefront", ...adapters),
      "A mail is written from what is handed in: emails know the domain, nothing else.",
    ]),
  },
  {
    ...layer("modules", "providers"),
    rules: refuse(coreFlows, [
      from("workflows", ...adapters),
      "Modules and providers call no flow: workflows call them.",
    ]),
  },
  {
    ...layer("workflows"),
    rules: refuse([
      from("receiver", ...adapters),
      "Routes, subscribers and jobs run workflows, not the other way.",
    ]),
  },
  {
    ...layer("api", "subscribers", "jobs"),
    rules: refuse(coreFlows, [
      from("admin", "storefront"),
      "These speak HTTP with the server, nothing else.",
    ]),
  },
  {
    ...layer("admin", "storefront"),
    rules: refuse(
      [
        from(
          "domain",
          "gateways",
          "receiver",
          "modules",
          "providers",
          "workflows",
          "api",
          "subscribers",
          "jobs",
          "config"
        ),
        "What runs in a browser speaks HTTP with the server, nothing else.",
      ],
      ["^node:", "There is no Node in a browser."]
    ),
  },
]

/** What needs to know the types of values, promises above all, is in .oxlintrc.json: there it takes a fifth of the time. */
export default tseslint.config(
  { ignores: ["node_modules/", ".medusa/", "public/", ".demo/", "dist/", "coverage/", "**/*.d.ts"] },
  {
    files: ["**/*.{ts,mts,tsx}"],
    extends: [tseslint.configs.recommended],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", prefer: "type-imports" },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      eqeqeq: "error",
      "no-console": "off",
    },
  },
  {
    files: ["src/**/*.{ts,mts,tsx}"],
    rules: { "no-console": "error" },
  },
  ...borders
)
