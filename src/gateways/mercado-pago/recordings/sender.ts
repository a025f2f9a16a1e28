import { createHmac } from "node:crypto"
import type { Sender } from "../../conformance/recording"
import type { HttpResponse } from "../../gateway"
import type { MercadoPagoOptions } from "../options"

const requestId = "2066ca19-c6f1-498a-be75-1923005edd06"

/**
 * Plays Mercado Pago; the signature is written from
 * https://www.mercadopago.com.ar/developers/en/docs/your-integrations/notifications/webhooks.
 * A recording's `confirmed` is what each path of the API answers.
 */
export const sender: Sender<MercadoPagoOptions> = {
  account: {
    id: "mercado-pago",
    mode: "test",
    config: {
      accessToken: "TEST-onlyForTests-00000000000000",
      webhookSecrets: ["onlyForTestsSecretSignature0000000000"],
      userId: "634060442",
      acceptUnsigned: false,
      binaryMode: false,
    },
  },
  sign(message, { config }, at) {
    const id = new URLSearchParams(message.query).get("data.id") ?? ""
    const manifest = `id:${id.toLowerCase()};request-id:${requestId};ts:${at.getTime()};`
    const v1 = createHmac("sha256", config.webhookSecrets[0] ?? "")
      .update(manifest)
      .digest("hex")
    const signature = { "x-request-id": requestId, "x-signature": `ts=${at.getTime()},v1=${v1}` }
    return { ...message, headers: { ...message.headers, ...signature } }
  },
  answer(request, { account, says, confirmed }) {
    const { pathname, origin } = new URL(request.url)
    const isCalledRight =
      origin === "https://api.mercadopago.com" &&
      request.headers?.authorization === `Bearer ${account.config.accessToken}`
    if (!isCalledRight) return json(401, { message: "invalid access token", error: "unauthorized" })
    const found = (confirmed as Record<string, unknown> | undefined)?.[pathname]
    if (says === "no" || !found) return json(404, { message: "not found", error: "not_found", status: 404 })
    return json(200, found)
  },
}

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) }
}
