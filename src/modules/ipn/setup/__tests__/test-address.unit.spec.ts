import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { probeAnswer, probeHeader } from "../../../../receiver/probe"
import { network } from "../../network"
import { testAddress } from "../test-address"

type Seen = Readonly<{ url: string; asked: string; body: Buffer }>

/** A server on this machine that answers as it is told, and what is said of it. */
async function test(answer: (seen: Seen) => { status: number; body?: string; location?: string }) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const { port } = server.address() as AddressInfo
      const { status, body, location } = answer({
        url: `http://127.0.0.1:${port}${request.url ?? ""}`,
        asked: String(request.headers[probeHeader]),
        body: Buffer.concat(chunks),
      })
      response.writeHead(status, location ? { location } : {}).end(body)
    })
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const { port } = server.address() as AddressInfo
  try {
    return await testAddress({ notifyUrl: `http://127.0.0.1:${port}/hooks/ipn/main` }, network)
  } finally {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
}

it("says that the bytes arrived as they were sent", async () => {
  const told = await test(({ asked, url, body }) => ({ status: 200, body: probeAnswer(asked, url, body) }))
  expect(told).toMatchObject({ outcome: "arrived", status: 200, detail: null })
})

it("says that something on the way writes bodies anew, as a proxy does that parses them", async () => {
  const told = await test(({ asked, url, body }) => ({
    status: 200,
    body: probeAnswer(asked, url, Buffer.from(JSON.stringify(JSON.parse(body.toString())))),
  }))
  expect(told).toMatchObject({ outcome: "changed", status: 200 })
})

it("says where it was redirected to, and does not follow", async () => {
  const told = await test(() => ({ status: 301, location: "https://www.example.com/" }))
  expect(told).toMatchObject({ outcome: "redirected", status: 301, detail: "https://www.example.com/" })
})

it.each([200, 401, 404, 502])("says that somebody else answered, with %d", async (status) => {
  const told = await test(() => ({ status, body: "<h1>Welcome</h1>" }))
  expect(told).toMatchObject({ outcome: "not_this_store", status })
})

it("says why nobody could be reached", async () => {
  const told = await testAddress({ notifyUrl: "http://127.0.0.1:1/hooks/ipn/main" }, network)
  expect(told).toMatchObject({ outcome: "unreachable", status: null })
  expect(told.detail).not.toBe("")
})
