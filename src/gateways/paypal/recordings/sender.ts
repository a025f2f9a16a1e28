import type { Sender } from "../../conformance/recording"
import type { PaypalConfig } from "../options"

/** Signs nothing, as PayPal does, and answers the postback of exactly the bytes sent. */
export const sender: Sender<PaypalConfig> = {
  account: {
    id: "test",
    mode: "test",
    config: { receivers: ["seller@paypalsandbox.com", "258DLEHY2BDK6"], paymentAction: "sale" },
  },
  sign: (message) => message,
  answer(request, { message, says }) {
    const asked = `cmd=_notify-validate&${Buffer.from(message.body).toString("latin1")}`
    const isOurs =
      request.method === "POST" &&
      request.url === "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr" &&
      Buffer.from(request.body ?? "").toString("latin1") === asked
    return { status: 200, headers: {}, body: Buffer.from(says === "yes" && isOurs ? "VERIFIED" : "INVALID") }
  },
}
