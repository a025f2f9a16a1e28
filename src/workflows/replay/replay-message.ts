import type { MedusaContainer } from "@medusajs/framework/types"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { laneKeyOf } from "../../domain/lane-key"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Told } from "../../domain/tell-plan"
import type { ReadOtherwise } from "../../modules/ipn/replays/read-otherwise"
import { redactText } from "../../modules/ipn/privacy/redact-text"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { dryRunLane, type DryLane } from "./dry-run"
import { readAgain } from "./read-again"

export const replayMessageWorkflowId = "ipn-replay-message"
export const dryRunMessageWorkflowId = "ipn-dry-run-message"

/** What replaying a message did. */
export type Replayed =
  | Readonly<{
      kind: "replayed"
      /** How many statements in it were new. */
      new_events: number
      /** How many payments are settled again. */
      lanes: number
      /** Why it was not read again; absent when it was. */
      kept?: string
      /** What is read otherwise today and stays as it was told first; absent when nothing is. */
      stays?: readonly string[]
    }>
  | Readonly<{ kind: "unreadable"; why: string }>
  | Readonly<{ kind: "not_found" }>

/** Reads a message again, stores what it tells that was not known, and has its payments settled again, whatever their state. */
export async function replayMessage(container: MedusaContainer, messageId: string): Promise<Replayed> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const message = await ipn.replays.message(messageId)
  if (!message) return { kind: "not_found" }
  const read = await readAgain(container, message)
  if (read.kind === "unreadable") {
    const why = redactText(read.why)
    if (message.unreadable !== null) await ipn.replays.noteRead(messageId, { unreadable: why })
    return { kind: "unreadable", why }
  }
  const keys = new Set(message.about)
  let newEvents = 0
  let stays: readonly string[] = []
  if (read.kind === "read") {
    const { events, receivedAt } = read
    stays = (await ipn.replays.compare(message.account_id, events, receivedAt)).otherwise.map(tellStays)
    for (const event of events) keys.add(laneKeyOf(event))
    newEvents = await ipn.storeEvents(message.account_id, events, { messageId, receivedAt })
    await ipn.replays.noteRead(messageId, { about: [...keys] })
  }
  if (message.proof !== "confirmed") keys.add(`msg:${messageId}`)
  const lanes = await ipn.replays.makeDue({
    lane_ids: await ipn.replays.lanesOf(messageId),
    account_id: message.account_id,
    keys: [...keys],
  })
  ipn.wake()
  return {
    kind: "replayed",
    new_events: newEvents,
    lanes,
    ...(read.kind === "kept" ? { kept: read.why } : {}),
    ...(stays.length > 0 ? { stays } : {}),
  }
}

/** Settling believes what was told first: a parser that was mended corrects nothing by reading the same message again. */
function tellStays({ stored, read }: ReadOtherwise): string {
  const [was, now] = [stored, read].map(tellEvent)
  const difference =
    was === now ? `${was}, and is read otherwise today` : `${was}; today it is read as ${now}`
  return `nothing corrected: it was read as ${difference}. What was told once stays: ask the gateway, or adjust the ledger`
}

function tellEvent({ type, money, reference }: PaymentEvent): string {
  const amount = money ? ` ${money.amount} ${money.currency.toUpperCase()}` : ""
  return `${type}${amount}${reference === undefined ? "" : ` of ${reference}`}`
}

/** What replaying a message would do, for each payment that it tells of. */
export type DryReplay =
  | Readonly<{
      kind: "dry_run"
      /** Why it would not be read again; absent when it would. */
      kept?: string
      lanes: readonly Readonly<{ lane_id?: string; key: string; will: readonly Told[] }>[]
    }>
  | Readonly<{ kind: "unreadable"; why: string }>
  | Readonly<{ kind: "not_found" }>

/** Says what {@link replayMessage} and the settling after it would do; writes nothing. */
export async function dryRunMessage(container: MedusaContainer, messageId: string): Promise<DryReplay> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const message = await ipn.replays.message(messageId)
  if (!message) return { kind: "not_found" }
  const read = await readAgain(container, message)
  if (read.kind === "unreadable") return { kind: "unreadable", why: redactText(read.why) }
  const { fresh, otherwise } =
    read.kind === "read"
      ? await ipn.replays.compare(message.account_id, read.events, read.receivedAt)
      : { fresh: [], otherwise: [] }
  const events = fresh.map((event) => ({
    ...event,
    ...(read.kind === "read" ? { receivedAt: read.receivedAt } : {}),
  }))
  const keys = new Set([...(message.about ?? []), ...events.map(laneKeyOf)])
  if (message.proof === "unproven") keys.add(`msg:${messageId}`)
  const known = await ipn.replays.lanesAt(message.account_id, [...keys], await ipn.replays.lanesOf(messageId))
  const unknown = [...keys].filter((key) => !known.some((lane) => lane.key === key))
  const lanes: DryLane[] = [...known, ...unknown.map((key) => ({ key, account_id: message.account_id }))]
  return {
    kind: "dry_run",
    ...(read.kind === "kept" ? { kept: read.why } : {}),
    lanes: await Promise.all(
      lanes.map(async (lane) => ({
        ...(lane.id ? { lane_id: lane.id } : {}),
        key: lane.key,
        will: [
          ...otherwise
            .filter(({ laneId }) => laneId === lane.id)
            .map((one) => ({ kind: "stays", text: tellStays(one) })),
          ...(await dryRunLane(container, lane, {
            events: events.filter((event) => laneKeyOf(event) === lane.key),
          })),
        ],
      }))
    ),
  }
}

type Input = { message_id: string; actor_id: string }

const replayMessageStep = createStep("ipn-replay-message-step", async (input: Input, { container }) => {
  const replayed = await replayMessage(container, input.message_id)
  if (replayed.kind !== "not_found") {
    const ipn = container.resolve<IpnModuleService>(ipnModule)
    const selection = { message_ids: [input.message_id] }
    await ipn.replays.note(selection, input.actor_id, replayed.kind === "unreadable")
  }
  return new StepResponse(replayed)
})

const dryRunMessageStep = createStep(
  "ipn-dry-run-message-step",
  async (input: { message_id: string }, { container }) =>
    new StepResponse(await dryRunMessage(container, input.message_id))
)

/** {@link replayMessage} now; who did it is kept. */
export const replayMessageWorkflow = createWorkflow(replayMessageWorkflowId, (input: Input) => {
  return new WorkflowResponse(replayMessageStep(input))
})

/** {@link dryRunMessage} as a workflow. */
export const dryRunMessageWorkflow = createWorkflow(
  dryRunMessageWorkflowId,
  (input: { message_id: string }) => new WorkflowResponse(dryRunMessageStep(input))
)
