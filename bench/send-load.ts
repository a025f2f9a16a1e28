import { spawn } from "node:child_process"
import { join } from "node:path"
import type { Load, LoadResult } from "./load"

/** Sends a load from a process of its own. @throws when anything of it was not accepted. */
export async function sendLoad(load: Load): Promise<LoadResult> {
  const sender = spawn(
    process.execPath,
    ["--import", "tsx", join(__dirname, "load.ts"), JSON.stringify(load)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    }
  )
  const chunks: Buffer[] = []
  sender.stdout.on("data", (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number | null>((done) => sender.once("close", done))
  if (code !== 0) throw new Error(`the load on ${load.url} failed`)
  return JSON.parse(Buffer.concat(chunks).toString()) as LoadResult
}
