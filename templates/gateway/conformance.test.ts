import { join } from "node:path"
import { describeGateway } from "medusa-plugin-ipn/gateway/conformance"
import gateway from "./index"
import { sender } from "./recordings/sender"

describeGateway({ gateway, sender, folder: __dirname, page: join(__dirname, "README.md") })
