import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

/** Lets a buyer change a cart whose goods are held: what is held for the cart is there for it. */
export function countOwnHold(request: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction): void {
  const cartId = request.params.id
  if (!cartId) return next()
  request.scope.resolve<IpnModuleService>(ipnModule).holds.forCart(cartId, next)
}
