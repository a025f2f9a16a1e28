/** HTML that is safe to put into HTML. Made by {@link html} only. */
export class Html {
  constructor(readonly source: string) {}
}

/** A template whose values are escaped, unless they are HTML already; lists are joined, undefined is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.reduce((before, part, index) => before + write(values[index - 1]) + part))
}

export type HtmlValue = string | Html | undefined | readonly HtmlValue[]

function write(value: HtmlValue): string {
  if (value === undefined) return ""
  if (value instanceof Html) return value.source
  if (typeof value === "string") return escape(value)
  return value.map(write).join("")
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "")
    .replace(/[&<>"']/g, (one) => entities[one]!)
}

/** An address for a link: http and https only, so that none of it can run. */
export function safeUrl(url: string): string | undefined {
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url).href : undefined
}
