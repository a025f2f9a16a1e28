import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { startPaypalIpnSimulator } from "./classic"

export * from "./classic"

const receivers = ["shop@example.com", "258DLEHY2BDK6"]

/**
 * Plays classic PayPal with an account that takes the money when the buyer pays. Each payment's form says where its
 * messages go. A card that is declined on PayPal's page is told to nobody.
 */
const simulation: GatewaySimulation = {
  config: (simulator) => ({ receivers, simulator }),
  async start({ notifyUrl: _, ...options }) {
    const paypal = await startPaypalIpnSimulator(options)
    const idOf = (reference: string) => paypal.checkoutOf(reference).id
    return {
      ...plainSimulator(paypal),
      open: openPage,
      pay: (reference, amount) => paypal.pay(idOf(reference), amount?.amount),
      async decline(reference) {
        const body = new URLSearchParams({ action: "decline" })
        await fetch(`${paypal.url}/pay/${idOf(reference)}`, { method: "POST", body })
      },
      refund: (reference, { amount }) => paypal.refund(idOf(reference), amount),
      dispute: (reference) => paypal.reverse(idOf(reference)),
      decide: (reference, as) =>
        as === "won" ? paypal.cancelReversal(idOf(reference)) : paypal.closeCase(idOf(reference)),
    }
  },
}

export default simulation
