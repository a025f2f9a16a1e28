import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { Client } from "pg"
import { freePort } from "./free-port"
import { copyBinaries, postgresBinaries } from "./postgres-binaries"

export type Postgres = Readonly<{
  /** Never 127.0.0.1: Medusa asks such a server for SSL. */
  host: "localhost"
  port: number
  user: string
  password: string
  /** The address of a database in it, as in DATABASE_URL. */
  url(database: string): string
  /** Ends all connections and the server, and waits until it is gone. */
  stop(): Promise<void>
}>

export type PostgresOptions = Readonly<{
  /** Everything is kept in this folder; where the server's user cannot enter it, the folder holds a pointer to the data. */
  dataDir: string
  /** A free port when left out. */
  port?: number
  /** Whether a commit survives a power cut (fsync). Off is for tests. */
  durable?: boolean
}>

const user = "ipn"

/**
 * Starts a Postgres of our own from the binaries in node_modules and waits until it answers. Works as a normal user
 * and as root, where it runs as another user because Postgres refuses to run as root. It listens on the loopback
 * addresses only, behind a random password, and ends when this process ends, however that happens.
 * @throws when it does not come up, with the end of its log.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const runner = findRunner()
  const dataDir = resolve(options.dataDir)
  const home = findHome(dataDir, runner)
  const native = findBinaries(home, runner)
  const data = join(home, "data")
  const password = readPassword(home)
  if (!existsSync(data)) initialise(native, home, password, runner)
  await clearLeftover(data)

  const attempts = options.port === undefined ? 3 : 1
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    try {
      const server = await launch({
        native,
        home,
        data,
        port,
        password,
        durable: options.durable ?? true,
        runner,
      })
      const url = (database: string) => `postgres://${user}:${password}@localhost:${port}/${database}`
      return { host: "localhost", port, user, password, url, stop: () => stop(server) }
    } catch (error) {
      if (attempt >= attempts) throw error
    }
  }
}

/** Deletes a cluster that is not running, also where its data lie elsewhere. */
export function removePostgres(dataDir: string): void {
  const pointer = readPointer(resolve(dataDir))
  if (pointer) rmSync(pointer, { recursive: true, force: true })
  rmSync(dataDir, { recursive: true, force: true })
}

/** Who runs the server: undefined for ourselves. */
type Runner = Readonly<{ uid: number; gid: number }> | undefined

function findRunner(): Runner {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
  for (const name of ["postgres", "nobody", "daemon"]) {
    const account = accounts.find((fields) => fields[0] === name)
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  throw new Error(
    "Postgres refuses to run as root and this system has no user postgres, nobody or daemon. Run this as a normal user."
  )
}

/** The folder that holds the cluster: the one asked for or, where the runner cannot enter that, one in a temporary folder. */
function findHome(dataDir: string, runner: Runner): string {
  mkdirSync(dataDir, { recursive: true })
  if (!runner) return dataDir
  const pointed = readPointer(dataDir)
  if (pointed) return pointed
  chmodSync(dataDir, 0o755)
  if (canRun(runner, dataDir)) return dataDir
  const parent = [tmpdir(), "/tmp", "/var/tmp"].find((folder) => canRun(runner, folder))
  if (!parent)
    throw new Error("Neither /tmp nor /var/tmp can be entered by the user that has to run Postgres")
  const home = mkdtempSync(join(realpathSync(parent), "medusa-plugin-ipn-postgres-"))
  chmodSync(home, 0o711)
  writeFileSync(join(dataDir, "location.json"), JSON.stringify({ dataDir, home }) + "\n")
  return home
}

function readPointer(dataDir: string): string | undefined {
  try {
    const pointer: unknown = JSON.parse(readFileSync(join(dataDir, "location.json"), "utf8"))
    if (typeof pointer !== "object" || pointer === null) return undefined
    if (!("home" in pointer) || typeof pointer.home !== "string" || !existsSync(pointer.home))
      return undefined
    // A copied project must not share the original's database.
    return "dataDir" in pointer && pointer.dataDir === dataDir ? pointer.home : undefined
  } catch {
    return undefined
  }
}

function findBinaries(home: string, runner: Runner): string {
  const installed = postgresBinaries()
  if (!runner || canRun(runner, join(installed, "bin", "postgres"))) return installed
  const copy = join(home, "native")
  copyBinaries(installed, copy)
  return copy
}

/** Whether the runner may enter a folder or start a program. */
function canRun(runner: NonNullable<Runner>, path: string): boolean {
  return spawnSync("/bin/sh", ["-c", 'test -x "$0"', path], { ...runner, cwd: "/" }).status === 0
}

function readPassword(home: string): string {
  const file = join(home, "password")
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString("hex"), { mode: 0o600 })
  return readFileSync(file, "utf8")
}

