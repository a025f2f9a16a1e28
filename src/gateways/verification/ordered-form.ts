import { decodeWindows1252 } from "./windows-1252"

export type FormOptions = Readonly<{
  /** Any name that TextDecoder knows, as in "windows-1252". Default "utf-8". */
  charset?: string
  /** A percent sign that starts no escape is refused, or is taken as it stands. Default "refuse". */
  badEscapes?: "refuse" | "keep"
  /** The most fields. Default 1000. */
  maxFields?: number
  /** The most bytes. Default 262144. */
  maxBytes?: number
}>

/**
 * The fields of an `application/x-www-form-urlencoded` body or query in the order sent, repeated names included.
 * @throws RangeError when the charset is unknown, an escape or a byte is wrong, a name is empty, a zero character is
 * in it, or there are too many bytes or fields.
 */
export function readPairs(
  form: Uint8Array | string,
  options: FormOptions = {}
): [name: string, value: string][] {
  const { charset = "utf-8", badEscapes = "refuse", maxFields = 1000, maxBytes = 262_144 } = options
  const bytes = typeof form === "string" ? Buffer.from(form, "utf8") : form
  if (bytes.length > maxBytes) throw new RangeError(`the form is larger than ${maxBytes} bytes`)
  const decoder = decoderOf(charset)
  const fields = splitAt(bytes, ampersand).filter((field) => field.length > 0)
  if (fields.length > maxFields) throw new RangeError(`the form has more than ${maxFields} fields`)
  return fields.map((field) => {
    const equals = field.indexOf(equalsSign)
    const name = decode(equals < 0 ? field : field.subarray(0, equals), decoder, badEscapes)
    const value = equals < 0 ? "" : decode(field.subarray(equals + 1), decoder, badEscapes)
    if (name === "") throw new RangeError("a field of the form has no name")
    return [name, value]
  })
}

/**
 * The fields of a form by name, in the order sent.
 * @throws RangeError as `readPairs` does, and when a name is there twice: two readers could take different ones.
 */
export function readForm(form: Uint8Array | string, options: FormOptions = {}): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of readPairs(form, options)) {
    if (fields.has(name)) throw new RangeError(`the form has the field "${name.slice(0, 40)}" twice`)
    fields.set(name, value)
  }
  return fields
}

type Decoder = InstanceType<typeof TextDecoder>

const ampersand = 0x26
const equalsSign = 0x3d
const percent = 0x25
const plus = 0x2b
const space = 0x20

function decoderOf(charset: string): Decoder {
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch (cause) {
    throw new RangeError(`"${charset.slice(0, 40)}" is not a known charset`, { cause })
  }
}

function splitAt(bytes: Uint8Array, separator: number): Uint8Array[] {
  const parts: Uint8Array[] = []
  let start = 0
  for (let end = bytes.indexOf(separator); end >= 0; end = bytes.indexOf(separator, start)) {
    parts.push(bytes.subarray(start, end))
    start = end + 1
  }
  parts.push(bytes.subarray(start))
  return parts
}

function decode(bytes: Uint8Array, decoder: Decoder, badEscapes: "refuse" | "keep"): string {
  const plain = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    const escaped = byte === percent ? readHexPair(bytes[at + 1], bytes[at + 2]) : undefined
    if (byte === percent && escaped === undefined && badEscapes === "refuse") {
      throw new RangeError("the form has a percent sign that starts no escape")
    }
    if (escaped !== undefined) at += 2
    plain[length++] = escaped ?? (byte === plus ? space : byte)
  }
  return readText(plain.subarray(0, length), decoder)
}

function readText(bytes: Uint8Array, decoder: Decoder): string {
  let text: string
  try {
    text = decoder.encoding === "windows-1252" ? decodeWindows1252(bytes) : decoder.decode(bytes)
  } catch (cause) {
    throw new RangeError(`the form is not in ${decoder.encoding}`, { cause })
  }
  if (text.includes("\u0000")) throw new RangeError("the form holds a zero character")
  return text
}

function readHexPair(high: number | undefined, low: number | undefined): number | undefined {
  const [a, b] = [hexDigit(high), hexDigit(low)]
  return a === undefined || b === undefined ? undefined : a * 16 + b
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : undefined
}
