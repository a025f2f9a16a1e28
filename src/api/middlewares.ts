import { container } from "@medusajs/framework"
import { defineMiddlewares } from "@medusajs/framework/http"
import { ConfigurationError } from "../config/configuration"
import type { ConfiguredAccount } from "../gateways/configured-account"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"
import { installedProviders } from "../workflows/settle/payment-records"
import { adminIpnMiddlewares } from "./admin/ipn/middlewares"
import { boundRouteCache } from "./bounded-route-cache"
import { receiveCall, receiveTakenOver } from "./hooks/receive-call"
import { countOwnHold } from "./store/count-own-hold"
import { holdCart } from "./store/hold-cart"
import { warnOfLocks } from "./warn-of-locks"

boundRouteCache()
warnOfLocks(container)

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
    { matcher: "/ipn/return/:account/:token", bodyParser: false },
    ...["/store/carts/:id", "/store/carts/:id/line-items", "/store/carts/:id/line-items/:line"].map(
      (matcher) => ({ matcher, methods: ["POST" as const], middlewares: [countOwnHold] })
    ),
    { matcher: "/store/carts/:id/complete", methods: ["POST"], middlewares: [holdCart] },
    ...adminIpnMiddlewares,
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
  const mistakes = taken.flatMap((configured) => mistakeIn(configured, installedProviders(container)))
  if (mistakes.length > 0) throw new ConfigurationError(mistakes)
  return taken.map((configured) => configured.account.id)
}

/** Webhooks of a misspelt provider would go on through Medusa, and nobody would notice. */
function mistakeIn({ account, providerId }: ConfiguredAccount, installed: readonly string[]): string[] {
  if (installed.includes(providerId)) return []
  const others = installed.filter((id) => !/^pp_(?:system|ipn)_/.test(id)).map((id) => `"${id.slice(3)}"`)
  const choice = others.length > 0 ? `choose of ${others.join(", ")}` : "this store has none to take over"
  return [
    `takeOver names "${account.id}", but there is no payment provider "${providerId}": ${choice}. Providers are handed to payments.modules({ providers: [...] }).`,
  ]
}
