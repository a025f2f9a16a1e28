/** What the bytes 0x80 to 0x9f stand for (https://encoding.spec.whatwg.org/index-windows-1252.txt); the rest is Latin-1. */
const upper = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

/**
 * The text that windows-1252 bytes stand for. Our own, because TextDecoder reads them as Latin-1 in Node 20.18.3 to
 * 24.x (https://github.com/nodejs/node/issues/60888, seen in 20.20.2): the euro sign would be lost.
 */
export function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replace(/[\u0080-\u009f]/g, (character) => upper.charAt(character.charCodeAt(0) - 0x80))
}

/** The bytes of a text in windows-1252. @throws RangeError when a character is not in it. */
export function encodeWindows1252(text: string): Buffer {
  return Buffer.from(
    [...text].map((character) => {
      const place = upper.indexOf(character)
      if (place >= 0) return 0x80 + place
      const code = character.codePointAt(0) ?? 0
      if (code > 0xff || (code >= 0x80 && code < 0xa0))
        throw new RangeError(`"${character}" is not in windows-1252`)
      return code
    })
  )
}
