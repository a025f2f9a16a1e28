import type { MedusaContainer } from "@medusajs/framework/types"
import { assertPaymentEvents } from "../../domain/assert-payment-events"
import type { PaymentEvent } from "../../domain/payment-event"
import type { ReplayedMessage } from "../../modules/ipn/replays/replays"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

/** What today's parser reads in a stored message, or why it is not read again. */
export type ReadAgain =
  | Readonly<{ kind: "read"; events: readonly PaymentEvent[]; receivedAt: Date }>
  /** It still cannot be read. */
  | Readonly<{ kind: "unreadable"; why: string }>
  /** What it told before counts: it is only settled again. */
  | Readonly<{ kind: "kept"; why: string }>

/**
 * Reads a stored message again with today's parser, without writing anything. What card data was taken out of is read
 * only when it told nothing so far: what is missing could make the same statement look like another. A message that the
 * gateway confirmed was told by the gateway itself: what it said then counts, where it could be read.
 */
export async function readAgain(container: MedusaContainer, message: ReplayedMessage): Promise<ReadAgain> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { id, account_id: accountId, proof, body_state } = message
  if (proof === "unproven") return kept("it still waits to be confirmed by the gateway")
  if (proof === "confirmed" && message.unreadable === null) return kept("what the gateway said of it counts")
  if (body_state === "pruned") return kept("its bytes were dropped after their time")
  const toldBefore = message.has_told || (message.about?.length ?? 0) > 0
  if (body_state === "redacted" && toldBefore) return kept("card data was taken out of it")
  const { account, gateway } = ipn.account(accountId)
  try {
    const stored = await ipn.readMessage(accountId, id)
    if (!stored) return kept("it is gone")
    return {
      kind: "read",
      events: assertPaymentEvents(gateway.parse(stored, account)),
      receivedAt: stored.receivedAt,
    }
  } catch (error) {
    return { kind: "unreadable", why: (error as Error).message.slice(0, 2_000) }
  }
}

function kept(why: string): ReadAgain {
  return { kind: "kept", why }
}
