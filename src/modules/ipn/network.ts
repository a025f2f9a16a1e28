import type { HttpRequest, HttpResponse, Io } from "../../gateways/gateway"

const timeoutMs = 10_000
const maxBytes = 1_048_576
const maxRemembered = 1_000
const remembered = new Map<string, { value: Promise<string>; until: number }>()

/**
 * How gateways reach their own servers: no redirects are followed, 10 seconds, answers of at most 1 MB. Throws when the
 * other side cannot be reached or says too much; any HTTP status is an answer.
 */
export const network: Io = {
  async request(request: HttpRequest): Promise<HttpResponse> {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { ...request.headers },
      ...(request.body === undefined
        ? {}
        : { body: typeof request.body === "string" ? request.body : Buffer.from(request.body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    })
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readCapped(response),
    }
  },
  now: () => new Date(),
  async remember(key, forMs, make) {
    const known = remembered.get(key)
    if (known && known.until > Date.now()) return known.value
    const value = make()
    // Others who ask meanwhile wait for the same answer; one that fails is forgotten.
    remembered.set(key, { value, until: Date.now() + forMs })
    value.catch(() => remembered.delete(key))
    if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!)
    return value
  },
}

async function readCapped(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new Error(`The answer of ${new URL(response.url).host} is larger than 1 MB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
