import { container } from "@medusajs/framework"
import type { Subscribers } from "../config/subscribers"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"

/** Whether the store does without this subscriber: asked when Medusa loads its file, after all modules. */
export function isReplaced(name: keyof Subscribers): boolean {
  const ipn = container.resolve<IpnModuleService>(ipnModule, { allowUnregistered: true })
  return ipn?.configuration.subscribers[name] !== true
}
