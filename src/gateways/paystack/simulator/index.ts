import type { Money } from "../../../domain/money"
import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { toSubunits } from "../subunits"
import { startPaystackSimulator } from "./start-paystack-simulator"

export * from "./start-paystack-simulator"

const secretKey = "sk_test_only_made_up_for_the_simulator"

/** Plays Paystack, whose one notify URL is set in the dashboard. */
const simulation: GatewaySimulation = {
  config: (simulator) => ({
    secretKeys: [secretKey],
    fallbackEmail: "buyer@shop.example",
    simulator,
  }),
  currency: "usd",
  movesMoney: ({ method, path }) => method === "POST" && path === "/refund",
  async start(options) {
    const paystack = await startPaystackSimulator({ ...options, secretKey })
    const amountOf = (money: Money) => Number(toSubunits(money))
    return {
      ...plainSimulator(paystack),
      open: openPage,
      pay: (reference, money) => paystack.pay(reference, money && amountOf(money)),
      decline: paystack.decline,
      refund: (reference, money) => paystack.refund(reference, amountOf(money)),
      dispute: paystack.dispute,
      decide: paystack.decide,
      signWith: paystack.signWith,
    }
  },
}

export default simulation
