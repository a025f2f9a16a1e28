import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { toRazorpayAmount } from "../minor-units"
import { startRazorpaySimulator } from "./start-razorpay-simulator"

export * from "./start-razorpay-simulator"

const keyId = "rzp_test_onlyForTests00"
const keySecret = "onlyForTestsKeySecret000"
const webhookSecret = "onlyForTestsCurrentWebhookSecret"

/** Plays Razorpay, which captures at once; only a late authorisation waits to be captured. Nothing can be voided. */
const simulation: GatewaySimulation = {
  config: (simulator) => ({ keyId, keySecret, webhookSecrets: [webhookSecret], simulator }),
  movesMoney: ({ method, path }) =>
    method === "POST" && /^\/v1\/\w+\/[^/]+\/(capture|refund|cancel)$/.test(path),
  async start({ notifyUrl, ...options }) {
    const razorpay = await startRazorpaySimulator({ ...options, keyId, keySecret, webhookSecret, notifyUrl })
    const linkIdOf = (reference: string) => razorpay.linkOf(reference).id
    const paymentIdOf = (reference: string) => razorpay.paymentOf(reference).id
    const disputes = new Map<string, string>()
    return {
      ...plainSimulator(razorpay),
      open: openPage,
      async pay(reference) {
        await razorpay.pay(linkIdOf(reference))
      },
      async authorize(reference) {
        await razorpay.authorizeLate(linkIdOf(reference))
      },
      async decline(reference) {
        await razorpay.decline(linkIdOf(reference))
      },
      capture: (reference) => razorpay.capture(paymentIdOf(reference)),
      async refund(reference, money) {
        await razorpay.refund(paymentIdOf(reference), toRazorpayAmount(money))
      },
      async dispute(reference) {
        disputes.set(reference, await razorpay.dispute(paymentIdOf(reference)))
      },
      decide: (reference, as) => razorpay.moveDispute(disputes.get(reference) ?? "", as),
      signWith: razorpay.signWith,
    }
  },
}

export default simulation
