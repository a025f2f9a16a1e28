import type { IPaymentModuleService, Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { ConfirmIo, Message } from "../../gateways/gateway"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { matchReference } from "./match-payment"

/**
 * Settles a message whose events are not known yet. A proven one could not be read where it was sorted, and is read now.
 * Of any other the gateway is asked whether it is its own. Confirmed: its events are stored like any other, or a person
 * must look where it cannot be read. Denied: it is dropped with its lane, since anyone could have sent it, and counted as
 * a refusal like what is refused at the door. Throws while the gateway cannot be asked: the message is tried again.
 * @returns undefined when nothing is left to settle.
 */
export async function confirmMessage(
  container: MedusaContainer,
  claim: Claim,
  messageId: string
): Promise<Settlement | undefined> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const logger = container.resolve<Logger>(ContainerRegistrationKeys.LOGGER)
  const { account, gateway } = ipn.account(claim.accountId)
  const message = await ipn.readMessage(claim.accountId, messageId)
  if (message?.proof === "proven") {
    if (message.bodyState === "pruned") return { state: "settled", reason: "pruned" }
    return { state: "settled", reason: await ipn.readLate(claim.accountId, messageId, message) }
  }
  if (!message || message.proof !== "unproven") return { state: "settled", reason: "already_confirmed" }
  if (!gateway.confirm) throw new Error(`${gateway.title} cannot confirm the messages that it does not sign`)

  const confirmation = await gateway.confirm(message, account, confirmIo(container, ipn, claim.accountId))
  if (confirmation.kind === "unreadable") {
    logger.error(`[ipn] [${claim.accountId}] ${messageId} is genuine, cannot be read and waits for review`)
    await ipn.markUnreadable(messageId, confirmation.why)
    return { state: "settled", reason: "unreadable" }
  }
  if (confirmation.kind === "denied") {
    const { why, maybeGenuine } = confirmation
    await ipn.dropDenied(messageId)
    logger.warn(`[ipn] [${claim.accountId}] dropped ${messageId}: ${why}`)
    if (!maybeGenuine) {
      const { ip } = message
      ipn.noteRefusal({ accountId: claim.accountId, why: "denied", detail: why, ip, at: new Date() })
    }
    return undefined
  }
  await ipn.storeEvents(claim.accountId, confirmation.events, { messageId, receivedAt: message.receivedAt })
  await ipn.markConfirmed(messageId, confirmation.events)
  return { state: "settled", reason: "confirmed" }
}

function confirmIo(container: MedusaContainer, ipn: IpnModuleService, accountId: string): ConfirmIo {
  const payment = container.resolve<IPaymentModuleService>(Modules.PAYMENT)
  return {
    ...ipn.io,
    expected: async (reference) => {
      const match = await matchReference(container, accountId, reference)
      return match.kind === "payment" ? match.expected : undefined
    },
    askProvider: (provider: string, message: Message) => {
      const rawData = Buffer.from(message.body)
      return payment.getWebhookActionAndData({
        provider,
        payload: { data: readBody(message), rawData, headers: { ...message.headers } },
      })
    },
  }
}

/** What core's own body parsers would have made of the bytes: providers read either this or the raw bytes. */
function readBody(message: Message): Record<string, unknown> {
  const text = Buffer.from(message.body).toString("utf8")
  const type = message.headers["content-type"] ?? ""
  try {
    if (type.includes("application/x-www-form-urlencoded")) {
      return Object.fromEntries(new URLSearchParams(text))
    }
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
