import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** Plays just enough of the sandbox for a checkout to start: takes the order for a payment and names a page to pay on. */
export async function openSandboxPayments(): Promise<{ url: string; close(): Promise<void> }> {
  let made = 0
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const id = `pay_bench_${++made}`
      const body = request.method === "POST" ? { id, url: `${url}/pay/${id}` } : { payments: [] }
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((listening) => server.listen(0, "localhost", listening))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    url,
    close() {
      server.closeAllConnections()
      return new Promise((closed) => server.close(() => closed()))
    },
  }
}
