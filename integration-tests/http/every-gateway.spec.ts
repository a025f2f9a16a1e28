import { listGateways } from "../../src/gateways/find-gateway"
import { listSimulations } from "../../src/gateways/simulation/find-simulation"
import { stories, type Untold } from "../support/gateway-stories"
import { startPlayedGateways, type PlayedGateways, type Table } from "../support/played-gateways"

/** How many gateways tell their stories side by side. */
const sideBySide = 4

type Outcome = Readonly<{ told: void | Untold } | { error: unknown }>

/**
 * The same stories for every gateway that can be played, through one real store that has an account with each of them.
 * All messages arrive twice and in any order. The stories of a gateway follow one another, gateways go side by side:
 * each test waits for its own story only.
 */
describe("every gateway", () => {
  const names = Object.keys(stories)
  const outcomes = new Map<string, Promise<Outcome>>()
  const announce = new Map<string, (outcome: Outcome) => void>()
  const untold = new Map<string, string[]>()
  let gateways: PlayedGateways

  beforeAll(async () => {
    gateways = await startPlayedGateways()
    const waiting = [...gateways.tables.values()]
    for (const { id } of waiting) for (const name of names) expectOutcome(`${id}: ${name}`)
    for (let seat = 0; seat < sideBySide; seat++) void tellAll(waiting)
  })
  afterAll(async () => {
    await Promise.all(outcomes.values())
    await gateways?.stop()
    for (const [reason, ids] of untold) console.info(`Not told of ${ids.join(", ")}: ${reason}`)
  })

  function expectOutcome(key: string): void {
    outcomes.set(key, new Promise((resolve) => announce.set(key, resolve)))
  }

  /** Tells the stories of one waiting gateway after another. */
  async function tellAll(waiting: Table[]): Promise<void> {
    for (let table = waiting.shift(); table; table = waiting.shift()) {
      for (const name of names) announce.get(`${table.id}: ${name}`)?.(await tell(table, name))
    }
  }

  async function tell(table: Table, name: string): Promise<Outcome> {
    try {
      return { told: await stories[name]!(gateways.store, table) }
    } catch (error) {
      return { error }
    }
  }

  for (const id of listGateways()) {
    if (!listSimulations().includes(id)) {
      console.info(`${id} is not among them: its folder has no simulator.`)
      continue
    }
    describe(id, () => {
      it.each(names)("%s", async (name) => {
        const outcome = await outcomes.get(`${id}: ${name}`)
        if (!outcome) throw new Error("the gateways were not started")
        if ("error" in outcome) throw outcome.error
        if (!outcome.told) return
        const reason = `"${name}", because ${outcome.told.because}`
        untold.set(reason, [...(untold.get(reason) ?? []), id])
      })
    })
  }
})
