import { join } from "node:path"
import { freePort } from "../../scripts/free-port"

/** Runs the workflows of a store, as an admin route would. */
export type Desk = Readonly<{
  /** What the workflow resolves to. @throws with its error. */
  run<T>(workflow: string, input: unknown): Promise<T>
}>

/** A desk of the store that is started with its `env`. */
export type OwnDesk = Desk & Readonly<{ port: number; env: Readonly<Record<string, string>> }>

/** @param modules What the store has besides. */
export async function openDesk(modules: readonly Readonly<{ resolve: string }>[] = []): Promise<OwnDesk> {
  const port = await freePort()
  const desk = { resolve: join(__dirname, "desk"), dependencies: ["workflows"] }
  return {
    port,
    env: { IPN_DESK_PORT: String(port), IPN_OTHER_MODULES: JSON.stringify([desk, ...modules]) },
    ...deskAt(port),
  }
}

/** The desk of a running store. */
export function deskAt(port: number): Desk {
  return {
    async run<T>(workflow: string, input: unknown) {
      const answer = await fetch(`http://127.0.0.1:${port}/${workflow}`, {
        method: "POST",
        body: JSON.stringify(input),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${workflow} failed: ${text}`)
      return JSON.parse(text) as T
    },
  }
}
