import { isAdminBuilt } from "../../../scripts/build-admin"
import { repository, runProgram } from "../store/child-process"
import { adminEnvironment } from "../store/medusa"
import { startStore, type OwnStore, type StoreOptions } from "../store/start-store"

/** A store that serves the admin panel, which is built first where it is not. */
export async function startStoreWithAdmin(options: StoreOptions = {}): Promise<OwnStore> {
  if (!isAdminBuilt()) {
    await runProgram({ args: ["--import", "tsx", "scripts/build-admin.ts"], cwd: repository })
  }
  return startStore({ ...options, env: { ...adminEnvironment, ...options.env } })
}
