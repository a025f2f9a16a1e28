import { readTable } from "../../../scripts/gateway-table"

it("the README's table names the gateways that there are; `npm run gateways` writes it", () => {
  const { written, wanted } = readTable()
  expect(written).toBe(wanted)
})
