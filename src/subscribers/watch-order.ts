import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { ContainerRegistrationKeys, defineFileConfig } from "@medusajs/framework/utils"
import type { IpnEvent } from "../events"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"
import { isReplaced } from "./_is-replaced"

type Args = SubscriberArgs<IpnEvent<"ipn.payment.captured"> | { id: string }>

/** Looks at an order's issues at once when money of it moves or it is cancelled: the job does the same every hour. */
export default async function watchOrder(args: Args): Promise<void> {
  const orderIds = await ordersOf(args)
  if (orderIds.length === 0) return
  const ipn = args.container.resolve<IpnModuleService>(ipnModule)
  await ipn.watching.lookAtOrders(orderIds, await ipn.settings.read())
}

async function ordersOf({ event: { name, data }, container }: Args): Promise<string[]> {
  if ("order_id" in data) return data.order_id ? [data.order_id] : []
  if (name === "order.canceled") return [data.id]
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const { data: payments } = await query.graph({
    entity: "payment",
    filters: { id: data.id },
    fields: ["payment_collection.order.id"],
  })
  return payments.flatMap(({ payment_collection }) => payment_collection?.order?.id ?? [])
}

export const config: SubscriberConfig = {
  event: [
    "order.canceled",
    "payment.captured",
    "payment.refunded",
    "ipn.payment.authorized",
    "ipn.payment.captured",
    "ipn.refund.succeeded",
  ],
  context: { subscriberId: "ipn-watch-order" },
}

defineFileConfig({ isDisabled: () => isReplaced("watchOrder") })
