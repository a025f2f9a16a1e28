import { Link } from "react-router-dom"

/** An order's number, which leads to it; a dash where there is none. */
export function OrderLink({ id, number }: { id: string | null; number: number | null }) {
  if (!id) return <span>–</span>
  return (
    <Link
      to={`/orders/${id}`}
      onClick={(event) => event.stopPropagation()}
      className="text-ui-fg-interactive hover:text-ui-fg-interactive-hover"
    >
      {number === null ? id : `#${number}`}
    </Link>
  )
}
