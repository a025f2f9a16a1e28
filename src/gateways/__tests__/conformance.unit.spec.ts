import { join } from "node:path"
import { describeGateway } from "../conformance/describe-gateway"
import { listGateways } from "../find-gateway"

const gateways = join(__dirname, "..")
const pages = join(gateways, "..", "..", "docs", "gateways")

for (const id of listGateways()) {
  describeGateway(id, { folder: join(gateways, id), docs: join(pages, `${id}.md`) })
}
