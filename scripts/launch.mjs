// Runs one of our TypeScript programs on a machine that has nothing but Node and npm:
//   node scripts/launch.mjs <program.ts> [arguments]
// Installs what is missing first. Its own words go to stderr: stdout belongs to the program.
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [program, ...args] = process.argv.slice(2)
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`This needs Node 20.19 or newer; here is ${process.version}.`)
  process.exit(1)
}

const abandoned = whenAbandoned()
await install()
const child = spawn(
  process.execPath,
  [
    ...["--require", join(root, "integration-tests", "support", "store", "exit-with-parent.cjs")],
    ...["--import", "tsx", join(root, program), ...args],
  ],
  {
    cwd: root,
    // Over the channel the program learns that we are gone, however that came.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, MEDUSA_DISABLE_TELEMETRY: "1", IPN_STARTED_BY: String(process.pid) },
  }
)
// A terminal's Ctrl-C reaches the program by itself; it decides when it is done.
process.on("SIGINT", () => undefined)
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
void abandoned.then(() => child.kill("SIGTERM"))
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)))

/**
 * Resolves when npm, which started us, is gone. A signal to npm reaches the shell between us, and not all shells hand
 * it on.
 */
function whenAbandoned() {
  return new Promise((resolve) => {
    if (!process.env.npm_lifecycle_event) return
    const shell = process.ppid
    const npm = parentOf(shell)
    setInterval(() => {
      if (process.ppid !== shell || (npm > 1 && parentOf(shell) !== npm)) resolve()
    }, 300).unref()
  })
}

function parentOf(pid) {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1])
  } catch {
    const { stdout } = spawnSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" })
    return Number(stdout)
  }
}

/** Nothing installed, or an installation cut short: from the lock file. Another version of the lock file: what differs. */
async function install() {
  const installed = readLock("node_modules/.package-lock.json")
  if (!installed) {
    const says = "Installing the packages, once: this takes a minute or two"
    // A lock file that was written where some systems' packages could not be seen is incomplete for `npm ci` alone.
    return (
      (await npm(says, "ci")) ||
      (await npm("Trying again without npm ci", "install", "--no-save")) ||
      giveUp()
    )
  }
  const differs = Object.entries(readLock("package-lock.json")).some(
    ([path, entry]) => path !== "" && !entry.optional && installed[path]?.version !== entry.version
  )
  if (differs && !(await npm("Bringing the packages up to date", "install", "--no-save"))) giveUp()
}

function giveUp() {
  console.error("The packages could not be installed; what npm said is above.")
  process.exit(1)
}

function readLock(path) {
  const file = join(root, path)
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined
}

/** Whether npm succeeded. */
async function npm(says, ...line) {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  console.error(`${says} ...`)
  const still = setInterval(() => console.error(`  still installing (${seconds()} s)`), 15_000)
  const cli = process.env.npm_execpath ?? ""
  const [command, ...before] = basename(cli) === "npm-cli.js" ? [process.execPath, cli] : ["npm"]
  const installer = spawn(command, [...before, ...line, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  })
  let stopped = false
  const stop = () => {
    stopped = true
    installer.kill("SIGTERM")
  }
  void abandoned.then(stop)
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop)
  const status = await new Promise((resolve) => {
    installer.on("error", () => resolve(1))
    installer.on("exit", resolve)
  })
  clearInterval(still)
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal)
  if (stopped) process.exit(130)
  if (status === 0) console.error(`  done in ${seconds()} s`)
  return status === 0
}
