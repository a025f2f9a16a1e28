import type { MedusaContainer } from "@medusajs/framework/types"
import { fold } from "../../domain/fold"
import { readLaneKey } from "../../domain/lane-key"
import { wentBack } from "../../domain/went-back"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import { retryDelayMs, unmatchedForMs } from "../../modules/ipn/inbox/retry"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { carryOutDecisions } from "../decide/carry-out"
import { confirmMessage } from "./confirm-message"
import { endLane, endMoved } from "./end-lane"
import { matchGatewayPayment, matchReference } from "./match-payment"
import { readHandled } from "./read-handled"
import { settlePayment } from "./settle-payment"

/** How soon to look again at an account that a person has paused. */
const pausedAgainMs = 60_000

/**
 * Settles a claimed lane: confirm what is unproven, match it to what was expected, fold, plan, apply. Ends the claim.
 * Throws when something cannot be done now; the worker tries the lane again.
 */
export async function settleLane(container: MedusaContainer, claim: Claim): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const settings = await ipn.settings.read()
  if (settings.accounts.paused.includes(claim.accountId)) {
    const dueAt = new Date(Date.now() + pausedAgainMs)
    await ipn.endClaim(claim, { state: "waiting", reason: "account_paused", dueAt })
    return
  }
  const key = readLaneKey(claim.key)
  const isPayment = key.kind === "pay" || key.kind === "ref"
  if (isPayment && claim.isDecided && (await carryOutDecisions(container, claim))) return
  switch (key.kind) {
    case "msg": {
      const settlement = await confirmMessage(container, claim, key.value)
      if (settlement) await ipn.endClaim(claim, settlement)
      return
    }
    case "obj": {
      const handled = await readHandled(container, claim, settings)
      const settlement = { state: "settled", outcome: "applied", ignored: handled.ignored } as const
      await endLane(container, claim, { recorded: handled.recorded, settlement })
      return
    }
    case "pay": {
      const owner = await matchGatewayPayment(container, claim.accountId, key.value)
      if (owner) {
        await moveTo(container, claim, owner)
        return
      }
      await endUnmatched(container, claim)
      return
    }
    case "ref": {
      const match = await matchReference(container, claim.accountId, key.value)
      switch (match.kind) {
        case "unknown":
          await endUnmatched(container, claim)
          return
        case "other_provider":
          await endOfOtherProvider(container, claim, key.value, match.providerId)
          return
        case "payment": {
          const { expected } = match
          if (expected.accountId !== claim.accountId) {
            await moveTo(container, claim, expected)
            return
          }
          await ipn.lock.hold(
            await ipn.lockSubject(expected),
            (lost) => settlePayment(container, claim, expected, settings, lost),
            "worker"
          )
          return
        }
      }
    }
  }
}

/** What was told belongs to the lane of our reference, in the account that the payment is settled under. */
async function moveTo(container: MedusaContainer, claim: Claim, to: ExpectedPayment): Promise<void> {
  await container.resolve<IpnModuleService>(ipnModule).moveToReference(claim, to)
  await endMoved(container, claim, to)
}

/**
 * A payment of this store, but of a provider whose payments this account does not prove: that provider, or whoever takes
 * it over, is told of it as well.
 */
async function endOfOtherProvider(
  container: MedusaContainer,
  claim: Claim,
  reference: string,
  providerId: string
): Promise<void> {
  await endLane(container, claim, {
    recorded: [],
    besides: await container.resolve<IpnModuleService>(ipnModule).readLane(claim.laneId),
    settlement: {
      state: "settled",
      reason: "other_provider",
      detail: { provider: providerId },
      outcome: "ignored",
      paymentSessionId: reference,
    },
  })
}

/**
 * An event whose payment we do not know is kept and tried again for a day; then a person must look. Never "done", unless
 * a person set it aside or its money went back.
 */
async function endUnmatched(container: MedusaContainer, claim: Claim): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const settings = await ipn.settings.read()
  const { handled, recorded, ignored } = await readHandled(container, claim, settings)
  const facts = fold(handled)
  if (claim.isDecided && (await ipn.decisions.isIgnored(claim.laneId, facts))) {
    await endLane(container, claim, {
      recorded,
      settlement: { state: "settled", reason: "ignored", outcome: "ignored", ignored },
    })
    return
  }
  if (wentBack(facts)) {
    await endLane(container, claim, {
      recorded,
      settlement: { state: "settled", reason: "went_back", outcome: "applied", ignored },
    })
    return
  }
  const waitedMs = Date.now() - claim.firstDueAtMs
  const settlement: Settlement =
    waitedMs >= unmatchedForMs
      ? { state: "review", reason: "never_matched", outcome: "unmatched", ignored }
      : {
          state: "unmatched",
          reason: "unknown_payment",
          outcome: "unmatched",
          ignored,
          dueAt: new Date(Date.now() + retryDelayMs(claim.attempts, Math.random())),
        }
  await endLane(container, claim, { recorded, settlement })
}
