import fc from "fast-check"
import { issueToken, readToken, tokenKeyOf, tokenLifeMs, type TokenPurpose } from "../buyer-token"

const [current, previous, foreign] = ["a", "b", "c"].map((letter) => tokenKeyOf(letter.repeat(40)))
const keys = [current!, previous!]
const now = new Date("2026-11-20T12:00:00Z")
const reference = "payses_01JDW5Z0A4Q3M8V9T2R6X7Y8Z9"
const purposes: readonly TokenPurpose[] = ["status", "returned", "return", "resume", "claim"]

describe("a buyer's token", () => {
  it.each(purposes)("says for %s which payment it is about, and when it was made", (purpose) => {
    const token = issueToken(current!, purpose, reference, now)
    expect(token).toMatch(/^[\w-]{60,90}$/)
    expect(readToken(keys, token, [purpose], now)).toEqual({ purpose, reference, issuedAt: now })
  })

  it("of the previous key is read as long as that key is configured", () => {
    const token = issueToken(previous!, "status", reference, now)
    expect(readToken(keys, token, ["status"], now)?.reference).toBe(reference)
    expect(readToken([current!], token, ["status"], now)).toBeUndefined()
  })

  it("of another store says nothing", () => {
    expect(readToken(keys, issueToken(foreign!, "status", reference, now), ["status"], now)).toBeUndefined()
  })

  it.each(purposes)("of %s is good for nothing else", (purpose) => {
    const token = issueToken(current!, purpose, reference, now)
    const others = purposes.filter((one) => one !== purpose)
    expect(readToken(keys, token, others, now)).toBeUndefined()
  })

  it.each(purposes)("of %s is good until its time is over, and no second longer", (purpose) => {
    const token = issueToken(current!, purpose, reference, now)
    const end = now.getTime() + tokenLifeMs[purpose]
    expect(readToken(keys, token, [purpose], new Date(end))).toBeDefined()
    expect(readToken(keys, token, [purpose], new Date(end + 1000))).toBeUndefined()
  })

  it("with any bit changed says nothing", () => {
    const bytes = Buffer.from(issueToken(current!, "status", reference, now), "base64url")
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes)
      forged[bit >> 3] = forged[bit >> 3]! ^ (1 << (bit & 7))
      expect(readToken(keys, forged.toString("base64url"), purposes, now)).toBeUndefined()
    }
  })

  it("cut, made longer or written in another way says nothing", () => {
    const token = issueToken(current!, "status", reference, now)
    for (const other of [token.slice(0, -1), `${token}A`, `${token}=`, ` ${token}`, token.repeat(9), ""]) {
      expect(readToken(keys, other, purposes, now)).toBeUndefined()
    }
  })

  it("made of junk says nothing and breaks nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String({ maxLength: 600 })), (junk) => {
        expect(readToken(keys, junk, purposes, now)).toBeUndefined()
      })
    )
  })
})
