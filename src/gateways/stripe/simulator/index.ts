import type { Money } from "../../../domain/money"
import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { toStripeAmount } from "../minor-units"
import { startStripeSimulator } from "./start-stripe-simulator"

export * from "./start-stripe-simulator"

const apiKey = "sk_test_only_made_up_for_the_demo"
const webhookSecret = "whsec_test_only_made_up_for_the_demo"

/** Plays Stripe with an account that takes the money when the buyer pays, or with one that captures by hand. */
const simulation: GatewaySimulation = {
  config: (simulator) => ({ apiKey, webhookSecrets: [webhookSecret], simulator }),
  reserving: (simulator) => ({ ...simulation.config(simulator), captureMethod: "manual" }),
  movesMoney: ({ method, path }) => method === "POST" && /\/(refunds|capture|cancel|expire)$/.test(path),
  async start({ notifyUrl, ...options }) {
    const stripe = await startStripeSimulator({ ...options, apiKey, webhookSecret, notifyUrl })
    const idOf = (reference: string) => stripe.paymentOf(reference).id
    const amountOf = (money: Money) => Number(toStripeAmount(money))
    const disputes = new Map<string, string>()
    return {
      ...plainSimulator(stripe),
      open: openPage,
      async pay(reference) {
        await stripe.pay(idOf(reference))
      },
      async authorize(reference) {
        await stripe.pay(idOf(reference))
      },
      async decline(reference) {
        await stripe.decline(idOf(reference))
      },
      async capture(reference, money) {
        await stripe.capture(idOf(reference), amountOf(money))
      },
      async void(reference) {
        await stripe.cancel(idOf(reference))
      },
      async refund(reference, money) {
        await stripe.refund(idOf(reference), amountOf(money))
      },
      async dispute(reference) {
        disputes.set(reference, (await stripe.dispute(idOf(reference))).id)
      },
      async decide(reference, as) {
        await stripe.decide(disputes.get(reference) ?? "", as)
      },
      signWith: (secret) => stripe.notify(notifyUrl, secret),
    }
  },
}

export default simulation
