// Runs one of our TypeScript programs on a machine that has nothing but Node and npm:
//   node scripts/launch.mjs <program.ts> [arguments]
// Installs what is missing first. Its own words go to stderr: stdout belongs to the program.
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [program, ...args] = process.argv.slice(2)

const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`This needs Node 20.19 or newer; here is ${process.version}.`)
  process.exit(1)
}
install()

const child = spawn(process.execPath, ["--import", "tsx", join(root, program), ...args], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, MEDUSA_DISABLE_TELEMETRY: "1" },
})
// A terminal's Ctrl-C reaches the program by itself; it decides when it is done.
process.on("SIGINT", () => undefined)
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)))

/** Nothing installed, or an installation cut short: from the lock file. Another version of the lock file: what differs. */
function install() {
  const installed = readLock("node_modules/.package-lock.json")
  if (!installed) return npm("ci", "Installing the packages (once, a few minutes)")
  const wanted = readLock("package-lock.json")
  const differs = Object.entries(wanted).some(
    ([path, entry]) => path !== "" && !entry.optional && installed[path]?.version !== entry.version
  )
  if (differs) npm("install", "Bringing the packages up to date", "--no-save")
}

function readLock(path) {
  const file = join(root, path)
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined
}

function npm(command, says, ...flags) {
  const started = Date.now()
  console.error(`${says} ...`)
  const cli = process.env.npm_execpath
  const line = [command, "--no-audit", "--no-fund", "--loglevel=error", ...flags]
  const { status } = spawnSync(cli ? process.execPath : "npm", cli ? [cli, ...line] : line, {
    cwd: root,
    stdio: ["ignore", 2, 2],
  })
  if (status !== 0) {
    console.error(`npm ${command} failed; its words are above.`)
    process.exit(1)
  }
  console.error(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`)
}
