import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import type { Replay, ReplayClaim } from "../../modules/ipn/replays/replays"
import type { Item, Selection } from "../../modules/ipn/replays/selection"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { replayMessage } from "./replay-message"

export const startReplayWorkflowId = "ipn-start-replay"

const batchSize = 50
/** What gateways tell meanwhile is not to wait behind more than so many payments. */
const mostDue = 200
/** A payment has few messages; of one that has more the rest told nothing that is not known. */
const messagesPerLane = 50
const maxMs = 45_000

/**
 * Works on replays that wait until none is left, a batch at a time, or until the worker has enough to do: the next run
 * goes on. Any number of processes may do it at the same time. Returns how many items it replayed.
 */
export async function runReplays(container: MedusaContainer): Promise<number> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const until = Date.now() + maxMs
  let replayed = 0
  while (Date.now() < until && !(await ipn.replays.isWorkerBusy(mostDue))) {
    const claim = await ipn.replays.claim()
    if (!claim) break
    replayed += await goOn(container, claim, until)
  }
  return replayed
}

async function goOn(container: MedusaContainer, claim: ReplayClaim, until: number): Promise<number> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  let held: ReplayClaim | undefined = claim
  let replayed = 0
  try {
    for (;;) {
      const items = await ipn.replays.next(held, batchSize)
      const last = items.at(-1)
      if (!last) {
        await ipn.replays.release(held, "done")
        return replayed
      }
      let failed = 0
      for (const item of items) if (!(await replayItem(container, item))) failed++
      held = await ipn.replays.progress(held, { cursor: last.cursor, done: items.length, failed })
      replayed += items.length
      if (!held) return replayed // another process has it by now
      if (Date.now() >= until || (await ipn.replays.isWorkerBusy(mostDue))) {
        await ipn.replays.release(held, "waiting")
        return replayed
      }
    }
  } catch (error) {
    // The database is away or a message's key is missing: the next run goes on from the last batch.
    if (held) await ipn.replays.release(held, "waiting", (error as Error).message)
    throw error
  }
}

/** Whether it could be read; a lane needs no reading to be settled again. */
async function replayItem(container: MedusaContainer, { kind, id }: Item): Promise<boolean> {
  if (kind === "message") return (await replayMessage(container, id)).kind === "replayed"
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  for (const messageId of await ipn.replays.messagesOf(id, messagesPerLane)) {
    await replayMessage(container, messageId)
  }
  await ipn.replays.makeDue({ lane_ids: [id] })
  ipn.wake()
  return true
}

type Input = { selection: Selection; actor_id: string }

const startReplayStep = createStep("ipn-start-replay-step", async (input: Input, { container }) => {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const replay: Replay = await ipn.replays.start(input.selection, input.actor_id)
  if (ipn.settlesHere) {
    // The caller does not wait for it, and a crash leaves it to the next run.
    runReplays(container).catch((error: Error) =>
      container
        .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
        .warn(`[ipn] a replay stopped, the next run goes on: ${error.message}`)
    )
  }
  return new StepResponse(replay)
})

/** Starts replaying a selection in the background; its progress is read with `ipn.replays.retrieve`. */
export const startReplayWorkflow = createWorkflow(startReplayWorkflowId, (input: Input) => {
  return new WorkflowResponse(startReplayStep(input))
})
