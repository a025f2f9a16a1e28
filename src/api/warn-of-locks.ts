import cluster from "node:cluster"
import type { ConfigModule, Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { lockingProvider } from "../doctor/infrastructure"

/** Says at the start that several processes share no locks: a process that is not alone by its own mode knows. */
export function warnOfLocks(container: MedusaContainer, isClustered = cluster.isWorker): void {
  const { projectConfig } = container.resolve<ConfigModule>(ContainerRegistrationKeys.CONFIG_MODULE)
  const mode = projectConfig.workerMode ?? "shared"
  if ((mode === "shared" && !isClustered) || lockingProvider(container) !== "in-memory") return
  const why = mode === "shared" ? "in a cluster" : `in the mode "${mode}"`
  container
    .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
    .warn(
      `[ipn] this process runs ${why}, so there are others, but Medusa's locks are in the memory of each: two of them may capture or refund the same payment at once. Give Medusa a locking module that is shared, such as @medusajs/medusa/locking-redis.`
    )
}
