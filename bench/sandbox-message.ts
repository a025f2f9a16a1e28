import { sign } from "../src/gateways/sandbox/sign"

/** Test only; the same as in demo/accounts.json. */
const secret = "test-only-sandbox-webhook-secret"

/** A genuine, unique message of the sandbox: a payment of ours was captured. */
export function sandboxMessage(payment: { id: string; reference: string; amount: string; currency: string }) {
  const { id, reference, amount, currency } = payment
  const at = new Date()
  const body = Buffer.from(
    JSON.stringify({
      id: `evt_${id}`,
      type: "payment.captured",
      created: Math.floor(at.getTime() / 1000),
      test: true,
      payment: {
        id: `pay_${id}`,
        reference,
        status: "captured",
        amount,
        currency,
        authorized: amount,
        captured: amount,
        refunded: "0.00",
      },
    })
  )
  return {
    body,
    headers: { "content-type": "application/json", "sandbox-signature": sign(body, secret, at) },
  }
}
