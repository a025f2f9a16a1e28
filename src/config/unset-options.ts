/**
 * The paths of what is written and undefined, as by an environment variable that is not set: in options, and in the lists
 * and options within them.
 */
export function unsetOptions(written: unknown): PropertyKey[][] {
  if (!Array.isArray(written) && !isPlain(written)) return []
  return Object.entries(written).flatMap(([name, value]: [string, unknown]) => {
    const key = Array.isArray(written) ? Number(name) : name
    return value === undefined ? [[key]] : unsetOptions(value).map((path) => [key, ...path])
  })
}

/** Not code that a store brought along, such as a gateway of a class. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
