import fc from "fast-check"
import { redactText } from "../redact-text"

/** Numbers that card networks publish for tests. */
const published = [
  "4242424242424242",
  "4111111111111111",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "30569309025904",
  "3566002020360505",
  "6011111111111117",
  "6205500000000000004",
  "4222222222222",
]

const checkDigit = (digits: readonly number[]) => {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = i % 2 === 0 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return (10 - (sum % 10)) % 10
}
const cardNumber = fc
  .tuple(
    fc.integer({ min: 2, max: 9 }),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 17 })
  )
  .map(([first, rest]) => [first, ...rest])
  .map((digits) => [...digits, checkDigit(digits)].join(""))
const notLuhn = cardNumber.map((number) => number.slice(0, -1) + ((Number(number.at(-1)) + 5) % 10))

/** The digits of a number in groups, as people write it. */
const written = (number: string, separator: string) => number.replace(/(.{4})(?=.)/g, `$1${separator}`)
const places: readonly ((number: string) => string)[] = [
  (number) => `{"card":{"number":"${number}","brand":"visa"}}`,
  (number) => `payment_status=Completed&card=${number}&txn_id=1AB`,
  (number) => `<payment><pan>${number}</pan></payment>`,
  (number) => `{"note":"paid by ${number}, thanks"}`,
  (number) => `{"note":"first line\\n${number}\\nthird"}`,
  (number) => `note=paid%20by%3D${number}%26thanks`,
  (number) => number,
]

describe("a card number", () => {
  it.each(published)("is taken out but for its last four digits: %s", (number) => {
    for (const place of places) {
      const stars = "x".repeat(number.length - 4)
      expect(redactText(place(number))).toBe(place(`${stars}${number.slice(-4)}`))
    }
  })

  it("is taken out of JSON, forms, XML and text, however it is written", () => {
    fc.assert(
      fc.property(
        cardNumber,
        fc.constantFrom("", " ", "-", "+", "%20", " -"),
        fc.constantFrom(...places),
        (number, separator, place) => {
          const redacted = redactText(place(written(number, separator)))
          expect(redacted.replace(/%20|[^\dx]/g, "")).not.toContain(number)
          expect(redacted).toBe(
            place(written(`${"x".repeat(number.length - 4)}${number.slice(-4)}`, separator))
          )
        }
      ),
      { numRuns: 5_000 }
    )
  })

  it("is a number again where it was one in JSON", () => {
    fc.assert(
      fc.property(cardNumber, (number) => {
        const redacted = redactText(`{"a": ${number}, "list":[1,${number}],"last":${number}}`)
        expect(JSON.parse(redacted)).toEqual({ a: 0, list: [1, 0], last: 0 })
      })
    )
  })

  it("stays when it is a known reference or id", () => {
    fc.assert(
      fc.property(cardNumber, cardNumber, fc.constantFrom(...places), (id, card, place) => {
        fc.pre(id !== card)
        const isKnown = (number: string) => number === id
        expect(redactText(place(id), isKnown)).toBe(place(id))
        expect(redactText(place(card), isKnown)).not.toBe(place(card))
      })
    )
  })

  it.each([
    ["%B4242424242424242^DOE/JANE^30122010000000000000?", "%Bxxxxxxxxxxxx4242"],
    [";4242424242424242=30122010000000000000?", ";xxxxxxxxxxxx4242"],
    ["track=%25B4242424242424242%5EDOE%2FJANE%5E3012201%3F&a=1", "track=%25Bxxxxxxxxxxxx4242&a=1"],
    ["track2=4242424242424242D30122010000&a=1", "track2=xxxxxxxxxxxx4242&a=1"],
    ["4242424242424242%3D30122010000&a=1", "xxxxxxxxxxxx4242&a=1"],
  ])("takes what follows it on a magnetic stripe with it: %s", (stripe, left) => {
    expect(redactText(stripe)).toBe(left)
  })
})

describe("what is no card number", () => {
  it("stays: an id that fails the check of card numbers", () => {
    fc.assert(
      fc.property(notLuhn, fc.constantFrom(...places), (id, place) => {
        expect(redactText(place(id))).toBe(place(id))
      }),
      { numRuns: 5_000 }
    )
  })

  it("stays: times, decimals, parts of words, longer numbers", () => {
    for (const text of [
      ...Array.from({ length: 200 }, (_, i) => `{"time":${1_700_000_000_000 + i * 1_234_567}}`),
      ...Array.from({ length: 200 }, (_, i) => `{"time":17000000000${String(10_000 + i)}}`),
      '{"rate":0.4242424242424242}',
      "id=txn_4242424242424242",
      "signature=a4242424242424242c",
      "id=42424242424242424242424242424242",
      "0000000000000000",
      "2026-11-22T19:45:00.000Z",
    ]) {
      expect(redactText(text)).toBe(text)
    }
  })

  it("stays as it came, whatever it is, and redacting twice is redacting once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const once = redactText(text)
        expect(redactText(once)).toBe(once)
        if (!/\d{3}/.test(text)) expect(once).toBe(text)
      }),
      { numRuns: 5_000 }
    )
  })
})

describe("a card's security code", () => {
  it.each([
    ['{"cvv":"123"}', '{"cvv":"xxx"}'],
    ['{"cardCvc" : 1234}', '{"cardCvc" : 0}'],
    ["card%5Bcvc%5D=123&a=1", "card%5Bcvc%5D=xxx&a=1"],
    ["card[cvv2]=123", "card[cvv2]=xxx"],
    ["<SecurityCode>123</SecurityCode>", "<SecurityCode>xxx</SecurityCode>"],
    ['<card cvv="123"/>', '<card cvv="xxx"/>'],
    ['{"data":"{\\"cvv\\":\\"123\\"}"}', '{"data":"{\\"cvv\\":\\"xxx\\"}"}'],
    ["data=%7B%22cvv%22%3A%22123%22%7D", "data=%7B%22cvv%22%3A%22xxx%22%7D"],
    ['name="cvv"\r\n\r\n123\r\n--', 'name="cvv"\r\n\r\nxxx\r\n--'],
    ["card_verification_value=123", "card_verification_value=xxx"],
  ])("is taken out: %s", (text, left) => expect(redactText(text)).toBe(left))

  it.each([
    '{"cvc_check":"pass","cvv_result":"M"}',
    '{"cvv":null}',
    '{"cvv":"12345"}',
    "cvvResponse=100",
    "csc=1.000",
  ])("is not what only tells about it: %s", (text) => expect(redactText(text)).toBe(text))
})
