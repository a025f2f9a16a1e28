import { execFileSync } from "node:child_process"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

const root = resolve(__dirname, "..", "..", "..")
type Told = { state: string; terminal: boolean; version: string }
type Run = { told: Told[]; result?: Told; error?: { name: string; status?: number; message: string } }

/** The helper as it is published: compiled by the plugin's own tsconfig, and run by Node as the module that it is. */
describe("the storefront helper", () => {
  let folder: string
  let server: Server
  let url: string
  let answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void
  let calls: string[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ipn-storefront-"))
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc")
    const flags =
      "--module Node16 --moduleResolution Node16 --target ES2022 --skipLibCheck --declaration --strict"
    execFileSync(
      process.execPath,
      [
        tsc,
        ...flags.split(" "),
        ...["--types", "node", "--outDir", folder, "--rootDir", join(root, "src", "storefront")],
        ...["index.mts", "react.mts", "react.d.ts"].map((file) => join(root, "src", "storefront", file)),
      ],
      { cwd: root }
    )
    server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url} ${request.headers["x-ipn-token"]}`)
      answer(request, response, calls.length)
    })
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }, 60_000)
  beforeEach(() => {
    calls = []
  })
  afterAll(async () => {
    server?.closeAllConnections()
    await new Promise((closed) => server?.close(closed))
    rmSync(folder, { recursive: true, force: true })
  })

  /** Waits for a payment in a process of its own; `abortAfter` so many answers. */
  async function run(abortAfter = Infinity): Promise<Run> {
    const program = `
      import { waitForPayment } from ${JSON.stringify(join(folder, "index.mjs"))}
      const told = []
      const gone = new AbortController()
      const out = (more) => console.log(JSON.stringify({ told, ...more }))
      waitForPayment({
        baseUrl: ${JSON.stringify(`${url}/`)}, publishableKey: "pk_test", token: "t1", signal: gone.signal,
        onChange: (status) => { told.push(status); if (told.length >= ${abortAfter === Infinity ? 99 : abortAfter}) gone.abort(new Error("the page was left")) },
      }).then((result) => out({ result }), (error) => out({ error: { name: error.name, status: error.status, message: error.message } }))`
    const { execFile } = await import("node:child_process")
    return new Promise((done, failed) =>
      execFile(process.execPath, ["--input-type=module", "-e", program], (error, stdout) =>
        error ? failed(error) : done(JSON.parse(stdout) as Run)
      )
    )
  }

  const status = (state: string, version: string, terminal = false) =>
    JSON.stringify({ state, terminal, version })
  const say = (response: ServerResponse, code: number, body: string, headers = {}) =>
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(body)

  it("tells every change once and resolves to the end", async () => {
    answer = (_, response, nth) =>
      say(
        response,
        200,
        [
          status("awaiting_buyer", "a"),
          status("awaiting_buyer", "a"),
          status("processing", "b"),
          status("paid", "c", true),
        ][nth - 1]!
      )
    const { told, result } = await run()
    expect(told.map(({ state }) => state)).toEqual(["awaiting_buyer", "processing", "paid"])
    expect(result?.state).toBe("paid")
    expect(calls).toEqual([
      "GET /store/ipn/status t1",
      "GET /store/ipn/status?wait=25&since=a t1",
      "GET /store/ipn/status?wait=25&since=a t1",
      "GET /store/ipn/status?wait=25&since=b t1",
    ])
  })

  it("goes on through lost connections, 503, 429 and answers that are no JSON", async () => {
    answer = (request, response, nth) => {
      if (nth === 1) request.socket.destroy()
      else if (nth === 2) say(response, 503, "<html>down</html>", { "retry-after": "1" })
      else if (nth === 3) say(response, 429, "{}")
      else say(response, 200, status("paid", "c", true))
    }
    expect((await run()).result?.state).toBe("paid")
    expect(calls).toHaveLength(4)
  }, 20_000)

  it("ends at once for a token that is wrong or too old", async () => {
    answer = (_, response) => say(response, 404, '{"message":"too old"}')
    expect(await run()).toMatchObject({ error: { name: "PaymentError", status: 404, message: "too old" } })
    expect(calls).toHaveLength(1)
  })

  it("ends when the page is left, in the middle of waiting too", async () => {
    answer = (_, response, nth) => {
      if (nth === 1) say(response, 200, status("processing", "a"))
    }
    const { told, error } = await run(1)
    expect(told).toHaveLength(1)
    expect(error?.message).toBe("the page was left")
  })

  it("needs no package, and its declarations name React nowhere", () => {
    const code = readFileSync(join(folder, "index.mjs"), "utf8")
    expect(code).not.toMatch(/^\s*import\b|\brequire\(/m)
    expect(readFileSync(join(folder, "react.mjs"), "utf8")).toMatch(/^"use client"/)
    expect(readFileSync(join(folder, "react.d.mts"), "utf8")).not.toContain('"react"')
  })
})
