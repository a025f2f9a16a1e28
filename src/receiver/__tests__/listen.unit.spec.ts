import { request as httpRequest } from "node:http"
import { connect, type Socket } from "node:net"
import { gzipSync } from "node:zlib"
import { listen, type Listening, type ListenOptions } from "../listen"
import { createReceiver } from "../receiver"
import { accountsOf, accountWith, capturedBody, sandboxAccount, signed } from "./accounts"
import { createMemoryInbox, createMemoryLog } from "./memory-inbox"

let listening: Listening | undefined
afterEach(async () => {
  await listening?.close()
  listening = undefined
})

async function setUp(options: Partial<ListenOptions> = {}, account = sandboxAccount) {
  const memory = createMemoryInbox()
  const receiver = createReceiver({
    accounts: accountsOf(account),
    inbox: memory.inbox,
    log: createMemoryLog().log,
  })
  listening = await listen({ receive: receiver.receive, port: 0, host: "127.0.0.1", ...options })
  return { ...memory, receiver, port: listening.port, listening }
}

type Call = { method?: string; path?: string; headers?: Record<string, string | string[]>; body?: Uint8Array }

function send(port: number, { method = "POST", path = "/hooks/ipn/sandbox", headers = {}, body }: Call) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const request = httpRequest(
        { port, host: "127.0.0.1", method, path, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = []
          response.on("data", (chunk: Buffer) => chunks.push(chunk))
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            })
          )
        }
      )
      request.on("error", reject)
      request.end(body)
    }
  )
}

/** Writes raw bytes and collects what comes back until the server closes the connection. */
function rawSocket(port: number, text: string): { socket: Socket; closed: Promise<string> } {
  const socket = connect(port, "127.0.0.1")
  const chunks: Buffer[] = []
  socket.on("data", (chunk: Buffer) => chunks.push(chunk))
  socket.on("error", () => undefined)
  socket.write(text)
  return {
    socket,
    closed: new Promise((resolve) => socket.on("close", () => resolve(Buffer.concat(chunks).toString()))),
  }
}

it("a genuine message is stored with its exact bytes and answered 200 with an empty body", async () => {
  const { port, stored } = await setUp()
  const body = capturedBody("ev_1")
  const answer = await send(port, { headers: signed(body), body, path: "/hooks/ipn/sandbox?a=1&a=%31" })
  expect(answer).toMatchObject({ status: 200, body: "" })
  expect(stored[0]?.message).toMatchObject({ method: "POST", query: "a=1&a=%31", ip: "127.0.0.1" })
  expect(Buffer.compare(Buffer.from(stored[0]?.message.body ?? []), body)).toBe(0)
})

it.each([
  ["XML", "text/xml"],
  ["windows-1252 forms", "application/x-www-form-urlencoded; charset=windows-1252"],
  ["multipart", "multipart/form-data; boundary=x"],
  ["no content type", undefined],
  ["JSON that is none", "application/json; charset=windows-1251"],
])("the bytes of %s arrive unchanged", async (_, contentType) => {
  const account = accountWith({ verify: () => ({ kind: "unproven", why: "unsigned" }) })
  const { port, stored } = await setUp({}, account)
  const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  const answer = await send(port, { headers: contentType ? { "content-type": contentType } : {}, body })
  expect(answer.status).toBe(200)
  expect(Buffer.compare(Buffer.from(stored[0]?.message.body ?? []), body)).toBe(0)
})

it("a header sent twice is joined, and header names cannot reach a prototype", async () => {
  const account = accountWith({ verify: () => ({ kind: "unproven", why: "unsigned" }) })
  const { port, stored } = await setUp({}, account)
  const { closed } = rawSocket(
    port,
    "POST /hooks/ipn/sandbox HTTP/1.1\r\nHost: x\r\nX-Sig: a\r\nx-sig: b\r\n__proto__: c\r\nContent-Length: 1\r\nConnection: close\r\n\r\nz"
  )
  expect(await closed).toContain("200 OK")
  const headers = stored[0]?.message.headers ?? {}
  expect(headers["x-sig"]).toBe("a, b")
  expect(Object.keys(headers)).toContain("__proto__")
})

it("a forged message is answered 401, other paths 404, other methods 405", async () => {
  const { port, stored } = await setUp()
  const body = capturedBody("ev_1")
  expect((await send(port, { headers: { "sandbox-signature": "t=1,v1=00" }, body })).status).toBe(401)
  const paths = [
    "/",
    "/hooks/ipn/",
    "/hooks/ipn/nobody",
    "/hooks/ipn/sandbox/x",
    "/hooks/ipn",
    "/hooks/ipn/%00",
  ]
  const answers = await Promise.all(paths.map((path) => send(port, { path, headers: signed(body), body })))
  expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(
    paths.map(() => ({ status: 404, body: "Not found" }))
  )
  expect(await send(port, { method: "PUT", body })).toMatchObject({
    status: 405,
    headers: { allow: "GET, POST" },
  })
  expect(stored).toEqual([])
})

