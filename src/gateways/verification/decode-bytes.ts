/**
 * The bytes that a text stands for; undefined when the text is not exactly in the encoding.
 * `Buffer.from` alone stops at the first wrong character and so turns a wrong key into an empty one.
 * Hex may be in either case; base64 must be padded and in the standard alphabet.
 */
export function decodeBytes(text: string, encoding: "utf8" | "hex" | "base64"): Buffer | undefined {
  const bytes = Buffer.from(text, encoding)
  const rewritten = bytes.toString(encoding)
  const same = encoding === "hex" ? rewritten === text.toLowerCase() : rewritten === text
  return same ? bytes : undefined
}
