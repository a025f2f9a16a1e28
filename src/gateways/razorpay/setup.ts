import type { GatewaySetup } from "../gateway-setup"

/** By https://razorpay.com/docs/webhooks/setup-edit-payments/ (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "In the Razorpay dashboard open **Account & Settings > Webhooks > Add New Webhook**, in the mode (live or test) of this account.",
    "Paste the notify address, and as secret the one in webhookSecrets in medusa-config. Test and live need different secrets.",
    "Tick the events of payments, payment links, order.paid, refunds, disputes and settlement.processed. Ticking more does no harm.",
    "Leave **Account & Settings > Payment capture** at automatic.",
    "Make a payment. The light here turns green.",
  ],
  de: [
    "Öffnen Sie im Razorpay-Dashboard **Account & Settings > Webhooks > Add New Webhook**, im Modus (live oder test) dieses Kontos.",
    "Fügen Sie die Meldeadresse ein und als Secret das aus webhookSecrets in medusa-config. Test und live brauchen verschiedene.",
    "Kreuzen Sie die Ereignisse von Payments, Payment Links, order.paid, Refunds, Disputes und settlement.processed an. Mehr anzukreuzen schadet nicht.",
    "Lassen Sie **Account & Settings > Payment capture** auf automatisch.",
    "Machen Sie eine Zahlung. Das Licht hier wird grün.",
  ],
}
