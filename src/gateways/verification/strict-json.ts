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

const code = {
  tab: 0x09,
  lineFeed: 0x0a,
  return: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

/** A text that stands for itself: nothing in it is escaped, and no half of a surrogate pair. */
const plainString = /"[^"\\\u0000-\u001f\ud800-\udfff]*"/y
const anyString = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y
const anyNumber = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** With the flag u a pair is one character, and what is left of this range stands alone. */
const surrogate = /[\ud800-\udfff]/u
const utf8 = new TextDecoder("utf-8", { fatal: true })

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
    switch (this.text.charCodeAt(this.at)) {
      case code.openBrace:
        return this.readObject(depth + 1)
      case code.openBracket:
        return this.readArray(depth + 1)
      case code.quote:
        return this.readString()
    }
    if (this.skipWord("true")) return true
    if (this.skipWord("false")) return false
    if (this.skipWord("null")) return null
    return this.readNumber()
  }

  private readObject(depth: number): Json {
    if (depth > this.maxDepth) throw this.error("nested too deeply")
    const object: Record<string, Json> = {}
    this.at++
    this.skipSpace()
    if (this.skip(code.closeBrace)) return object
    do {
      this.skipSpace()
      const key = this.readString()
      if (key === "__proto__") throw this.error("the key __proto__")
      if (Object.hasOwn(object, key)) throw this.error(`the key "${key.slice(0, 40)}" is there twice`)
      this.skipSpace()
      if (!this.skip(code.colon)) throw this.error("a colon is missing")
      object[key] = this.readValue(depth)
      this.skipSpace()
    } while (this.skip(code.comma))
    if (!this.skip(code.closeBrace)) throw this.error("the object has no end")
    return object
  }

  private readArray(depth: number): Json {
    if (depth > this.maxDepth) throw this.error("nested too deeply")
    const array: Json[] = []
    this.at++
    this.skipSpace()
    if (this.skip(code.closeBracket)) return array
    do {
      array.push(this.readValue(depth))
      this.skipSpace()
    } while (this.skip(code.comma))
    if (!this.skip(code.closeBracket)) throw this.error("the array has no end")
    return array
  }

  private readString(): string {
    const start = this.at
    if (this.take(plainString)) return this.text.slice(start + 1, this.at - 1)
    if (!this.take(anyString)) throw this.error("a text is expected")
    const text = JSON.parse(this.text.slice(start, this.at)) as string
    if (text.includes("\u0000")) throw this.error("a zero character")
    if (surrogate.test(text)) throw this.error("half a surrogate pair")
    return text
  }

  private readNumber(): number | string {
    const start = this.at
    if (!this.take(anyNumber)) throw this.error("a value is expected")
    const written = this.text.slice(start, this.at)
    const number = Number(written)
    if (!Number.isFinite(number)) throw this.error("a number is too large")
    if (this.numbers === "text") return written
    const safe = !Number.isInteger(number) || Number.isSafeInteger(number)
    const shown = String(number)
    if (!safe || (written !== shown && canonical(written) !== canonical(shown))) {
      throw this.error("a number loses digits")
    }
    return number
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return false
    this.at = pattern.lastIndex
    return true
  }

  private skip(character: number): boolean {
    if (this.text.charCodeAt(this.at) !== character) return false
    this.at++
    return true
  }

  private skipWord(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  private skipSpace(): void {
    for (;;) {
      const next = this.text.charCodeAt(this.at)
      if (next !== code.space && next !== code.lineFeed && next !== code.return && next !== code.tab) return
      this.at++
    }
  }

  private error(what: string): SyntaxError {
    return new SyntaxError(`${what} at character ${this.at} of the JSON`)
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
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
