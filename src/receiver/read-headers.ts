/**
 * Headers as gateways read them, from node's `rawHeaders`: names in lower case, a name sent twice joined with ", ".
 * Node's own `headers` keeps only the first of some names and changes the joint of others.
 */
export function readHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers = Object.create(null) as Record<string, string>
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    const value = rawHeaders[i + 1] as string
    const known = headers[name]
    headers[name] = known === undefined ? value : `${known}, ${value}`
  }
  return headers
}
