import { randomUUID } from "node:crypto"
import { toMinorUnits, type Money } from "../../../domain/money"
import type { GatewaySimulation } from "../../simulation/gateway-simulation"
import { openPage } from "../../simulation/open-page"
import { plainSimulator } from "../../simulation/start-simulator"
import { startStandardWebhooksSender } from "./start-sender"

export * from "./start-sender"

const secret = `whsec_${Buffer.from("test-only-standard-webhooks-demo").toString("base64")}`

const about = (object: "refund" | "dispute" | "capture", as: string) => ({
  as,
  resource: `data.${object}_id`,
})

/** Of the key that signs the recordings of this folder where they are not signed with the secret. Test only. */
const publicKey = "whpk_YSSFej4HxSw125nJhOij5OhaPsFrrOd01Ophc3w38l8="

/**
 * Plays a gateway that only notifies: payments are not started through it, so `pay`, `authorize` and `decline` of a
 * reference that its page was not opened for need the amount.
 */
const simulation: GatewaySimulation = {
  config: () => ({
    secrets: [secret],
    publicKeys: [publicKey],
    mapping: {
      kind: "type",
      events: {
        "payment.authorized": "payment.authorized",
        "payment.succeeded": "payment.captured",
        "payment.captured": { ...about("capture", "payment.captured"), amount: "data.amount" },
        "payment.failed": "payment.attempt_failed",
        "payment.cancelled": "payment.canceled",
        "refund.succeeded": { ...about("refund", "refund.succeeded"), amount: "data.amount" },
        "dispute.opened": about("dispute", "dispute.opened"),
        "dispute.won": about("dispute", "dispute.won"),
        "dispute.lost": about("dispute", "dispute.lost"),
      },
      reference: "data.metadata.session_id",
      gatewayPayment: "data.payment_id",
      amount: "data.total_amount",
      unit: "minor",
      currency: "data.currency",
      time: "timestamp",
    },
  }),
  movesMoney: () => false,
  async start({ notifyUrl, ...options }) {
    const sender = await startStandardWebhooksSender({ ...options, secret, notifyUrl })
    const { paymentOf, tell } = sender
    const part = (object: string, money: Money) => ({
      [`${object}_id`]: `${object}_${randomUUID()}`,
      amount: Number(toMinorUnits(money)),
    })
    const disputeOf = (reference: string) => {
      const payment = paymentOf(reference)
      payment.dispute ??= `dispute_${randomUUID()}`
      return [payment, { dispute_id: payment.dispute }] as const
    }
    return {
      ...plainSimulator(sender),
      open: openPage,
      pay: (reference, amount) => tell("payment.succeeded", withAmount(paymentOf(reference, amount), amount)),
      authorize: (reference) => tell("payment.authorized", paymentOf(reference)),
      decline: (reference) => tell("payment.failed", paymentOf(reference)),
      capture: (reference, money) => tell("payment.captured", paymentOf(reference), part("capture", money)),
      refund: (reference, money) => tell("refund.succeeded", paymentOf(reference), part("refund", money)),
      void: (reference) => tell("payment.cancelled", paymentOf(reference)),
      dispute: (reference) => tell("dispute.opened", ...disputeOf(reference)),
      decide: (reference, as) => tell(`dispute.${as}`, ...disputeOf(reference)),
      signWith: (next) => sender.signWith(next),
    }
  },
}

function withAmount<T extends { money: Money }>(payment: T, money: Money | undefined): T {
  if (money) payment.money = money
  return payment
}

export default simulation
