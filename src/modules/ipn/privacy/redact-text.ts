/**
 * Takes card data out of a text: card numbers (13 to 19 digits that pass the Luhn check, also with spaces or dashes)
 * but for their last four digits, the security codes of cards, and what follows a card number on a magnetic stripe.
 * JSON, forms and XML stay readable. Returns the same text when there is nothing to take out.
 * Numbers: ISO/IEC 7812-1. Stripe: ISO/IEC 7813.
 * @param isKnown Whether a number is one of our references or of the gateway's ids: it stays.
 */
export function redactText(text: string, isKnown: (number: string) => boolean = () => false): string {
  if (text.length < 3) return text
  return redactCodes(redactNumbers(text, isKnown))
}

/** 13 digits or more, with at most two separators between two of them. */
const run = /\d(?:(?:[ +-]|%2[0Dd]){0,2}\d){12,}/g

function redactNumbers(text: string, isKnown: (number: string) => boolean): string {
  let redacted = ""
  let from = 0
  for (const { 0: digits, index } of text.matchAll(run)) {
    for (const [start, end] of cardsIn(text, digits, index)) {
      const number = text.slice(start, end)
      if (start < from || isKnown(number)) continue
      redacted += text.slice(from, start) + (isBareJson(text, start, end) ? "0" : mask(number))
      from = end + stripeLength(text, end)
    }
  }
  return from === 0 ? text : redacted + text.slice(from)
}

/** Where card numbers lie in a run of digits; the longest where several begin at the same place. */
function* cardsIn(text: string, digits: string, at: number): Generator<[start: number, end: number]> {
  const groups = [...blankEscapes(text, digits, at).matchAll(/\d+/g)]
  for (let first = 0; first < groups.length; first++) {
    let number = ""
    let found = -1
    for (let last = first; last < groups.length && number.length < 19; last++) {
      number += groups[last]![0]
      if (isCardNumber(number)) found = last
    }
    if (found < 0) continue
    const start = at + groups[first]!.index
    const end = at + groups[found]!.index + groups[found]![0].length
    if (!standsAlone(text, start, end)) continue
    yield [start, end]
    first = found
  }
}

/** The digits of "%20" are none of the number, whether they stand in the run or at its beginning. */
function blankEscapes(text: string, digits: string, at: number): string {
  const blanked = digits.includes("%") ? digits.replace(/%2[0D]/gi, "   ") : digits
  if (text[at - 1] === "%") return `  ${blanked.slice(2)}`
  const isEscape = text[at - 2] === "%" && /[a-f]/i.test(text[at - 1] ?? "")
  // "%B4...^" is no escape but the beginning of a magnetic stripe.
  return isEscape && text[at + digits.length] !== "^" ? ` ${blanked.slice(1)}` : blanked
}

/**
 * No card's number begins with 0, and none with 1 but the 15 digits of UATP: 13, 16 or 19 digits that begin with 1 are
 * a time.
 */
function isCardNumber(number: string): boolean {
  if (number.length < 13 || number.length > 19 || number.startsWith("0")) return false
  if (number.startsWith("1") && number.length !== 15) return false
  let sum = 0
  for (let i = 0; i < number.length; i++) {
    const digit = number.charCodeAt(number.length - 1 - i) - 48
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}

/** A part of a word, such as an id or a hash, is no card number; nor is a part of a decimal. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 3), start)
  const after = text.slice(end, end + 9)
  const isGlued =
    /\w$/.test(before) && !/(?:\\[nrtbf]|%[0-9a-f]{2})$/i.test(before) && !/^(?:\^|%5E)/i.test(after)
  const isFollowed = /^\w/.test(after) && !/^D\d{7}/i.test(after)
  return !isGlued && !isFollowed && !/\d\.$/.test(before) && !/^\.\d/.test(after)
}

/** A number without quotes, as a JSON value: what takes its place must be a number too. */
function isBareJson(text: string, start: number, end: number): boolean {
  return (
    /^\s*[[{]/.test(text) &&
    /[:[,]\s*$/.test(text.slice(Math.max(0, start - 20), start)) &&
    /^\s*[,\]}]/.test(text.slice(end, end + 20))
  )
}

function mask(number: string): string {
  let left = number.replace(/%2[0D]/gi, "").replace(/\D/g, "").length - 4
  return number.replace(/%2[0D]|\d/gi, (part) => (part.length > 1 || left-- <= 0 ? part : "x"))
}

/** How much of the stripe follows the number: name and expiry on track 1, expiry and codes on track 2. */
function stripeLength(text: string, end: number): number {
  const after = text.slice(end, end + 160)
  const stripe = /^(?:(?:=|%3D|D)\d{7,}|(?:\^|%5E)[^"'&<>\r\n?]*)(?:\?|%3F)?/i.exec(after)
  return stripe ? stripe[0].length : 0
}

const hasCode = /cv[vcn]|csc|cav2|verification|curity_?code/i
const code =
  /((?:cv[vcn]2?|csc|cav2|card_?verification_?(?:value|code|number)|security_?code)(?:\\?["']|%22|%5D|\])*\s*(?::|=|%3A|%3D|>|\r?\n\r?\n)\s*)((?:\\?["']|%22)*)\d{3,4}(?![\w.])/gi

function redactCodes(text: string): string {
  if (!hasCode.test(text)) return text
  return text.replace(code, (_, name: string, quote: string) =>
    quote === "" && /:\s*$/.test(name) ? `${name}0` : `${name}${quote}xxx`
  )
}
