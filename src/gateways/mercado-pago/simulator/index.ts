import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { startMercadoPagoSimulator } from "./start-mercado-pago-simulator"

export * from "./start-mercado-pago-simulator"

const accessToken = "TEST-only-made-up-for-the-simulator"
const webhookSecret = "test-only-mercado-pago-secret-signature"

/** Plays Mercado Pago, whose notify URL is set up in the panel. */
const simulation: GatewaySimulation = {
  config: (simulator) => ({ accessToken, webhookSecrets: [webhookSecret], simulator }),
  movesMoney: ({ method, path }) => method !== "GET" && path.startsWith("/v1/payments/"),
  async start(options) {
    const mercadoPago = await startMercadoPagoSimulator({ ...options, accessToken, webhookSecret })
    return {
      ...plainSimulator(mercadoPago),
      open: openPage,
      pay: mercadoPago.pay,
      authorize: mercadoPago.authorize,
      decline: mercadoPago.decline,
      capture: mercadoPago.capture,
      refund: mercadoPago.refund,
      void: mercadoPago.void,
      dispute: mercadoPago.dispute,
      decide: mercadoPago.decide,
      signWith: mercadoPago.signWith,
    }
  },
}

export default simulation
