import type { Bought } from "./mail"

/** One part of a mail, in the order of reading. Plain text: whoever writes it out escapes it. */
export type Block =
  | Readonly<{ kind: "text"; text: string }>
  | Readonly<{ kind: "muted"; text: string }>
  | Readonly<{ kind: "button"; text: string; url: string }>
  /** Names with values, such as what to write on a transfer. */
  | Readonly<{
      kind: "facts"
      title?: string
      lines: readonly string[]
      rows: readonly (readonly [string, string])[]
    }>
  | Readonly<{ kind: "bought"; bought: Bought }>
  /** Things that happened, one below the other. */
  | Readonly<{
      kind: "list"
      items: readonly Readonly<{ title: string; urgent?: string | undefined; lines: readonly string[] }>[]
    }>

/** A mail in one language, not yet as HTML or text. */
export type Content = Readonly<{
  subject: string
  /** What a list of mails shows after the subject. */
  preheader: string
  title: string
  blocks: readonly Block[]
}>
