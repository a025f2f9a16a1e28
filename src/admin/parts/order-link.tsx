import { Link } from "react-router-dom"

/** An order's number, which leads to it; a dash where there is none. */
export function OrderLink({ id, number }: { id: string | null; number: number | null }) {
  if (!id) return <span>–</span>
  return (
    <Link
      to={`/orders/${id}`}
      onClick={(event) => event.stopPropagation()}
      className="text-ui-fg-base decoration-ui-border-strong hover:decoration-ui-fg-base underline underline-offset-4"
    >
      #{number ?? id}
    </Link>
  )
}
