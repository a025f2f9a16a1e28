import { ModuleProvider, Modules } from "@medusajs/framework/utils"
import IpnPaymentProvider from "./service"

export default ModuleProvider(Modules.PAYMENT, { services: [IpnPaymentProvider] })
