import type { HttpResponse, Message } from "../../gateway"
import type { Sender } from "../../conformance/recording"
import type { PaypalConfig } from "../options"
import { certificatePath, makeSigner, signHeaders, testSigner, type TestSigner } from "../simulator/signing"

const host = "http://127.0.0.1:4243"

let other: TestSigner | undefined

/**
 * Plays PayPal in both of its languages: signs JSON as its app's webhook does and serves the certificate, and answers
 * the postback of exactly the bytes of a form that was sent. When it says no, the certificate is another's.
 */
export const sender: Sender<PaypalConfig> = {
  account: {
    id: "test",
    mode: "test",
    config: {
      clientId: "test-only-paypal-client-id",
      clientSecret: "test-only-paypal-client-secret",
      webhookIds: ["7TESTONLY00000001"],
      receivers: ["seller@paypalsandbox.com", "258DLEHY2BDK6"],
      paymentAction: "sale",
      simulator: host,
    },
  },
  sign: (message, account, at) => (isForm(message) ? message : signed(message, account.config, at)),
  answer(request, { message, says, confirmed }) {
    const { order, completed } = (confirmed ?? {}) as Record<string, unknown>
    switch (`${request.method} ${request.url.replace(/\/checkout\/orders\/[^/]+/, "/checkout/orders/*")}`) {
      case `GET ${host}${certificatePath}`:
        return answer(says === "yes" ? testSigner().pem : (other ??= makeSigner()).pem)
      case `POST ${host}/v1/oauth2/token`:
        return answer(JSON.stringify({ access_token: "test-only-token" }))
      case `GET ${host}/v2/checkout/orders/*`:
        return answer(JSON.stringify(order))
      case `POST ${host}/v2/checkout/orders/*/capture`:
        return answer(JSON.stringify(completed))
      case `POST ${host}/cgi-bin/webscr`: {
        const asked = `cmd=_notify-validate&${Buffer.from(message.body).toString("latin1")}`
        const isOurs = Buffer.from(request.body ?? "").toString("latin1") === asked
        return answer(says === "yes" && isOurs ? "VERIFIED" : "INVALID")
      }
      default:
        return { status: 404, headers: {}, body: new Uint8Array() }
    }
  },
}

function isForm({ headers }: Message): boolean {
  return headers["content-type"] === "application/x-www-form-urlencoded"
}

function signed(message: Message, { webhookIds, simulator }: PaypalConfig, at: Date): Message {
  const about = {
    id: "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
    at,
    webhookId: webhookIds?.[0] ?? "7TESTONLY00000001",
    host: simulator ?? "https://api.sandbox.paypal.com",
  }
  return { ...message, headers: { ...message.headers, ...signHeaders(testSigner(), message.body, about) } }
}

function answer(body: string): HttpResponse {
  return { status: 200, headers: {}, body: Buffer.from(body) }
}
