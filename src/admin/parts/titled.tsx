import { Heading, Text } from "@medusajs/ui"
import type { ReactNode } from "react"

/** What a page or a part of one is, and one sentence about it. */
export function Titled({
  title,
  help,
  level = "h1",
}: {
  title: ReactNode
  help?: ReactNode
  level?: "h1" | "h2"
}) {
  return (
    <div className="flex min-w-0 flex-col">
      <Heading level={level}>{title}</Heading>
      {help && (
        <Text size="small" className="text-ui-fg-subtle">
          {help}
        </Text>
      )}
    </div>
  )
}
