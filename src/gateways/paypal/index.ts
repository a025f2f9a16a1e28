import { defineGateway } from "../gateway"
import { checkSimulator } from "../simulator"
import { confirmForm } from "./ipn/confirm"
import { parseForm } from "./ipn/parse"
import { isForm } from "./ipn/verify"
import { operations } from "./operations"
import { appOf, options, type PaypalConfig } from "./options"
import { confirmSigned } from "./rest/confirm"
import { readEvent } from "./rest/objects"
import { readWebhook } from "./rest/parse"
import { asEvents } from "./rest/statement"
import { setup } from "./setup"
import { verify } from "./verify"

/**
 * PayPal, in both of its languages: signed JSON of an app with a webhook (`rest`), and the classic form without a
 * signature, which PayPal itself confirms (`ipn`). Both name a payment by the same ids, so what both tell counts once.
 */
export default defineGateway<PaypalConfig>({
  id: "paypal",
  title: "PayPal",
  docs: "https://developer.paypal.com/api/rest/webhooks/",
  config: options,
  secrets: ["clientSecret"],
  setup,
  check: checkSimulator,
  verify,
  parse: (message, account) =>
    isForm(message) ? parseForm(message, account) : asEvents(readWebhook(readEvent(message.body)), account),
  async confirm(message, account, io) {
    if (isForm(message)) return confirmForm(message, account, io)
    const app = appOf(account)
    return app
      ? confirmSigned(message, account, app, io)
      : {
          kind: "denied",
          why: "The account has no webhookIds any more, for which PayPal signed this message.",
        }
  },
  acknowledge: (receipt) => ({ status: receipt.kind === "stored" ? 200 : 401 }),
  operations,
})
