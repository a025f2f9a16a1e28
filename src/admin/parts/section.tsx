import { Container } from "@medusajs/ui"
import type { ReactNode } from "react"
import { Titled } from "./titled"

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
        <Titled title={title} help={help} level={level} />
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </Container>
  )
}
