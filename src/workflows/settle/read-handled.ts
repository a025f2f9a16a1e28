import type { MedusaContainer } from "@medusajs/framework/types"
import { eventMode, type Settings } from "../../config/settings"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Claim } from "../../modules/ipn/inbox/claim-lanes"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"

/** A lane's events as the owner wants them treated. */
export type Handled = Readonly<{
  /** What the store is to agree with. */
  handled: readonly PaymentEvent[]
  /** What the ledger, the issues and others are told of: also what is only to be recorded. */
  recorded: readonly PaymentEvent[]
  /** The keys of the events that the store is not to act on. */
  ignored: readonly string[]
}>

/** Reads a lane by the owner's rules for its account and the types of its events. */
export async function readHandled(
  container: MedusaContainer,
  claim: Pick<Claim, "laneId" | "accountId">,
  settings: Pick<Settings, "events">
): Promise<Handled> {
  const events = await container.resolve<IpnModuleService>(ipnModule).readLane(claim.laneId)
  return handledOf(events, claim.accountId, settings)
}

/** Sorts events by the owner's rules for their account and their types. */
export function handledOf(
  events: readonly PaymentEvent[],
  accountId: string,
  settings: Pick<Settings, "events">
): Handled {
  const modeOf = (event: PaymentEvent) => eventMode(settings, accountId, event.type)
  return {
    handled: events.filter((event) => modeOf(event) === "handle"),
    recorded: events.filter((event) => modeOf(event) !== "ignore"),
    ignored: events.filter((event) => modeOf(event) !== "handle").map(({ key }) => key),
  }
}
