import { type ChildProcess, spawn } from "node:child_process"
import { createWriteStream } from "node:fs"
import { constants } from "node:os"
import { join, resolve } from "node:path"

/** The repository, which is a Medusa store by its medusa-config.ts. */
export const repository = resolve(__dirname, "..", "..", "..")

/** A program that ends with us: by our word, or by itself once we are gone. */
export type RunningProgram = Readonly<{
  pid: number
  /** All it wrote so far. */
  output(): string
  /** What of it went to stdout. */
  stdout(): string
  /** Resolves when it has ended, to what a shell would say: 128 + n for a signal n; never rejects. */
  exited: Promise<number>
  hasExited(): boolean
  /** Sends a signal; SIGKILL is a crash, SIGTERM a deploy. */
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, after ten seconds SIGKILL; resolves when it is gone. */
  stop(): Promise<void>
}>

export type ProgramOptions = Readonly<{
  /** Node's arguments: a script and its own. */
  args: readonly string[]
  /** On top of our own environment; undefined takes a name away. */
  env?: Readonly<Record<string, string | undefined>>
  /** Default: the repository. */
  cwd?: string
  /** Where its output goes besides {@link RunningProgram.output}. */
  logFile?: string
}>

const running = new Set<RunningProgram>()

/** Stops all that this process has started, also what is only just starting. */
export async function stopPrograms(): Promise<void> {
  await Promise.all([...running].map((program) => program.stop()))
}

/** Starts a Node program. It does not get our own Node options, and not the terminal's Ctrl-C. */
export function startProgram({ args, env = {}, cwd = repository, logFile }: ProgramOptions): RunningProgram {
  const child = spawn(process.execPath, ["--require", join(__dirname, "exit-with-parent.cjs"), ...args], {
    cwd,
    env: {
      ...process.env,
      NODE_OPTIONS: undefined,
      MEDUSA_DISABLE_TELEMETRY: "1",
      IPN_STARTED_BY: String(process.pid),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // In a process group of its own: the terminal's Ctrl-C is ours to pass on, in the right order.
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`Could not start node ${args.join(" ")}`)
  const chunks: string[] = []
  let stdout = ""
  const file = logFile === undefined ? undefined : createWriteStream(logFile, { flags: "a" })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      chunks.push(text)
      file?.write(text)
    })
  }
  child.stdout?.on("data", (text: string) => (stdout += text))
  const exited = new Promise<number>((done) => {
    child.once("exit", (code, signal) => {
      file?.end()
      done(code ?? 128 + constants.signals[signal ?? "SIGTERM"])
    })
  })
  const program: RunningProgram = {
    pid,
    output: () => chunks.join(""),
    stdout: () => stdout,
    exited,
    hasExited: () => hasExited(child),
    kill: (signal) => void child.kill(signal),
    async stop() {
      if (hasExited(child)) return
      child.kill("SIGTERM")
      const giveUp = setTimeout(() => child.kill("SIGKILL"), 10_000)
      await exited
      clearTimeout(giveUp)
    },
  }
  running.add(program)
  void exited.then(() => running.delete(program))
  return program
}

/** Runs a Node program to its end. @throws with what it wrote when it fails. */
export async function runProgram(options: ProgramOptions): Promise<void> {
  const program = startProgram(options)
  const code = await program.exited
  if (code !== 0)
    throw new Error(`node ${options.args.join(" ")} ended with ${code}:\n${program.output().slice(-6000)}`)
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
