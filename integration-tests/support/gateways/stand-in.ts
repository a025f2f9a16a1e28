import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"

/** A program on the loopback address that plays a part of a gateway. */
export type StandIn = Readonly<{ url: string; port: number; stop(): Promise<void> }>

export type Call = Readonly<{ method: string; path: string; query: URLSearchParams; body: Buffer }>
export type Answer = Readonly<{ status?: number; type?: string; body: string }>

/** Answers each call with what `play` says; what it throws is a 500. */
export async function startStandIn(
  play: (call: Call) => Answer | Promise<Answer>,
  port = 0
): Promise<StandIn> {
  const server = createServer((request, response) => {
    readCall(request)
      .then(play)
      .then(
        ({ status = 200, type = "application/json", body }) =>
          response.writeHead(status, { "content-type": type }).end(body),
        (error: Error) => response.writeHead(500, { "content-type": "text/plain" }).end(error.message)
      )
  })
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(port, "127.0.0.1", resolve)
  )
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://localhost:${bound}`,
    port: bound,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost")
  return { method: request.method ?? "GET", path: pathname, query: searchParams, body: Buffer.concat(chunks) }
}

/** A page that says in words what cannot be done here. */
export function page(title: string, ...paragraphs: string[]): Answer {
  const body = paragraphs.map((text) => `<p>${text}</p>`).join("\n")
  return {
    type: "text/html; charset=utf-8",
    body: `<!doctype html><html lang="en"><title>${title}</title><body style="font:16px/1.5 system-ui;max-width:40em;margin:4em auto"><h1>${title}</h1>\n${body}</body></html>`,
  }
}
