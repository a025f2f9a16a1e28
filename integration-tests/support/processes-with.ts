import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"

/** The processes that have a text in their environment: what was started with it, and all that those have started. */
export function processesWith(text: string): number[] {
  if (!existsSync("/proc/self/environ")) {
    const { stdout } = spawnSync("ps", ["-A", "-E", "-ww", "-o", "pid=,command="], { encoding: "utf8" })
    return stdout.split("\n").flatMap((line) => (line.includes(text) ? [Number.parseInt(line, 10)] : []))
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(text))
    .map(Number)
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1")
  } catch {
    // It has ended meanwhile, or is somebody else's.
    return ""
  }
}
