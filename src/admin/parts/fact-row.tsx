import { Text } from "@medusajs/ui"
import type { ReactNode } from "react"

/** One line of a section: what it is, and its value. Put several below each other in a `divide-y` container. */
export function FactRow({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="text-ui-fg-subtle grid w-full grid-cols-2 items-start gap-4 px-6 py-4">
      <Text size="small" weight="plus" leading="compact">
        {title}
      </Text>
      <div className="txt-compact-small flex min-w-0 flex-col gap-1 break-words">{children}</div>
    </div>
  )
}
