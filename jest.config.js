const project = {
  testEnvironment: "node",
  transform: {
    "^.+\\.[jt]s$": [
      "@swc/jest",
      {
        jsc: {
          parser: { syntax: "typescript", decorators: true },
          transform: { decoratorMetadata: true, legacyDecorator: true },
          target: "es2022",
        },
      },
    ],
  },
  // The template imports the kit as other people do.
  moduleNameMapper: {
    "^medusa-plugin-ipn/gateway$": "<rootDir>/src/gateways/kit.ts",
    "^medusa-plugin-ipn/gateway/conformance$": "<rootDir>/src/gateways/conformance/kit.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/.medusa", "<rootDir>/.demo", "<rootDir>/dist"],
}

/** A real store, on a copy of one migrated and seeded database. */
const store = {
  ...project,
  globalSetup: "<rootDir>/integration-tests/support/store/global-setup.ts",
  globalTeardown: "<rootDir>/integration-tests/support/store/global-teardown.ts",
  setupFilesAfterEnv: ["<rootDir>/integration-tests/support/store/time-limit.ts"],
}

/**
 * Unit specs stand beside the code; what needs Postgres and no store stands in integration-tests/database; whole
 * promises over HTTP stand in integration-tests/http; what people see and click stands in integration-tests/browser; what
 * users install is checked in integration-tests/package. Run by `npm test`, which brings a Postgres.
 */
module.exports = {
  // Stores and browsers are waited for more than computed with: on two cores three files at a time use both.
  maxWorkers: 3,
  testSequencer: "<rootDir>/scripts/jest-sequencer.js",
  projects: [
    {
      ...project,
      displayName: "unit",
      testMatch: [
        "<rootDir>/{src,demo,scripts}/**/__tests__/**/*.unit.spec.ts",
        "<rootDir>/templates/**/*.test.ts",
      ],
      setupFilesAfterEnv: store.setupFilesAfterEnv,
    },
    {
      ...project,
      displayName: "database",
      testMatch: ["<rootDir>/integration-tests/database/**/*.spec.ts"],
      setupFilesAfterEnv: store.setupFilesAfterEnv,
    },
    { ...store, displayName: "http", testMatch: ["<rootDir>/integration-tests/http/**/*.spec.ts"] },
    { ...store, displayName: "browser", testMatch: ["<rootDir>/integration-tests/browser/**/*.spec.ts"] },
    { ...store, displayName: "package", testMatch: ["<rootDir>/integration-tests/package/**/*.spec.ts"] },
  ],
}
