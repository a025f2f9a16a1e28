import { container } from "@medusajs/framework"
import { defineMiddlewares } from "@medusajs/framework/http"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"
import { receiveCall, receiveTakenOver } from "./hooks/receive-call"
import { holdCart } from "./store/hold-cart"

/**
 * Bodies of gateways' calls are read by us, byte for byte: Medusa's parsers lose XML, other charsets and duplicate keys.
 * A taken-over provider is named path by path, because Medusa's own setting for `/hooks/payment/:provider` wins over
 * another one for the same pattern, and a plain path wins over both.
 */
export default defineMiddlewares({
  routes: [
    { matcher: "/hooks/ipn/:account", bodyParser: false, middlewares: [receiveCall] },
    ...takenOverProviders().map((provider) => ({
      matcher: `/hooks/payment/${provider}`,
      bodyParser: false as const,
    })),
    { matcher: "/hooks/payment/:provider", middlewares: [receiveTakenOver] },
    { matcher: "/store/carts/:id/complete", methods: ["POST"], middlewares: [holdCart] },
  ],
})

/** Medusa loads its modules before its routes, so the configuration is there. */
function takenOverProviders(): string[] {
  const service = container.resolve<IpnModuleService | undefined>(ipnModule, { allowUnregistered: true })
  if (!service) {
    throw new Error(
      "medusa-plugin-ipn cannot start: its module is missing. Spread `...payments.modules()` into `modules` in medusa-config."
    )
  }
  const taken = [...service.configuration.accounts.values()].filter((configured) => configured.takenOver)
  return taken.map((configured) => configured.account.id)
}