function initialise(native: string, home: string, password: string, runner: Runner): void {
  const unfinished = join(home, "data.unfinished")
  const passwordFile = join(home, "password.initdb")
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (runner) for (const path of [unfinished, passwordFile]) chownSync(path, runner.uid, runner.gid)
  const { status, stdout, stderr, error } = spawnSync(
    join(native, "bin", "initdb"),
    [
      ["-D", unfinished],
      ["-U", user, `--pwfile=${passwordFile}`, "-A", "scram-sha-256"],
      ["--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync"],
    ].flat(),
    { ...runner, cwd: runner ? "/" : home, env: environment(), encoding: "utf8" }
  )
  rmSync(passwordFile)
  if (status !== 0)
    throw new Error(`Postgres' initdb failed:\n${stdout ?? ""}${stderr ?? ""}`, { cause: error })
  renameSync(unfinished, join(home, "data"))
}

/**
 * A killed run leaves postmaster.pid behind. Its server ends by itself a moment later; a number that meanwhile belongs
 * to some other program is nothing to wait for.
 */
async function clearLeftover(data: string): Promise<void> {
  const file = join(data, "postmaster.pid")
  const deadline = Date.now() + 15_000
  while (existsSync(file)) {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10)
    if (!commandOf(pid).includes(data)) return rmSync(file, { force: true })
    if (Date.now() > deadline)
      throw new Error(`Another Postgres (process ${pid}) already uses ${data}: stop it first`)
    await pause(100)
  }
}

function commandOf(pid: number): string {
  if (existsSync("/proc/self/cmdline")) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8")
    } catch {
      return ""
    }
  }
  return spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? ""
}

/**
 * Runs the server and watches a pipe from our process: when that closes, because we asked or because we died in any
 * way, the server gets SIGINT, its fast shutdown. In a session of its own, so that Ctrl-C reaches us first.
 */
const watch = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
( read -r _ <&3; kill -INT "$server" ) &
watcher=$!
exec 3<&- </dev/null
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`

type Launch = Readonly<{
  native: string
  home: string
  data: string
  port: number
  password: string
  durable: boolean
  runner: Runner
}>

async function launch({
  native,
  home,
  data,
  port,
  password,
  durable,
  runner,
}: Launch): Promise<ChildProcess> {
  const settings = {
    port,
    listen_addresses: "localhost",
    unix_socket_directories: "",
    max_connections: 300,
    shared_buffers: "128MB",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  }
  const logFile = join(home, "postgres.log")
  const log = openSync(logFile, "w", 0o644)
  const server = spawn(
    "/bin/sh",
    [
      ["-c", watch, "sh", join(native, "bin", "postgres"), "-D", data],
      ...Object.entries(settings).map(([name, value]) => ["-c", `${name}=${value}`]),
    ].flat(),
    { ...runner, cwd: runner ? "/" : home, env: environment(), detached: true, stdio: ["pipe", log, log] }
  )
  closeSync(log)
  server.stdin?.on("error", () => undefined)
  const deadline = Date.now() + 60_000
  while (!(await answers(port, password))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop(server)
      throw new Error(
        `Postgres did not start:\n${readFileSync(logFile, "utf8").split("\n").slice(-15).join("\n")}`
      )
    }
    await pause(50)
  }
  // It must not keep our process alive: who forgot stop() still comes to an end, and the pipe then ends the server.
  server.unref()
  return server
}

async function answers(port: number, password: string): Promise<boolean> {
  const client = new Client({ host: "localhost", port, user, password, database: "postgres" })
  client.on("error", () => undefined)
  try {
    await client.connect()
    await client.query("select 1")
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.ref()
  const gone = new Promise((resolve) => server.once("exit", resolve))
  server.stdin?.end()
  await gone
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: "C", LANG: "C", TZ: "UTC" }
}
