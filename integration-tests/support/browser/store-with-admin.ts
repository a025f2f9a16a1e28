import { adminEnvironment } from "../store/medusa"
import { joinAdminStore } from "../store/kept-store"
import { startStore, type OwnStore, type StoreOptions } from "../store/start-store"

/** A store of its own that serves the admin panel. The panel is built once a run, by the store that specs share. */
export async function startStoreWithAdmin(options: StoreOptions = {}): Promise<OwnStore> {
  await (await joinAdminStore()).stop()
  return startStore({ ...options, env: { ...adminEnvironment, ...options.env } })
}
