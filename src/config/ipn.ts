import { Modules } from "@medusajs/framework/utils"
import { ipnModule } from "../modules/ipn/name"
import type { IpnOptionsInput } from "./options"

type ProviderEntry = { resolve: string; id?: string; options?: Record<string, unknown> }
type ModuleEntry = { resolve: string; dependencies?: string[]; options?: Record<string, unknown> }

/** What `ipn()` hands out for medusa-config. */
export type IpnParts = Readonly<{
  /** Goes into `plugins`: the routes and workflows. */
  plugin: { resolve: string; options: Record<string, unknown> }
  /**
   * Goes, spread, into `modules`: the plugin's module and Medusa's payment module with one provider per account, bound
   * together so that the providers can answer from what the gateways said. Hand the store's other payment providers
   * in here; do not list `@medusajs/medusa/payment` a second time.
   */
  modules(payment?: { providers?: ProviderEntry[] }): ModuleEntry[]
}>

/**
 * The one place to configure instant payment notifications. Mistakes are told when the store starts, not here, so that
 * `medusa build` works without secrets.
 * @param packageRoot Where the plugin's parts are found; only this plugin's own repository says other than the default.
 * @example
 * const payments = ipn({ publicUrl: "https://shop.example.com", accounts: { main: { gateway: "stripe", mode: "live", apiKey, webhookSecrets } } })
 * export default defineConfig({ plugins: [payments.plugin], modules: [...payments.modules()] })
 */
export function ipn(options: IpnOptionsInput, packageRoot = "medusa-plugin-ipn"): IpnParts {
  return {
    plugin: { resolve: packageRoot, options },
    modules: (payment) => [
      {
        resolve: `${packageRoot}/modules/ipn`,
        dependencies: [Modules.WORKFLOW_ENGINE, Modules.INVENTORY],
        options,
      },
      {
        resolve: "@medusajs/medusa/payment",
        dependencies: [ipnModule],
        options: {
          providers: [
            ...(payment?.providers ?? []),
            ...namesOf(options).map((account) => ({
              resolve: `${packageRoot}/providers/payment`,
              id: account,
              options: { account },
            })),
          ],
        },
      },
    ],
  }
}

function namesOf(options: IpnOptionsInput | undefined): string[] {
  const accounts: unknown = options?.accounts
  return typeof accounts === "object" && accounts !== null && !Array.isArray(accounts)
    ? Object.keys(accounts)
    : []
}
