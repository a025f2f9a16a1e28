import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { coreMessage } from "./core-provider/sign"
import { sandboxMessage } from "./sandbox-message"

/** What to send; everything sent is a message of its own. */
export type Load = Readonly<{
  url: string
  sender: "sandbox" | "core"
  connections: number
  /** Either for so many seconds, or so many messages. */
  seconds?: number
  messages?: number
}>

export type LoadResult = Readonly<{ perSecond: number; accepted: number }>

const perSecondAtMost = 20_000

/**
 * A program of its own, so that sending does not slow the store's process: `load.ts <JSON of Load>`, one JSON line back.
 * Requests are written as bytes that were made beforehand: sender and store share the machine's cores, and a load program
 * that makes and reads each request with care took as much of them as the receiver that was measured.
 */
async function main(): Promise<void> {
  const load = JSON.parse(process.argv[2] ?? "") as Load
  const requests = requestsOf(load).values()
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => open(load.url)))
  const started = performance.now()
  const until = load.seconds === undefined ? Infinity : started + load.seconds * 1_000
  const accepted = await Promise.all(sockets.map((socket) => sendOneByOne(socket, requests, until)))
  const total = accepted.reduce((sum, one) => sum + one, 0)
  if (load.seconds !== undefined && requests.next().done) {
    throw new Error("faster than the messages that were made beforehand")
  }
  const answer: LoadResult = { perSecond: total / ((performance.now() - started) / 1_000), accepted: total }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

function requestsOf({ url, sender, seconds = 0, messages = seconds * perSecondAtMost }: Load): Buffer[] {
  const { host, pathname } = new URL(url)
  const unique = `${process.pid.toString(36)}${Date.now().toString(36)}`
  return Array.from({ length: messages }, (_, i) => {
    const id = `bench_${unique}_${i}`
    const { headers, body } =
      sender === "sandbox"
        ? sandboxMessage({ id, reference: `payses_${id}`, amount: "10.00", currency: "eur" })
        : coreMessage({ id, amount: 10 })
    const lines = Object.entries({ host, ...headers, "content-length": body.byteLength })
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")
    return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${head}\r\n${body.toString()}`)
  })
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, "connect")
  return socket
}

/** Sends the next request once the one before was answered. @returns how many were answered with 200 in time. */
function sendOneByOne(socket: Socket, requests: Iterator<Buffer>, until: number): Promise<number> {
  return new Promise((done, fail) => {
    let accepted = 0
    let answer = ""
    const next = () => {
      const request = performance.now() < until ? requests.next() : undefined
      if (!request || request.done) {
        socket.destroy()
        done(accepted)
      } else socket.write(request.value)
    }
    socket.setEncoding("latin1")
    socket.on("error", fail)
    socket.on("end", () => fail(new Error("the connection was closed")))
    socket.on("data", (chunk: string) => {
      try {
        answer += chunk
        if (!isWhole(answer)) return
        if (!answer.startsWith("HTTP/1.1 200 ")) throw new Error(`not accepted: ${answer}`)
        accepted += 1
        answer = ""
        next()
      } catch (error) {
        fail(error as Error)
      }
    })
    next()
  })
}

/** Whether an answer has come to its end: all of ours and of core's say how long they are. */
function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf("\r\n\r\n")
  if (headEnd < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  if (length === undefined) throw new Error(`an answer without its length: ${answer}`)
  return answer.length >= headEnd + 4 + Number(length)
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
