import { createHmac } from "node:crypto"
import type { Sender } from "../../conformance/recording"
import type { MollieConfig } from "../config"

/** Test-only, made up: no account of Mollie's has these. */
const account: Sender<MollieConfig>["account"] = {
  id: "mollie",
  mode: "test",
  config: {
    apiKey: "test_onlyForTestsMadeUp000000000",
    webhookSecrets: ["onlyForTestsCurrentSigningSecret"],
    captureMode: "automatic",
  },
}

/** Plays Mollie: signs JSON as the documentation says and never a classic form; knows the recording's payment only. */
export const sender: Sender<MollieConfig> = {
  account,
  sign(message, { config }) {
    if (message.headers["content-type"] !== "application/json") return message
    const secret = config.webhookSecrets?.[0] ?? ""
    const signature = createHmac("sha256", secret).update(message.body).digest("hex")
    return { ...message, headers: { ...message.headers, "x-mollie-signature": `sha256=${signature}` } }
  },
  answer(request, { says, confirmed }) {
    const known = confirmed as { id?: string } | undefined
    const path = known?.id?.startsWith("payout_")
      ? `/v2/payouts/${known.id}`
      : `/v2/payments/${known?.id}?embed=captures,refunds,chargebacks`
    const isAsked =
      request.method === "GET" &&
      request.url === `https://api.mollie.com${path}` &&
      request.headers?.authorization === `Bearer ${account.config.apiKey}`
    if (says === "yes" && isAsked)
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(confirmed)) }
    const title = { status: 404, title: "Not Found", detail: "No payment exists with token tr_unknown." }
    return { status: 404, headers: {}, body: Buffer.from(JSON.stringify(title)) }
  },
}
