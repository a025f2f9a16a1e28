import type { IncomingMessage } from "node:http"

/** The exact bytes of a body, or why there are none. `gone`: the caller hung up, there is nobody to answer. */
export type BodyRead =
  | Readonly<{ kind: "body"; bytes: Uint8Array }>
  | Readonly<{ kind: "refused"; status: 408 | 413 | 415 | 503 }>
  | Readonly<{ kind: "gone" }>

export type BodyLimits = Readonly<{
  /** Of one body. Default 262,144. */
  maxBytes: number
  /** From the first to the last byte. Default 10,000. */
  timeoutMs: number
  /** Of all bodies being read at once, in this process. Default 67,108,864. */
  maxBufferedBytes: number
}>

const defaults: BodyLimits = { maxBytes: 256 * 1024, timeoutMs: 10_000, maxBufferedBytes: 64 * 1024 * 1024 }
const empty = new Uint8Array(0)

/**
 * A reader of request bodies: any content type and charset, never decoded, never inflated. 413 over the cap (told
 * before reading where content-length says so), 408 when it takes too long, 415 when it is compressed, 503 when too
 * much is being read at once. After a refusal the rest of the body was not read: answer and close the connection.
 */
export function createBodyReader(
  options: Partial<BodyLimits> = {}
): (request: IncomingMessage) => Promise<BodyRead> {
  const limits: BodyLimits = { ...defaults, ...options }
  let buffered = 0

  return function readBody(request) {
    const encoding = request.headers["content-encoding"]
    if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
      return Promise.resolve({ kind: "refused", status: 415 })
    }
    const announced = Number(request.headers["content-length"] ?? 0)
    if (announced > limits.maxBytes) return Promise.resolve({ kind: "refused", status: 413 })
    if (announced === 0 && request.headers["transfer-encoding"] === undefined) {
      return Promise.resolve({ kind: "body", bytes: empty })
    }

    return new Promise((resolve) => {
      let size = 0
      let chunks: Buffer[] = []
      let isSettled = false
      const timer = setTimeout(() => settle({ kind: "refused", status: 408 }), limits.timeoutMs)

      // Listeners are left where they are, which costs nothing: a request that fails later must not end the process.
      function settle(read: BodyRead): void {
        if (isSettled) return
        isSettled = true
        clearTimeout(timer)
        buffered -= size
        chunks = []
        resolve(read)
      }
      function onData(chunk: Buffer): void {
        if (isSettled) return
        size += chunk.length
        buffered += chunk.length
        if (size > limits.maxBytes) return settle({ kind: "refused", status: 413 })
        if (buffered > limits.maxBufferedBytes) return settle({ kind: "refused", status: 503 })
        chunks.push(chunk)
      }
      function onEnd(): void {
        settle({ kind: "body", bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) })
      }
      function onGone(): void {
        settle({ kind: "gone" })
      }

      request.on("data", onData).on("end", onEnd).on("close", onGone).on("error", onGone)
    })
  }
}
