import { Module } from "@medusajs/framework/utils"
import { ipnModule } from "./name"
import IpnModuleService from "./service"

export { ipnModule }

export default Module(ipnModule, { service: IpnModuleService })