describe("a body that is not taken", () => {
  it("over 256 kB is answered 413, announced or not, and the caller sees the answer", async () => {
    const { port, stored } = await setUp()
    const body = Buffer.alloc(1_500_000, "a")
    const announced = await send(port, { headers: { "content-length": String(body.length) }, body })
    expect(announced).toMatchObject({ status: 413, headers: { connection: "close" } })
    const chunked = await send(port, { headers: { "transfer-encoding": "chunked" }, body })
    expect(chunked).toMatchObject({ status: 413, headers: { connection: "close" } })
    expect(stored).toEqual([])
  })

  it("of exactly 256 kB is read, of one byte more is not", async () => {
    const { port } = await setUp()
    expect((await send(port, { body: Buffer.alloc(256 * 1024 + 1) })).status).toBe(413)
    expect((await send(port, { body: Buffer.alloc(256 * 1024) })).status).toBe(401)
  })

  it("that is compressed is answered 415 and never inflated", async () => {
    const { port, stored } = await setUp()
    const body = gzipSync(capturedBody("ev_1"))
    const answer = await send(port, { headers: { ...signed(body), "content-encoding": "gzip" }, body })
    expect(answer.status).toBe(415)
    expect(stored).toEqual([])
  })

  it("that comes too slowly is answered 408 and the connection is closed", async () => {
    const { port, stored } = await setUp({ body: { timeoutMs: 30 } })
    const { closed } = rawSocket(
      port,
      "POST /hooks/ipn/sandbox HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"
    )
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /)
    expect(stored).toEqual([])
  })

  it("whose caller hangs up half-way stores nothing and hurts nobody", async () => {
    const { port, stored } = await setUp()
    const { socket, closed } = rawSocket(
      port,
      "POST /hooks/ipn/sandbox HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"
    )
    socket.once("connect", () => setImmediate(() => socket.destroy()))
    await closed
    const body = capturedBody("ev_1")
    expect((await send(port, { headers: signed(body), body })).status).toBe(200)
    expect(stored).toHaveLength(1)
  })

  it("while too much is being read at once is told to come again", async () => {
    const { port } = await setUp({ body: { maxBufferedBytes: 1000 } })
    const answer = await send(port, { body: Buffer.alloc(2000) })
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "5" } })
  })
})

it("believes as many forwarded addresses as there are proxies, and none without", async () => {
  const headers = { "x-forwarded-for": "203.0.113.66, 198.51.100.7" }
  const body = capturedBody("ev_1")
  const seen: (string | undefined)[] = []
  for (const trustedProxies of [0, 1, 2, 9]) {
    const { port, stored } = await setUp({ trustedProxies })
    await send(port, { headers: { ...signed(body), ...headers }, body })
    seen.push(stored[0]?.message.ip)
    await listening?.close()
  }
  expect(seen).toEqual(["127.0.0.1", "198.51.100.7", "203.0.113.66", "203.0.113.66"])
})

it("is told to come again while nothing can be stored; the redelivery is stored", async () => {
  const { port, stored, fail, recover } = await setUp()
  const body = capturedBody("ev_1")
  fail()
  expect(await send(port, { headers: signed(body), body })).toMatchObject({
    status: 503,
    headers: { "retry-after": "5" },
  })
  recover()
  expect((await send(port, { headers: signed(body), body })).status).toBe(200)
  expect(stored).toHaveLength(1)
})

it("50 connections share commits, and every one is answered after its own was stored", async () => {
  const { port, stored, batches } = await setUp()
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const body = capturedBody(`ev_${i}`)
      const { status } = await send(port, { headers: signed(body), body })
      return { status, isStored: stored.some((one) => one.read().events[0]?.key === `ev_${i}`) }
    })
  )
  expect(answers.every(({ status, isStored }) => status === 200 && isStored)).toBe(true)
  expect(batches.length).toBeLessThanOrEqual(50)
})

it("closing answers what is under way and then takes no more", async () => {
  const { port, hang, asked, stored, listening } = await setUp()
  const release = hang()
  const body = capturedBody("ev_1")
  const under = send(port, { headers: signed(body), body })
  while (asked() === 0) await new Promise((resolve) => setImmediate(resolve))
  const closed = listening.close()
  release()
  expect((await under).status).toBe(200)
  await closed
  expect(stored).toHaveLength(1)
  await expect(send(port, { headers: signed(body), body })).rejects.toThrow("ECONNREFUSED")
})

it("a port that is taken is told, not swallowed", async () => {
  const { port, receiver } = await setUp()
  await expect(listen({ receive: receiver.receive, port, host: "127.0.0.1" })).rejects.toThrow("EADDRINUSE")
})
