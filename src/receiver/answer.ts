import type { IncomingMessage, ServerResponse } from "node:http"
import type { Reply } from "../gateways/gateway"
import type { BodyRead } from "./read-body"
import { readHeaders } from "./read-headers"
import type { IncomingCall } from "./receiver"

/** Where a call goes and who sent it, as the server in front knows it. */
export type Destination = Readonly<{ accountId: string; ip: string }>

const lingerMs = 1_000
const lingerBytes = 2 * 1024 * 1024

/**
 * Reads one call from a socket, has it received and writes the answer. For node's bare server and for Express alike;
 * nothing may have read the body before. Answers nothing when the caller hung up.
 */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  to: Destination,
  readBody: (request: IncomingMessage) => Promise<BodyRead>,
  receive: (call: IncomingCall) => Promise<Reply>
): Promise<void> {
  const read = await readBody(request)
  if (read.kind === "gone") return
  if (read.kind === "refused") return refuse(request, response, read.status)
  const url = request.url ?? ""
  const question = url.indexOf("?")
  const reply = await receive({
    accountId: to.accountId,
    method: request.method === "GET" ? "GET" : "POST",
    query: question < 0 ? "" : url.slice(question + 1),
    headers: readHeaders(request.rawHeaders),
    body: read.bytes,
    ip: to.ip,
  })
  writeReply(response, reply)
}

/** Writes a reply as it is: no headers but its own, the length and node's date. */
export function writeReply(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return
  const body = reply.body ?? ""
  response.writeHead(reply.status, {
    ...(body === "" ? {} : { "content-type": "text/plain; charset=utf-8" }),
    ...reply.headers,
    "content-length": Buffer.byteLength(body),
  })
  response.end(body)
}

/**
 * Answers a call whose body was not read to its end, and closes the connection. The answer goes out first, and what the
 * caller is still sending is thrown away for a moment: closing at once would reset the connection, and the caller
 * would see no answer (https://www.rfc-editor.org/rfc/rfc9112#section-9.6).
 */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  response.writeHead(status, {
    connection: "close",
    "content-length": 0,
    ...(status === 503 ? { "retry-after": "5" } : {}),
  })
  response.flushHeaders()

  let thrownAway = 0
  const timer = setTimeout(finish, lingerMs)
  function finish(): void {
    clearTimeout(timer)
    response.end()
    request.destroy()
  }
  request.on("data", (chunk: Buffer) => {
    thrownAway += chunk.length
    if (thrownAway > lingerBytes) finish()
  })
  request.once("end", finish).once("close", finish)
  request.resume()
}
