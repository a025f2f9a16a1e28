import { join } from "node:path"
import { freePort } from "../../../scripts/free-port"
import { repository, runProgram, startProgram, type RunningProgram } from "./child-process"
import { waitUntil } from "./wait-until"

export type MedusaOptions = Readonly<{
  databaseUrl: string
  /** Further environment of medusa-config. */
  env?: Readonly<Record<string, string | undefined>>
  /** A Medusa project; default: this repository. */
  directory?: string
  logFile?: string
}>

/** Brings a database to the newest schema. The one-off scripts are skipped when the database is new: they repair old data. */
export async function migrate(options: MedusaOptions & { isNew: boolean }): Promise<void> {
  const flags = ["--execute-safe-links", ...(options.isNew ? ["--skip-scripts"] : [])]
  await runProgram({ ...program(options), args: [cliOf(options), "db:migrate", ...flags] })
}

/** Fills a migrated database with products and all that a purchase needs. The script must lie in the project. */
export async function seed(options: MedusaOptions, script = join(__dirname, "seed.ts")): Promise<void> {
  await runProgram({ ...program(options), args: [cliOf(options), "exec", script] })
}

/**
 * Serves the admin that was built. Medusa builds it anew for each browser where NODE_ENV is "development", and sets no
 * cookie over plain HTTP where it is "production".
 */
export const adminEnvironment = { IPN_ADMIN: "true", NODE_ENV: "dev" } as const

/**
 * Switches Medusa's roles on: who has none may do nothing, and the seeded admin user everything. The flag alone refuses
 * everybody: medusa-config is read before Medusa knows its flags, so that `defineConfig` leaves the module out.
 */
export const rolesEnvironment = {
  MEDUSA_FF_RBAC: "true",
  IPN_OTHER_MODULES: JSON.stringify([{ resolve: "@medusajs/medusa/rbac" }]),
} as const

/** A Medusa server in a process of its own. */
export type Medusa = RunningProgram & Readonly<{ baseUrl: string; port: number }>

/**
 * Starts Medusa on the loopback address and waits until it answers.
 * @throws with the end of its output when it does not come up.
 */
export async function startMedusa(options: MedusaOptions & { port?: number }): Promise<Medusa> {
  const port = options.port ?? (await freePort())
  const baseUrl = `http://localhost:${port}`
  const { env, ...rest } = program(options)
  const server = startProgram({
    ...rest,
    env: { PUBLIC_URL: baseUrl, PORT: String(port), ...env },
    args: [
      ...nodeFlags(),
      cliOf(options),
      "start",
      "--port",
      String(port),
      "--host",
      "127.0.0.1",
      "--types",
      "false",
    ],
  })
  try {
    await waitUntil(
      "Medusa answers",
      async () => server.hasExited() || (await fetch(`${baseUrl}/health`)).status === 200,
      { withinMs: 180_000 }
    )
    if (server.hasExited()) throw new Error("Medusa ended by itself")
  } catch (cause) {
    await server.stop()
    throw new Error(`Medusa did not start:\n${server.output().slice(-6000)}`, { cause })
  }
  return { ...server, baseUrl, port }
}

/** Node's own options for a server, as `npm test` sets them. */
function nodeFlags(): string[] {
  return process.env.IPN_TEST_NODE_FLAGS?.split(" ") ?? []
}

function program({ databaseUrl, env, directory, logFile }: MedusaOptions) {
  return {
    env: { DATABASE_URL: databaseUrl, NODE_ENV: "development", ...env },
    ...(directory === undefined ? {} : { cwd: directory }),
    ...(logFile === undefined ? {} : { logFile }),
  }
}

/** Medusa's command line; started as Node itself, so that a signal meets Medusa and no wrapper. */
function cliOf({ directory = repository }: MedusaOptions): string {
  return join(directory, "node_modules", "@medusajs", "cli", "cli.js")
}
