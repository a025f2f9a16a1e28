import { useState } from "react"
import { Link, Outlet } from "react-router-dom"
import { Problem } from "./page"
import { useShop } from "./shop"
import { sayError } from "./use-load"

export function Layout() {
  const { regions, region, chooseRegion, cart } = useShop()
  const [problem, setProblem] = useState<string>()
  const count = cart?.items?.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0
  return (
    <>
      <header>
        <Link to="/" className="brand">
          Example shop
        </Link>
        <nav aria-label="Shop">
          {region && regions.length > 1 && (
            <select
              aria-label="Country and currency"
              value={region.id}
              onChange={({ target }) => {
                setProblem(undefined)
                chooseRegion(target.value).catch((reason: unknown) => setProblem(sayError(reason)))
              }}
            >
              {regions.map(({ id, name, currency_code }) => (
                <option key={id} value={id}>
                  {name}, {currency_code.toUpperCase()}
                </option>
              ))}
            </select>
          )}
          <Link to="/cart" className="cart-link">
            Cart <span className="count">{count}</span>
          </Link>
        </nav>
      </header>
      <main>
        <Problem>{problem}</Problem>
        <Outlet />
      </main>
      <footer>An example for medusa-plugin-ipn. Nothing is sold here.</footer>
    </>
  )
}
