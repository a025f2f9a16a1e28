import { useAnswer } from "../client/use-answer"

/** One setting as the owner may change it. */
export type Setting = Readonly<{
  key: string
  value: unknown
  default: unknown
  /** Fixed in medusa-config. */
  pinned: boolean
  unit: string
  schema: Readonly<Record<string, unknown>>
  changed_by: string | null
  changed_at: string | null
}>

export type SettingChange = Readonly<{
  id: string
  key: string
  from: unknown
  to: unknown
  actor_id: string
  created_at: string
}>

export function useSettings() {
  return useAnswer<{ settings: Setting[] }>("/settings", {}, { live: false })
}

/** Who changed what, the newest first. */
export function useSettingChanges(limit = 10) {
  return useAnswer<{ setting_changes: SettingChange[]; count: number }>(
    "/setting-changes",
    { limit },
    { live: false }
  )
}

export type WrittenMail = Readonly<{
  id: string
  subject: string
  preheader: string
  html: string
  text: string
  language: string
}>

/** How an email looks, with made-up data. */
export function useMail(id: string, language: string | undefined) {
  return useAnswer<{ email: WrittenMail }>(`/emails/${encodeURIComponent(id)}`, { language }, { live: false })
}
