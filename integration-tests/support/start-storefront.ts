import { join } from "node:path"
import { freePort } from "../../scripts/free-port"
import { repository, runProgram, startProgram, type RunningProgram } from "./store/child-process"
import { waitUntil } from "./store/wait-until"

const vite = join(repository, "node_modules", "vite", "bin", "vite.js")
const example = join(repository, "examples", "storefront")

/**
 * Builds examples/storefront for a store. The store need not run yet.
 * @throws with what was wrong when it cannot be built.
 */
export async function buildStorefront({
  baseUrl,
  publishableKey,
  folder,
}: Readonly<{
  baseUrl: string
  publishableKey: string
  /** Where it is written to; what is in there is lost. */
  folder: string
}>): Promise<void> {
  await runProgram({
    args: [vite, "build", example, "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"],
    env: {
      NODE_ENV: "production",
      VITE_MEDUSA_BACKEND_URL: baseUrl,
      VITE_MEDUSA_PUBLISHABLE_KEY: publishableKey,
      VITE_OFFERS_EXAMPLE_ADDRESS: "true",
    },
  })
}

/** Serves what was built, on the loopback address. Its origin must be allowed by the store. */
export async function serveStorefront({
  folder,
  port,
}: Readonly<{ folder: string; port?: number }>): Promise<RunningProgram & Readonly<{ url: string }>> {
  const taken = port ?? (await freePort())
  const url = `http://localhost:${taken}`
  const address = ["--host", "127.0.0.1", "--port", String(taken), "--strictPort"]
  const server = startProgram({ args: [vite, "preview", example, "--outDir", folder, ...address] })
  try {
    await waitUntil("the storefront answers", async () => server.hasExited() || (await fetch(url)).ok)
    if (server.hasExited()) throw new Error("it ended by itself")
  } catch (cause) {
    await server.stop()
    throw new Error(`The storefront did not start:\n${server.output().slice(-3000)}`, { cause })
  }
  return { ...server, url }
}
