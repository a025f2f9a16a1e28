import { useState, type FormEvent } from "react"
import { useNavigate, useParams } from "react-router-dom"
import { writeMoney } from "../money"
import { Page, Problem } from "../page"
import { ProductPicture } from "../product-picture"
import { useRegion, useShop } from "../shop"
import { sdk } from "../store"
import { sayError, useLoad } from "../use-load"
import { NotFoundPage } from "./not-found-page"

export function ProductPage() {
  const { handle = "" } = useParams()
  const region = useRegion()
  const { addToCart } = useShop()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const { data, error } = useLoad(
    () =>
      sdk.store.product.list({
        handle,
        region_id: region.id,
        fields: "*variants.calculated_price",
      }),
    [handle, region.id]
  )
  if (error) return <Problem>{error}</Problem>
  if (!data) return null
  const [product] = data.products
  const [variant] = product?.variants ?? []
  if (!product || !variant) return <NotFoundPage />

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const quantity = Number(new FormData(event.currentTarget).get("quantity"))
    setBusy(true)
    try {
      await addToCart(variant!.id, quantity)
      await navigate("/cart")
    } catch (reason) {
      setProblem(sayError(reason))
      setBusy(false)
    }
  }

  return (
    <div className="product">
      <ProductPicture product={product} />
      <div>
        <Page title={product.title}>
          <p className="price">
            {writeMoney(variant.calculated_price?.calculated_amount ?? 0, region.currency_code)}
          </p>
          {product.description && <p>{product.description}</p>}
          <Problem>{problem}</Problem>
          <form onSubmit={(event) => void add(event)}>
            <label className="short">
              Quantity
              <input name="quantity" type="number" min={1} max={99} defaultValue={1} required />
            </label>
            <button className="main" disabled={isBusy}>
              Add to cart
            </button>
          </form>
        </Page>
      </div>
    </div>
  )
}
