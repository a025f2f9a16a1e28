import type { MedusaRequest } from "@medusajs/framework/http"
import { ipnModule } from "../../../modules/ipn/name"
import type IpnModuleService from "../../../modules/ipn/service"

/** The plugin's module, of a request. */
export function ipnOf(request: MedusaRequest): IpnModuleService {
  return request.scope.resolve<IpnModuleService>(ipnModule)
}
