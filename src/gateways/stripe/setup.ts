import type { GatewaySetup } from "../gateway-setup"

/** By the Stripe dashboard as described in https://docs.stripe.com/webhooks (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "In the Stripe dashboard open **Developers > Webhooks** and choose **Add destination**.",
    "Choose **Your account** and tick the events of payment intents, checkout sessions, charges, refunds, disputes and payouts. Ticking more does no harm.",
    "Choose **Webhook endpoint** and paste the notify address.",
    "Reveal the **Signing secret** (whsec_...) of the new endpoint, set it as webhookSecrets in medusa-config and restart Medusa.",
    "Use **Send test event** in Stripe. The light here turns green.",
  ],
  de: [
    "Öffnen Sie im Stripe-Dashboard **Developers > Webhooks** und wählen Sie **Add destination**.",
    "Wählen Sie **Your account** und kreuzen Sie die Ereignisse von Payment Intents, Checkout Sessions, Charges, Refunds, Disputes und Payouts an. Mehr anzukreuzen schadet nicht.",
    "Wählen Sie **Webhook endpoint** und fügen Sie die Meldeadresse ein.",
    "Zeigen Sie das **Signing secret** (whsec_...) des neuen Endpunkts an, tragen Sie es als webhookSecrets in medusa-config ein und starten Sie Medusa neu.",
    "Nutzen Sie **Send test event** in Stripe. Das Licht hier wird grün.",
  ],
}
