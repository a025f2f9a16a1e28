/** Whether a buyer may be sent there: a page of one of the storefronts, written in full, with nobody's name in it. */
export function isReturnUrl(text: string, origins: ReadonlySet<string>): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || text.includes("\\") || !URL.canParse(text)) return false
  const { origin, username, password, hash } = new URL(text)
  return origins.has(origin) && username === "" && password === "" && hash === ""
}
