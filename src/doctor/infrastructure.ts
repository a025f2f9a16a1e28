import type { ConfigModule, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { Infrastructure } from "./check-store"

/** What Medusa's locks, events and workflows are kept in. */
export function readInfrastructure(container: MedusaContainer): Infrastructure {
  const { modules = {} } = container.resolve<ConfigModule>(ContainerRegistrationKeys.CONFIG_MODULE)
  const resolved = (name: string): string => {
    const declared = (modules as Record<string, unknown>)[name]
    const { resolve } = (declared ?? {}) as { resolve?: unknown }
    return typeof resolve === "string" ? resolve : ""
  }
  return {
    locking: lockingProvider(container),
    eventBus: resolved(Modules.EVENT_BUS),
    workflowEngine: resolved(Modules.WORKFLOW_ENGINE),
  }
}

/** The id of the provider that Medusa's locking module uses: `in-memory` where nobody chose. */
export function lockingProvider(container: MedusaContainer): string {
  const locking = container.resolve<{ defaultProviderId?: string } | undefined>(Modules.LOCKING, {
    allowUnregistered: true,
  })
  return locking?.defaultProviderId ?? ""
}
