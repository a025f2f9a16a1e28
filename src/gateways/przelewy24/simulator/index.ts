import { toMinorUnits, type Money } from "../../../domain/money"
import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { startPrzelewy24Simulator } from "./start-przelewy24-simulator"

export * from "./start-przelewy24-simulator"

const merchantId = 12345
const posId = 123
const crcKey = "test-only-przelewy24-crc-key"
const apiKey = "test-only-przelewy24-api-key"

/** Plays Przelewy24, which is told with each payment and refund where its messages go. It knows no disputes. */
const simulation: GatewaySimulation = {
  config: (simulator) => ({
    merchantId,
    posId,
    crcKeys: [crcKey],
    apiKey,
    fallbackEmail: "buyer@shop.example",
    simulator,
  }),
  movesMoney: ({ method, path }) => method === "POST" && path.endsWith("/transaction/refund"),
  async start(options) {
    const p24 = await startPrzelewy24Simulator({ ...options, merchantId, posId, crcKey, apiKey })
    const amountOf = (money: Money) => Number(toMinorUnits(money))
    return {
      ...plainSimulator(p24),
      open: openPage,
      pay: (reference, money) => p24.pay(reference, money && amountOf(money)),
      decline: p24.decline,
      refund: (reference, money) => p24.refund(reference, amountOf(money)),
      signWith: p24.signWith,
    }
  },
}

export default simulation
