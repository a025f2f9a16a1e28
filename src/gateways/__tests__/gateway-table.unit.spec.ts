import { readDemoAccounts } from "../../../demo/accounts"
import { readTable } from "../../../scripts/gateway-table"

it("the README's table names the gateways that there are; `npm run gateways` writes it", () => {
  const { written, wanted } = readTable()
  expect(written).toBe(wanted)
})

it("the demo has an account for each gateway that can be played; `npm run gateways` writes it", async () => {
  const { written, wanted } = await readDemoAccounts()
  expect(written).toBe(wanted)
})
