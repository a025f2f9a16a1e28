import { ipnOf } from "../module"

/** All settings as the owner sees them, with who changed each last. */
export async function readSettings(request: Parameters<typeof ipnOf>[0]) {
  const { settings, browsing } = ipnOf(request)
  const [listed, changes] = await Promise.all([settings.list(), browsing.lastSettingChanges()])
  return listed.map(({ sentence, ...setting }) => {
    const change = changes.get(setting.key)
    return {
      ...setting,
      description: sentence,
      changed_by: change?.actor_id ?? null,
      changed_at: change?.changed_at ?? null,
    }
  })
}
