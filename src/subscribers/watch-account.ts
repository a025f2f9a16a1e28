import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { defineFileConfig } from "@medusajs/framework/utils"
import type { IpnEvent } from "../events"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"
import { isReplaced } from "./_is-replaced"

type Args = SubscriberArgs<IpnEvent<"ipn.payment.captured">>

/** Ends the alarm about a silent gateway with its first message: the job does the same every minute. */
export default async function watchAccount({ event: { data }, container }: Args): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  await ipn.watching.lookAtAccount(data.account_id, await ipn.settings.read())
}

export const config: SubscriberConfig = {
  event: [
    "ipn.payment.pending",
    "ipn.payment.authorized",
    "ipn.payment.captured",
    "ipn.payment.failed",
    "ipn.payment.canceled",
    "ipn.payment.expired",
  ],
  context: { subscriberId: "ipn-watch-account" },
}

defineFileConfig({ isDisabled: () => isReplaced("watchAccount") })
