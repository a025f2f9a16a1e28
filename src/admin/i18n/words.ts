import type en from "./languages/en"

type Like<T> = { [K in keyof T]: T[K] extends string ? string : Like<T[K]> }

/** What every language says: the same keys as English. */
export type Words = Like<typeof en>
