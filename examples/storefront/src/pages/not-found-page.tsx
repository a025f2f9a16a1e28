import { Link } from "react-router-dom"
import { Page } from "../page"

export function NotFoundPage() {
  return (
    <Page title="There is no such page">
      <p>
        <Link to="/">See what we have</Link>
      </p>
    </Page>
  )
}
