import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { startPaypalSimulator, testCredentials } from "./rest"

export * from "./classic"
export * from "./rest"

/**
 * Plays PayPal with an app whose payments are taken at once, or with one that reserves them first. For the classic form see
 * `startPaypalIpnSimulator`.
 */
const simulation: GatewaySimulation = {
  config: (simulator) => ({
    clientId: testCredentials.clientId,
    clientSecret: testCredentials.clientSecret,
    webhookIds: [testCredentials.webhookId],
    receivers: ["seller@paypalsandbox.com", "258DLEHY2BDK6"],
    simulator,
  }),
  reserving: (simulator) => ({ ...simulation.config(simulator), paymentAction: "authorization" }),
  movesMoney: ({ method, path }) => method === "POST" && path.startsWith("/v2/payments/"),
  async start(options) {
    const paypal = await startPaypalSimulator(options)
    return {
      ...plainSimulator(paypal),
      open: openPage,
      pay: (reference) => paypal.approve(reference),
      authorize: (reference) => paypal.approve(reference),
      decline: paypal.decline,
      capture: (reference, { amount }) => paypal.capture(reference, amount),
      void: paypal.void,
      refund: (reference, { amount }) => paypal.refund(reference, amount),
      dispute: paypal.dispute,
      decide: (reference, as) =>
        paypal.decide(reference, as === "won" ? "RESOLVED_SELLER_FAVOUR" : "RESOLVED_BUYER_FAVOUR"),
    }
  },
}

export default simulation
