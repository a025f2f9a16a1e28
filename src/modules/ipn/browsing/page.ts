import { encodeTime } from "ulid"

/** How many rows a list looks at, the newest or oldest first: older ones are reached by a range of time. */
export const lookedAt = 10_000

/** Which part of a list. */
export type Page = Readonly<{
  /** Default 20. */
  limit?: number | undefined
  offset?: number | undefined
  /** Default `desc`: the newest first. */
  direction?: "asc" | "desc" | undefined
}>

/** A condition or a table in SQL with the values that are bound to it, in order. */
export type Sql = Readonly<{
  sql: string
  bindings: readonly (string | number | boolean | Date | string[] | null)[]
}>

/** Conditions that all must hold; `true` when there are none. */
export function allOf(conditions: readonly (Sql | undefined)[]): Sql {
  const held = conditions.filter((condition) => condition !== undefined)
  return {
    sql: held.length > 0 ? held.map(({ sql }) => `(${sql})`).join(" and ") : "true",
    bindings: held.flatMap(({ bindings }) => bindings),
  }
}

/** A condition on a value, or none where there is no value. */
export function when<T>(value: T | undefined, condition: (value: T) => Sql): Sql | undefined {
  return value === undefined ? undefined : condition(value)
}

/** The ids of a prefix that were made in a range of time, both ends included. Ids begin with their time: `ipnmsg_` and a ULID. */
export function idsBetween(
  prefix: string,
  { from, to }: Readonly<{ from?: Date | undefined; to?: Date | undefined }>
): { first: string; last: string } {
  return {
    first: prefix + encodeTime(clamp(from?.getTime() ?? 0), 10) + "0".repeat(16),
    last: prefix + encodeTime(clamp(to?.getTime() ?? maxTime), 10) + "Z".repeat(16),
  }
}

/** The latest time that a ULID can hold. */
const maxTime = 2 ** 48 - 1

function clamp(time: number): number {
  return Math.min(Math.max(Math.floor(time), 0), maxTime)
}
