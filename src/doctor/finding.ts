/** One thing that was looked at. `wrong` keeps payments from being handled; `note` is worth knowing. */
export type Finding = Readonly<{
  level: "ok" | "note" | "wrong"
  /** Whose matter it is: "Store", or an account's name. */
  about: string
  text: string
  /** What to do about it. */
  todo?: string
}>

export const ok = (about: string, text: string): Finding => ({ level: "ok", about, text })
export const note = (about: string, text: string, todo: string): Finding => ({
  level: "note",
  about,
  text,
  todo,
})
export const wrong = (about: string, text: string, todo: string): Finding => ({
  level: "wrong",
  about,
  text,
  todo,
})
