export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export type JsonOptions = Readonly<{
  /**
   * "exact" (default) gives numbers of which `String(number)` is exactly the value sent and refuses all others.
   * "text" gives every number as the text sent: for gateways that send amounts or long ids as JSON numbers.
   */
  numbers?: "exact" | "text"
  /** How deep arrays and objects may nest. Default 32. */
  maxDepth?: number
}>

/**
 * Reads JSON in which every reader must see the same: RFC 8259 in UTF-8, and nothing that readers disagree on.
 * @throws SyntaxError for bad UTF-8 or JSON, a key that is there twice, the key `__proto__`, nesting deeper than 32,
 * numbers that lose digits (2^53+1, 1e400), zero characters and half surrogate pairs.
 */
export function readJson(bytes: Uint8Array | string, options: JsonOptions = {}): Json {
  const reader = new Reader(typeof bytes === "string" ? bytes : decodeUtf8(bytes), options)
  return reader.readAll()
}

class Reader {
  private at = 0
  private readonly numbers: "exact" | "text"
  private readonly maxDepth: number

  constructor(
    private readonly text: string,
    options: JsonOptions
  ) {
    this.numbers = options.numbers ?? "exact"
    this.maxDepth = options.maxDepth ?? 32
  }

  readAll(): Json {
    const value = this.readValue(0)
    this.skipSpace()
    if (this.at < this.text.length) throw this.error("more follows after the end")
    return value
  }

  private readValue(depth: number): Json {
    this.skipSpace()
    const next = this.text.charAt(this.at)
    if (next === "{") return this.readObject(depth + 1)
    if (next === "[") return this.readArray(depth + 1)
    if (next === '"') return this.readString()
    if (this.skip("true")) return true
    if (this.skip("false")) return false
    if (this.skip("null")) return null
    return this.readNumber()
  }

  private readObject(depth: number): Json {
    if (depth > this.maxDepth) throw this.error("nested too deeply")
    const object: Record<string, Json> = {}
    this.at++
    this.skipSpace()
    if (this.skip("}")) return object
    do {
      this.skipSpace()
      const key = this.readString()
      if (key === "__proto__") throw this.error("the key __proto__")
      if (Object.hasOwn(object, key)) throw this.error(`the key "${key.slice(0, 40)}" is there twice`)
      this.skipSpace()
      if (!this.skip(":")) throw this.error("a colon is missing")
      object[key] = this.readValue(depth)
      this.skipSpace()
    } while (this.skip(","))
    if (!this.skip("}")) throw this.error("the object has no end")
    return object
  }

  private readArray(depth: number): Json {
    if (depth > this.maxDepth) throw this.error("nested too deeply")
    const array: Json[] = []
    this.at++
    this.skipSpace()
    if (this.skip("]")) return array
    do {
      array.push(this.readValue(depth))
      this.skipSpace()
    } while (this.skip(","))
    if (!this.skip("]")) throw this.error("the array has no end")
    return array
  }

  private readString(): string {
    const [written] =
      this.take(/"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y) ?? []
    if (written === undefined) throw this.error("a text is expected")
    const text = JSON.parse(written) as string
    if (text.includes("\u0000")) throw this.error("a zero character")
    if (!isWellFormed(text)) throw this.error("half a surrogate pair")
    return text
  }

  private readNumber(): number | string {
    const [written] = this.take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y) ?? []
    if (written === undefined) throw this.error("a value is expected")
    const number = Number(written)
    if (!Number.isFinite(number)) throw this.error("a number is too large")
    if (this.numbers === "text") return written
    const safe = !Number.isInteger(number) || Number.isSafeInteger(number)
    if (!safe || canonical(written) !== canonical(String(number))) throw this.error("a number loses digits")
    return number
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match) this.at = pattern.lastIndex
    return match
  }

  private skip(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }

  private skipSpace(): void {
    this.take(/[ \t\n\r]*/y)
  }

  private error(what: string): SyntaxError {
    return new SyntaxError(`${what} at character ${this.at} of the JSON`)
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new SyntaxError("the JSON is not in UTF-8", { cause })
  }
}

/** The value of a written number as significant digits and a power of ten, so that `1.50e1` and `15` are the same. */
function canonical(written: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written) ?? []
  const digits = (whole + fraction).replace(/^0+/, "")
  const significant = withoutTrailingZeros(digits)
  if (significant === "") return "0"
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charAt(end - 1) === "0") end--
  return digits.slice(0, end)
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text)
}
