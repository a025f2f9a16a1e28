import fc from "fast-check"
import type { Account, Message } from "../gateway"

type Config = Record<string, unknown>

/** The account with one option replaced by whatever is given, as if it had not passed the schema. */
export function withOption(account: Account<Config>, option: string, value: unknown): Account<Config> {
  return { ...account, config: { ...account.config, [option]: value } }
}

/** A secret of the same form that is another secret: one letter or digit in its middle is changed. */
export function corrupt(secret: unknown): unknown {
  if (Array.isArray(secret)) return secret.map(corrupt)
  if (typeof secret !== "string") return secret
  const middle = secret.length >> 1
  const place = [...secret].findIndex((character, at) => at >= middle && /[0-9A-Za-z]/.test(character))
  const other = /[0-9]/.test(secret.charAt(place)) ? "0123456789" : "abcdefabcdef"
  const old = secret.charAt(place).toLowerCase()
  const next = other.charAt(other.indexOf(old) + 1) || "0"
  return secret.slice(0, place) + next + secret.slice(place + 1)
}

/** Values in place of a secret that must prove nothing, alone and in a list where the secret is a list. */
export function emptySecrets(secret: unknown): unknown[] {
  const broken = [undefined, null, "", " ", "\t\n", "\u0000", 0, {}, ` ${String([secret].flat()[0])}`]
  return Array.isArray(secret) ? [[], ...broken.map((value) => [value]), ...broken] : [...broken, []]
}

/** The message with one byte of its body, or of its query when it has no body, changed by the mask. */
export function withByteChanged(message: Message, position: number, mask: number): Message {
  if (message.body.length === 0) {
    const query = Buffer.from(message.query)
    query[position] = (query[position] ?? 0) ^ mask
    return { ...message, query: query.toString("latin1") }
  }
  const body = Buffer.from(message.body)
  body[position] = (body[position] ?? 0) ^ mask
  return { ...message, body }
}

/**
 * Messages that nobody's gateway sent: random bytes, JSON and forms, and the examples with values replaced by values
 * of other kinds. All of them carry an example's headers, or random ones, and none carries a matching signature.
 */
export function oddMessages(examples: readonly Message[]): fc.Arbitrary<Message> {
  const [first] = examples
  if (!first) throw new Error("a gateway has at least one recording")
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json({ maxDepth: 4 }).map((json) => Buffer.from(json)),
    fc
      .array(fc.tuple(fc.string(), fc.string()))
      .map((fields) => Buffer.from(new URLSearchParams(fields).toString())),
    fc
      .constantFrom(
        "",
        "{}",
        "[]",
        "null",
        "1e400",
        '{"__proto__":{}}',
        "[".repeat(5000),
        '{"a":1,"a":2}',
        "%",
        "a=1&a=2",
        "<a/>"
      )
      .map((text) => Buffer.from(text)),
    fc
      .tuple(fc.constantFrom(...examples), fc.nat(), oddValue)
      .map(([example, place, value]) => replaceValue(example.body, place, value))
  )
  const headers = fc.oneof(
    fc.constantFrom(...examples.map((example) => example.headers)),
    fc.dictionary(
      fc.constantFrom(...examples.flatMap((example) => Object.keys(example.headers)), "x"),
      fc.string()
    ),
    fc.constant({})
  )
  const isOdd = (bytes: Uint8Array) => !examples.some((example) => Buffer.compare(example.body, bytes) === 0)
  return fc.tuple(body.filter(isOdd), headers, fc.string()).map(([bytes, named, query]) => {
    return { ...first, body: bytes, headers: named, query: first.method === "GET" ? query : first.query }
  })
}

const oddValue = fc.constantFrom(
  "null",
  "[]",
  "{}",
  "-1",
  "1e21",
  "0.001",
  "true",
  '""',
  '"__proto__"',
  '"constructor"',
  '"-5.00"',
  '"1e5"',
  '"NaN"',
  `"${"9".repeat(40)}"`,
  '"\\u0000"'
)

/** The message with each of its values in turn replaced by a negative number, written as a number and as a text. */
export function* negatives(message: Message): Generator<Message> {
  for (let place = 0; place < valuesIn(message.body).length; place++) {
    for (const value of ["-1", '"-5.00"'])
      yield { ...message, body: replaceValue(message.body, place, value) }
  }
}

function valuesIn(body: Uint8Array) {
  const text = Buffer.from(body).toString("latin1")
  return [...text.matchAll(/(?<=":\s*)("(?:[^"\\]|\\.)*"|-?\d[\d.]*|true|false|null)|(?<==)[^&]*/g)]
}

/** Replaces one value of a JSON or form text by another, leaving the rest as it is. */
function replaceValue(body: Uint8Array, place: number, value: string): Buffer {
  const text = Buffer.from(body).toString("latin1")
  const values = valuesIn(body)
  const match = values[place % Math.max(values.length, 1)]
  if (!match) return Buffer.from(value)
  const written =
    text.startsWith("{") || text.startsWith("[") ? value : encodeURIComponent(value.replace(/"/g, ""))
  return Buffer.from(
    text.slice(0, match.index) + written + text.slice(match.index + match[0].length),
    "latin1"
  )
}
