import { join } from "node:path"
import { freePort } from "../../scripts/free-port"

/** Runs the workflows of a store that was started with its `env`, as an admin route would. */
export type Desk = Readonly<{
  env: Readonly<Record<string, string>>
  /** What the workflow resolves to. @throws with its error. */
  run<T>(workflow: string, input: unknown): Promise<T>
}>

export async function openDesk(): Promise<Desk> {
  const port = await freePort()
  const desk = { resolve: join(__dirname, "desk"), dependencies: ["workflows"] }
  return {
    env: { IPN_DESK_PORT: String(port), IPN_OTHER_MODULES: JSON.stringify([desk]) },
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
