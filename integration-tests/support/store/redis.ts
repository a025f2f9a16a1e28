import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "../../../scripts/free-port"
import { describeWith } from "../left-out"
import { waitUntil } from "./wait-until"

/** A Redis of our own on the loopback address, which keeps nothing. */
export type Redis = Readonly<{
  url: string
  pid: number
  /** Lets every lock that Medusa's module keeps lapse, as its time would. */
  lapseLocks(): Promise<void>
  stop(): Promise<void>
}>

/** `describe` for specs that ask Debian's `redis-server`. */
export function describeOnRedis(claim: string, specs: () => void): void {
  const isInstalled = spawnSync("redis-server", ["--version"]).status === 0
  describeWith(
    { name: "redis-server", isInstalled, install: "in Debian `apt-get install redis-server`" },
    claim,
    specs
  )
}

/** Starts `redis-server` on a free port; it ends by its pid at `stop`, or when this process does. */
export async function startRedis(): Promise<Redis> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), "ipn-redis-"))
  const server = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
    { stdio: "ignore" }
  )
  const { pid } = server
  if (pid === undefined) throw new Error("redis-server could not be started")
  const gone = new Promise<void>((done) => server.once("exit", () => done()))
  const endWithUs = () => void server.kill("SIGKILL")
  process.once("exit", endWithUs)
  const stop = async () => {
    process.off("exit", endWithUs)
    server.kill("SIGTERM")
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await waitUntil("Redis answers", () => answers(port), { withinMs: 20_000 })
  } catch (error) {
    await stop()
    throw error
  }
  const lapseLocks = async () => {
    const script = "for _, k in ipairs(redis.call('keys', 'medusa_lock:*')) do redis.call('del', k) end"
    await say(port, `EVAL "${script}" 0\r\n`)
  }
  return { url: `redis://127.0.0.1:${port}`, pid, lapseLocks, stop }
}

async function answers(port: number): Promise<boolean> {
  return (await say(port, "PING\r\n").catch(() => "")).startsWith("+PONG")
}

/** One inline command, and the beginning of its answer. */
function say(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(command))
    socket.once("data", (data) => {
      socket.destroy()
      resolve(data.toString())
    })
    socket.once("error", reject)
  })
}

/** Medusa's Redis modules, as its documentation wants them in medusa-config, for `IPN_OTHER_MODULES`. */
export function redisModules(redisUrl: string): object[] {
  return [
    { resolve: "@medusajs/medusa/event-bus-redis", options: { redisUrl } },
    { resolve: "@medusajs/medusa/workflow-engine-redis", options: { redis: { redisUrl } } },
    {
      resolve: "@medusajs/medusa/locking",
      options: {
        providers: [
          {
            resolve: "@medusajs/medusa/locking-redis",
            id: "locking-redis",
            is_default: true,
            options: { redisUrl },
          },
        ],
      },
    },
  ]
}
