import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { startMollieSimulator } from "./start-mollie-simulator"

export * from "./start-mollie-simulator"

const apiKey = "test_onlyForTestsMadeUp000000000"
const signingSecret = "test-only-mollie-signing-secret"

/**
 * Plays Mollie with classic webhooks, which go to the address that each payment names and are signed with nothing. A
 * declined card ends no payment and is not told: the buyer chooses another way to pay on Mollie's page.
 */
const simulation: GatewaySimulation = {
  config: (simulator) => ({ apiKey, webhookSecrets: [signingSecret], simulator }),
  movesMoney: ({ method, path }) => method !== "GET" && path.startsWith("/v2/payments/"),
  async start({ notifyUrl: _, ...options }) {
    const mollie = await startMollieSimulator({ ...options, apiKey })
    const idOf = (reference: string) => mollie.paymentOf(reference).id
    const chargebacks = new Map<string, string>()
    return {
      ...plainSimulator(mollie),
      open: openPage,
      pay: (reference) => mollie.pay(idOf(reference)),
      authorize: (reference) => mollie.authorize(idOf(reference)),
      async decline(reference) {
        const body = new URLSearchParams({ action: "decline" })
        const response = await fetch(`${mollie.url}/checkout/${idOf(reference)}`, { method: "POST", body })
        if (!response.ok) throw new Error(`the payment page answered ${response.status}`)
      },
      capture: (reference, money) => mollie.capture(idOf(reference), money),
      async refund(reference, money) {
        await mollie.refund(idOf(reference), money)
      },
      void: (reference) => mollie.release(idOf(reference)),
      async dispute(reference) {
        chargebacks.set(reference, await mollie.chargeBack(idOf(reference)))
      },
    }
  },
}

export default simulation
