import type { HttpTypes } from "@medusajs/types"

/** The product's own picture, or one of ours for the products of the demo. */
export function ProductPicture({
  product: { thumbnail, handle },
}: {
  product: Pick<HttpTypes.StoreProduct, "thumbnail" | "handle">
}) {
  // Its name stands beside it.
  return <img className="picture" src={thumbnail ?? `/pictures/${handle}.svg`} alt="" />
}
