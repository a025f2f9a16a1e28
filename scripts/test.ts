import { spawn } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { sayLeftOut, type TestResult } from "../integration-tests/support/left-out"
import { removePostgres, startPostgres } from "./postgres"

/**
 * `npm test`: every spec, on a Postgres of its own that is gone afterwards, or on the one that DB_HOST, DB_PORT,
 * DB_USERNAME and DB_PASSWORD name. Arguments go to jest: `npm test -- applies-once`. The last line is
 * `N passed, N failed`, where a spec file that could not run counts as one failed test; before it stands what was left
 * out, and why.
 */
async function main(): Promise<number> {
  const root = resolve(__dirname, "..")
  const folder = mkdtempSync(join(tmpdir(), "medusa-plugin-ipn-test-"))
  // The user that runs Postgres where we are root has to pass through.
  chmodSync(folder, 0o711)
  const dataDir = join(folder, "postgres")
  const postgres = process.env.DB_HOST ? undefined : await startPostgres({ dataDir, durable: false })
  const results = join(folder, "results.json")
  try {
    const jest = spawn(
      process.execPath,
      [
        ...["--require", join(root, "integration-tests", "support", "store", "exit-with-parent.cjs")],
        join(root, "node_modules", "jest", "bin", "jest.js"),
        ...["--json", "--outputFile", results],
        ...process.argv.slice(2),
      ],
      {
        cwd: root,
        // jest's own report goes to stderr; the JSON that it would print besides is in the file.
        stdio: ["ignore", "ignore", "inherit", "ipc"],
        env: {
          ...process.env,
          ...(postgres && {
            DB_HOST: postgres.host,
            DB_PORT: String(postgres.port),
            DB_USERNAME: postgres.user,
            DB_PASSWORD: postgres.password,
            IPN_TEST_OWN_POSTGRES: "true",
          }),
          NODE_ENV: "test",
          // For what is better deleted once nothing runs any more.
          IPN_TEST_FOLDER: folder,
          NODE_OPTIONS: "--experimental-vm-modules --no-warnings=ExperimentalWarning",
          // Stores that live for a minute, three on two cores: what V8 does on further threads, and many small collections
          // of garbage while Medusa loads, are a tenth to a sixth of their processor time.
          IPN_TEST_NODE_FLAGS: "--single-threaded --max-semi-space-size=64",
          MEDUSA_DISABLE_TELEMETRY: "1",
          XDG_CONFIG_HOME: writeMedusaConfig(folder),
          IPN_STARTED_BY: String(process.pid),
          TZ: "UTC",
        },
      }
    )
    process.on("SIGINT", () => undefined)
    process.on("SIGTERM", () => jest.kill("SIGINT"))
    const code = await new Promise<number>((done) => jest.once("exit", (exit) => done(exit ?? 1)))
    return report(results, code)
  } finally {
    await postgres?.stop()
    removePostgres(dataDir)
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Where Medusa keeps what it knows of its user. Told by the environment alone that there is no telemetry, it still starts a
 * program that sends nothing, ten seconds after each start and at each end.
 */
function writeMedusaConfig(folder: string): string {
  const home = join(folder, "config")
  mkdirSync(join(home, "medusa"), { recursive: true })
  writeFileSync(join(home, "medusa", "config.json"), JSON.stringify({ telemetry: { enabled: false } }))
  return home
}

type Results = {
  numPassedTests: number
  numFailedTests: number
  numRuntimeErrorTestSuites: number
  testResults: { assertionResults: TestResult[] }[]
}

function report(file: string, code: number): number {
  try {
    const results = JSON.parse(readFileSync(file, "utf8")) as Results
    for (const line of sayLeftOut(results.testResults.flatMap((file) => file.assertionResults))) {
      console.log(line)
    }
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    console.log(`${results.numPassedTests} passed, ${failed} failed`)
    return code === 0 && failed > 0 ? 1 : code
  } catch {
    console.log("0 passed, 1 failed")
    return code || 1
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    console.log("0 passed, 1 failed")
    process.exit(1)
  }
)
