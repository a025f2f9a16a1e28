const transform = {
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
}

/** Unit specs stand beside the code; whole promises over HTTP stand in integration-tests/http. */
module.exports = {
  projects: [
    {
      displayName: "unit",
      testEnvironment: "node",
      transform,
      testMatch: ["<rootDir>/src/**/__tests__/**/*.unit.spec.ts"],
      modulePathIgnorePatterns: ["<rootDir>/.medusa", "<rootDir>/.demo", "<rootDir>/dist"],
    },
    {
      displayName: "http",
      testEnvironment: "node",
      transform,
      testMatch: ["<rootDir>/integration-tests/**/*.spec.ts"],
      modulePathIgnorePatterns: ["<rootDir>/.medusa", "<rootDir>/.demo", "<rootDir>/dist"],
    },
  ],
}
