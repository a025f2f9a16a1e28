import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { defineFileConfig } from "@medusajs/framework/utils"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"
import { isReplaced } from "./_is-replaced"

type Args = SubscriberArgs<{ id: string | string[] }>

/** Settles payments that wait for goods as soon as these are there: by itself a paid one is tried every half hour. */
export default async function serveRestocked({ event: { data }, container }: Args): Promise<void> {
  await container.resolve<IpnModuleService>(ipnModule).settleRestocked([data.id].flat())
}

export const config: SubscriberConfig = {
  event: ["inventory.inventory-level.created", "inventory.inventory-level.updated"],
  context: { subscriberId: "ipn-serve-restocked" },
}

defineFileConfig({ isDisabled: () => isReplaced("serveRestocked") })
