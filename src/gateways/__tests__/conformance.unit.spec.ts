import { join } from "node:path"
import { describeGateway } from "../conformance/describe-gateway"
import type { Sender } from "../conformance/recording"
import { findGateway, listGateways } from "../find-gateway"

const gateways = join(__dirname, "..")
const pages = join(gateways, "..", "..", "docs", "gateways")

for (const id of listGateways()) {
  const gateway = findGateway(id)
  const folder = join(gateways, id)
  const { sender } = jest.requireActual<{ sender: Sender<unknown> }>(join(folder, "recordings", "sender"))
  it(`${id} is named as its folder`, () => expect(gateway.id).toBe(id))
  it(`${id} has options that can be handed to the own port's thread`, () =>
    expect(structuredClone(sender.account)).toEqual(sender.account))
  describeGateway({ gateway, sender, folder, page: join(pages, `${id}.md`) })
}
