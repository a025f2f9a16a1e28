import { Copy } from "@medusajs/ui"

/** An id or address in fixed width with a button that copies it. */
export function Copied({ text }: { text: string }) {
  return (
    <span className="flex min-w-0 items-center gap-x-1.5">
      <code className="text-ui-fg-subtle truncate font-mono text-xs" title={text}>
        {text}
      </code>
      <Copy content={text} className="text-ui-fg-muted shrink-0" />
    </span>
  )
}
