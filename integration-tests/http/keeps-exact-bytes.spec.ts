import { request } from "node:http"
import { gzipSync } from "node:zlib"
import { sign } from "../../src/gateways/sandbox/sign"
import { specAccounts } from "../support/store/accounts"
import { startStore, type OwnStore } from "../support/store/start-store"

const config = specAccounts().sandbox?.config as { webhookSecrets: string[] }
const secret = config.webhookSecrets[0] ?? ""

/** Every byte there is, in no encoding. */
const anyBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

const bodies: [what: string, contentType: string | undefined, body: Buffer][] = [
  ["XML", "text/xml", Buffer.from('<?xml version="1.0"?><a>\u00f6</a>')],
  [
    "a form in windows-1252",
    "application/x-www-form-urlencoded; charset=windows-1252",
    Buffer.from("n=J\xf6rg", "latin1"),
  ],
  ["JSON in windows-1251", "application/json; charset=windows-1251", Buffer.from('{"a":"\xe4"}', "latin1")],
  ["a form that names a field twice", "application/x-www-form-urlencoded", Buffer.from("a=1&a=2&b[c]=%zz")],
  ["JSON that is none", "application/json", Buffer.from('{"a":')],
  ["JSON with odd spaces and numbers", "application/json", Buffer.from('{ "a" : 1.10,\r\n"a":1e2 }')],
  [
    "multipart",
    "multipart/form-data; boundary=x",
    Buffer.from('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--'),
  ],
  ["no content type", undefined, anyBytes],
  ["200 kB", "application/json", Buffer.alloc(200 * 1024, "a")],
]

describe("Medusa's HTTP server hands every byte to us", () => {
  let store: OwnStore

  beforeAll(async () => {
    const { sandbox } = specAccounts()
    store = await startStore({
      env: {
        // Nothing is sorted here: what was stored stays as it came.
        MEDUSA_WORKER_MODE: "server",
        IPN_OPTIONS: JSON.stringify({
          takeOver: [{ provider: "system_default", gateway: "sandbox", mode: "test", ...sandbox?.config }],
        }),
      },
    })
  })
  afterAll(async () => {
    await store?.stop()
  })

  async function bodyOf(messageMark: string): Promise<Buffer | undefined> {
    const { rows } = await store.sql.query<{ body: string }>(
      `select entry->>'body' as body from ipn_intake cross join json_array_elements(entries::json) entry
       where entry->'headers'->>'x-mark' = $1`,
      [messageMark]
    )
    expect(rows).toHaveLength(1)
    return rows[0] && Buffer.from(rows[0].body, "base64")
  }

  describe.each(["/hooks/ipn/sandbox", "/hooks/payment/system_default"])("%s", (path) => {
    it.each(bodies)("%s", async (what, contentType, body) => {
      const mark = `${path} ${what}`
      const headers = {
        "sandbox-signature": sign(body, secret, new Date()),
        "x-mark": mark,
        ...(contentType ? { "content-type": contentType } : {}),
      }
      expect(await post(`${store.baseUrl}${path}`, headers, body)).toBe(200)
      expect((await bodyOf(mark))?.equals(body)).toBe(true)
    })

    it("refuses what is too big, compressed or forged, and any other method", async () => {
      const url = `${store.baseUrl}${path}`
      const big = Buffer.alloc(300 * 1024)
      const zipped = gzipSync("{}")
      expect(await post(url, { "sandbox-signature": sign(big, secret, new Date()) }, big)).toBe(413)
      expect(
        await post(
          url,
          { "sandbox-signature": sign(zipped, secret, new Date()), "content-encoding": "gzip" },
          zipped
        )
      ).toBe(415)
      expect(await post(url, { "sandbox-signature": "t=1,v1=00" }, Buffer.from("{}"))).toBe(401)
      expect((await fetch(url, { method: "PUT" })).status).toBe(405)
    })
  })

  it("a taken-over provider is reached by no other spelling of its path", async () => {
    const body = Buffer.from("{}")
    const headers = {
      "sandbox-signature": sign(body, secret, new Date()),
      "content-type": "application/json",
    }
    expect(await post(`${store.baseUrl}/hooks/payment/system%5Fdefault`, headers, body)).toBe(404)
  })

  it("other providers' webhooks are Medusa's as before", async () => {
    const headers = { "content-type": "application/json" }
    expect(await post(`${store.baseUrl}/hooks/payment/other_provider`, headers, Buffer.from("{}"))).toBe(200)
    expect(await post(`${store.baseUrl}/hooks/payment/other_provider`, headers, Buffer.from("{"))).toBe(400)
  })
})

/** Sends exactly these bytes and headers; resolves to the status. */
function post(url: string, headers: Record<string, string>, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: "POST", headers, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0))
    })
    sending.on("error", reject)
    sending.end(body)
  })
}
