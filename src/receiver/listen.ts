import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { answer, writeReply } from "./answer"
import { createBodyReader, type BodyLimits } from "./read-body"
import type { IncomingCall, Receiver } from "./receiver"

export type ListenOptions = Readonly<{
  receive: Receiver["receive"]
  /** 0 takes any free port. */
  port: number
  /** Default: all addresses. */
  host?: string
  /** How many reverse proxies stand in front: so many entries from the end of X-Forwarded-For are believed. Default 0. */
  trustedProxies?: number
  /** The most open connections. Default 2000. */
  maxConnections?: number
  body?: Partial<BodyLimits>
}>

export type Listening = Readonly<{
  port: number
  /** Takes no new connections, answers what is under way (for at most 10 s) and resolves when all are closed. */
  close(): Promise<void>
}>

const path = "/hooks/ipn/"
const notFound = { status: 404, body: "Not found" }
const closeMs = 10_000

/**
 * Listens for `POST|GET /hooks/ipn/:account` on a port of its own, for a reverse proxy to send the gateways' calls to:
 * past Medusa's HTTP stack. 404 for any other path, 405 for any other method. Rejects when the port is taken.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { receive, trustedProxies = 0 } = options
  const readBody = createBodyReader(options.body)
  let closing = false

  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 65_000,
    },
    (request, response) => {
      if (closing) response.setHeader("connection", "close")
      const accountId = accountIdOf(request.url ?? "")
      if (accountId === undefined) return writeReply(response, notFound)
      if (request.method !== "POST" && request.method !== "GET") {
        return writeReply(response, { status: 405, headers: { allow: "GET, POST" } })
      }
      const ip = addressOf(request, trustedProxies)
      const receiveHere = async (call: IncomingCall) => {
        const reply = await receive(call)
        if (closing) response.setHeader("connection", "close")
        return reply
      }
      answer(request, response, { accountId, ip }, readBody, receiveHere).catch(() => response.destroy())
    }
  )
  server.maxConnections = options.maxConnections ?? 2000

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port, options.host, () => {
      server.off("error", reject)
      resolve()
    })
  })

  return {
    port: (server.address() as AddressInfo).port,
    close() {
      closing = true
      return new Promise<void>((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), closeMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      })
    },
  }
}

/** The account of a path `/hooks/ipn/<account>`; undefined for any other path. */
function accountIdOf(url: string): string | undefined {
  if (!url.startsWith(path)) return undefined
  const question = url.indexOf("?")
  const end = question < 0 ? url.length : question
  const id = url.slice(path.length, url.charAt(end - 1) === "/" ? end - 1 : end)
  return id === "" || id.includes("/") ? undefined : id
}

/** Who called: the socket's address, or the one that the outermost trusted proxy saw. */
function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const socket = request.socket.remoteAddress ?? ""
  if (trustedProxies === 0) return plain(socket)
  const forwarded = request.headersDistinct["x-forwarded-for"]?.join(",").split(",") ?? []
  const hops = [...forwarded.map((hop) => hop.trim()).filter(Boolean), socket]
  return plain(hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? socket)
}

function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address
}
