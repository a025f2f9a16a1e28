import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"

/** A call that a simulator got, read completely. */
export type Call = Readonly<{
  method: string
  path: string
  query: URLSearchParams
  headers: Readonly<Record<string, string>>
  body: Buffer
}>

export type Answer = Readonly<{
  status: number
  headers?: Readonly<Record<string, string>>
  body?: string | Buffer
}>

/** An HTTP server on loopback. `port` 0 or none takes a free one; without an answer the connection is cut. */
export async function startHttpServer(
  handle: (call: Call) => Answer | undefined | Promise<Answer>,
  port = 0
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    void readCall(request)
      .then(handle)
      .catch((error: unknown): Answer => ({ status: 500, body: String(error) }))
      .then((answer) => {
        if (!answer) request.socket.destroy()
        else response.writeHead(answer.status, answer.headers).end(answer.body)
      })
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve())
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1")
  return {
    method: request.method ?? "GET",
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)])
    ),
    body: Buffer.concat(chunks),
  }
}
