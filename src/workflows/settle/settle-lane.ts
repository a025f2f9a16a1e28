import type { MedusaContainer } from "@medusajs/framework/types"
import { fold } from "../../domain/fold"
import { readLaneKey } from "../../domain/lane-key"
import { wentBack } from "../../domain/went-back"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import { retryDelayMs, unmatchedForMs } from "../../modules/ipn/inbox/retry"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { carryOutDecisions } from "../decide/carry-out"
import { confirmMessage } from "./confirm-message"
import { endLane, endMoved } from "./end-lane"
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
      const owner = await ipn.findExpectedByGatewayPayment(claim.accountId, key.value)
      if (owner) {
        await ipn.moveToReference(claim, owner.reference)
        await endMoved(container, claim, owner.reference)
        return
      }
      await endUnmatched(container, claim)
      return
    }
    case "ref": {
      const expected = await ipn.findExpected(claim.accountId, key.value)
      if (!expected) {
        await endUnmatched(container, claim)
        return
      }
      await ipn.lock.hold(
        await ipn.lockSubject(expected),
        (lost) =>
          ipn.whileSettling(expected.reference, () =>
            settlePayment(container, claim, expected, settings, lost)
          ),
        "worker"
      )
    }
  }
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
