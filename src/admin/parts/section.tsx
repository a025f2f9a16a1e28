import { Container, Heading, Text } from "@medusajs/ui"
import type { ReactNode } from "react"

/** A card of a page, as Medusa's own: a heading with actions, and lines below it. */
export function Section({
  title,
  help,
  actions,
  children,
  level = "h2",
}: {
  title: ReactNode
  help?: ReactNode
  actions?: ReactNode
  children?: ReactNode
  level?: "h1" | "h2"
}) {
  return (
    <Container className="divide-y p-0">
      <div className="flex flex-wrap items-center justify-between gap-2 px-6 py-4">
        <div className="flex min-w-0 flex-col">
          <Heading level={level}>{title}</Heading>
          {help && (
            <Text size="small" className="text-ui-fg-subtle">
              {help}
            </Text>
          )}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </Container>
  )
}
