import fc from "fast-check"
import { findSigningKey, hmac } from "../hmac"

/** @see https://www.rfc-editor.org/rfc/rfc4231#section-4.3 test case 2 */
const rfc4231 = {
  key: Buffer.from("Jefe"),
  data: "what do ya want for nothing?",
  sha256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  sha512:
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
}

it.each(["sha256", "sha512"] as const)(
  "makes the published %s vector, in one part and in several",
  (algorithm) => {
    const { key, data } = rfc4231
    expect(hmac(algorithm, key, data).toString("hex")).toBe(rfc4231[algorithm])
    expect(hmac(algorithm, key, data.slice(0, 7), Buffer.from(data.slice(7))).toString("hex")).toBe(
      rfc4231[algorithm]
    )
  }
)

it("makes no signature with an empty key", () => {
  expect(() => hmac("sha256", Buffer.alloc(0), "x")).toThrow(RangeError)
})

const check = { algorithm: "sha256", parts: [rfc4231.data], encoding: "hex" } as const
const other = Buffer.from("another key")

it("names the key that signed, by its place", () => {
  expect(findSigningKey({ ...check, keys: [rfc4231.key, other], signatures: [rfc4231.sha256] })).toBe(0)
  expect(
    findSigningKey({ ...check, keys: [undefined, other, rfc4231.key], signatures: ["00", rfc4231.sha256] })
  ).toBe(2)
  expect(findSigningKey({ ...check, keys: [rfc4231.key], signatures: [rfc4231.sha256.toUpperCase()] })).toBe(
    0
  )
})

it("finds none for other keys, no keys and empty keys", () => {
  for (const keys of [[other], [], [undefined], [Buffer.alloc(0)]]) {
    expect(findSigningKey({ ...check, keys, signatures: [rfc4231.sha256] })).toBeUndefined()
  }
})

it("finds none for a signature that is cut, padded, repeated or in another encoding", () => {
  const base64 = Buffer.from(rfc4231.sha256, "hex").toString("base64")
  const wrong = [
    "",
    rfc4231.sha256.slice(2),
    rfc4231.sha256 + "00",
    `${rfc4231.sha256} `,
    `${rfc4231.sha256}zz`,
    base64,
  ]
  expect(findSigningKey({ ...check, keys: [rfc4231.key], signatures: wrong })).toBeUndefined()
  expect(
    findSigningKey({
      ...check,
      encoding: "base64",
      keys: [rfc4231.key],
      signatures: [base64.replace("=", "")],
    })
  ).toBeUndefined()
})

it("believes no text that somebody makes up", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{64}$/)), (text) => {
      return findSigningKey({ ...check, keys: [rfc4231.key], signatures: [text] }) === undefined
    })
  )
})
