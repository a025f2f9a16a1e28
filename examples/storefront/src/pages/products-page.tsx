import { Link } from "react-router-dom"
import { writeMoney } from "../money"
import { Page, Problem } from "../page"
import { ProductPicture } from "../product-picture"
import { useRegion } from "../shop"
import { sdk } from "../store"
import { useLoad } from "../use-load"

export function ProductsPage() {
  const region = useRegion()
  const { data, error } = useLoad(
    () => sdk.store.product.list({ region_id: region.id, fields: "*variants.calculated_price", limit: 50 }),
    [region.id]
  )
  return (
    <Page title="Good things, few of them">
      <Problem>{error}</Problem>
      <ul className="products" aria-busy={!data && !error}>
        {data?.products.map((product) => {
          const price = product.variants?.[0]?.calculated_price
          return (
            <li key={product.id}>
              <Link to={`/products/${product.handle}`}>
                <ProductPicture product={product} />
                <h2>{product.title}</h2>
                {price && (
                  <p>
                    {writeMoney(price.calculated_amount ?? 0, price.currency_code ?? region.currency_code)}
                  </p>
                )}
              </Link>
            </li>
          )
        })}
      </ul>
    </Page>
  )
}
