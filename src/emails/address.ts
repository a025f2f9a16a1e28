const part = String.raw`[^\s@<>",;:\\()[\]\u0000-\u001f]`

const pattern = new RegExp(`^${part}+@${part}+\\.${part}+$`)

/** Whether mail can go there: one plain address with a host that has a dot; no name, no list, no line break. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && pattern.test(text)
}
