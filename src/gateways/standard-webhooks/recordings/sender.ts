import { createPrivateKey, createPublicKey, sign } from "node:crypto"
import { Webhook } from "standardwebhooks"
import type { Sender } from "../../conformance/recording"
import type { StandardWebhooksConfig } from "../config"

/** Test-only, made up. A private key in its DER form is 16 fixed bytes and the 32 of the key (RFC 8410). */
const privateKey = createPrivateKey({
  key: Buffer.concat([
    Buffer.from("302e020100300506032b657004220420", "hex"),
    Buffer.from("only-for-tests-0000000000000seed"),
  ]),
  format: "der",
  type: "pkcs8",
})
const rawPublicKey = createPublicKey(privateKey).export({ format: "jwk" }).x ?? ""

/** Reads Dodo Payments, as docs/gateways/standard-webhooks.md shows it. */
const account: Sender<StandardWebhooksConfig>["account"] = {
  id: "dodo",
  mode: "test",
  config: {
    secrets: [`whsec_${Buffer.from("only-for-tests-standard-webhooks").toString("base64")}`],
    publicKeys: [`whpk_${Buffer.from(rawPublicKey, "base64url").toString("base64")}`],
    headers: "webhook",
    mapping: {
      kind: "type",
      events: {
        "payment.processing": { as: "payment.pending" },
        "payment.succeeded": { as: "payment.captured" },
        "payment.failed": { as: "payment.attempt_failed", reason: "data.error_message" },
        "payment.cancelled": { as: "payment.canceled" },
        "refund.succeeded": { as: "refund.succeeded", resource: "data.refund_id", amount: "data.amount" },
        "refund.failed": { as: "refund.failed", resource: "data.refund_id", amount: "data.amount" },
        "dispute.opened": { as: "dispute.opened", resource: "data.dispute_id" },
        "dispute.challenged": { as: "dispute.updated", resource: "data.dispute_id" },
        "dispute.won": { as: "dispute.won", resource: "data.dispute_id" },
        "dispute.lost": { as: "dispute.lost", resource: "data.dispute_id" },
        "payout.success": { as: "payout.paid", resource: "data.payout_id", amount: "data.amount" },
        "payout.failed": { as: "payout.failed", resource: "data.payout_id", amount: "data.amount" },
      },
      reference: "data.metadata.session_id",
      gatewayPayment: "data.payment_id",
      amount: "data.total_amount",
      unit: "minor",
      currency: "data.currency",
      time: "timestamp",
    },
  },
}

/** Plays a sender of Standard Webhooks; signs with the specification's own package, or by Ed25519 where asked to. */
export const sender: Sender<StandardWebhooksConfig> = {
  account,
  proofs: ["publicKeys"],
  sign(message, { config }, at) {
    const id = message.headers["webhook-id"] ?? "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"
    const seconds = Math.floor(at.getTime() / 1000)
    const signature =
      message.headers["x-signed-with"] === "v1a"
        ? `v1a,${sign(null, Buffer.concat([Buffer.from(`${id}.${seconds}.`), message.body]), privateKey).toString("base64")}`
        : new Webhook(config.secrets?.[0] ?? "").sign(id, at, Buffer.from(message.body).toString("utf8"))
    const headers = { "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": signature }
    return { ...message, headers: { ...message.headers, ...headers } }
  },
}
