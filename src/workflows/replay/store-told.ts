import type { MedusaContainer } from "@medusajs/framework/types"
import { laneKeyOf } from "../../domain/lane-key"
import { ipnModule } from "../../modules/ipn/name"
import { redactText } from "../../modules/ipn/privacy/redact-text"
import type { ReplayedMessage } from "../../modules/ipn/replays/replays"
import type IpnModuleService from "../../modules/ipn/service"
import { readAgain, type ReadAgain } from "./read-again"

/** How many events were new, and the lanes that the message told of, now or before. */
type Told = Readonly<{ newEvents: number; keys: readonly string[] }>

/** Stores what was read of a message. */
export async function storeTold(
  ipn: IpnModuleService,
  { id: messageId, account_id, about }: ReplayedMessage,
  { events, receivedAt }: Extract<ReadAgain, { kind: "read" }>
): Promise<Told> {
  const keys = [...new Set([...(about ?? []), ...events.map(laneKeyOf)])]
  const newEvents = await ipn.storeEvents(account_id, events, { messageId, receivedAt })
  await ipn.replays.noteRead(messageId, { about: keys })
  return { newEvents, keys }
}

/**
 * Reads a proven message that could not be read where it was sorted; one that cannot be read here either waits for review.
 * @returns why it was not read.
 */
export async function readLate(container: MedusaContainer, messageId: string): Promise<string | undefined> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const message = await ipn.replays.message(messageId)
  if (!message) return "it is gone"
  const read = await readAgain(container, message)
  if (read.kind === "read") {
    await storeTold(ipn, message, read)
    return undefined
  }
  if (read.kind === "unreadable") await ipn.replays.noteRead(messageId, { unreadable: redactText(read.why) })
  return read.kind
}
