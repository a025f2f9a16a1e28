import type { GatewaySetup } from "../gateway-setup"

/** By https://paystack.com/docs/payments/webhooks/ (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "In the Paystack dashboard open **Settings > API Keys & Webhooks**.",
    "Paste the notify address as **Live Webhook URL**, or as **Test Webhook URL** for a test account. Leave the callback URL empty.",
    "Paystack signs with the **Secret Key** (sk_...): it must be the one in secretKeys in medusa-config.",
    "Make a payment. The light here turns green.",
  ],
  de: [
    "Öffnen Sie im Paystack-Dashboard **Settings > API Keys & Webhooks**.",
    "Fügen Sie die Meldeadresse als **Live Webhook URL** ein, bei einem Testkonto als **Test Webhook URL**. Lassen Sie die Callback-URL leer.",
    "Paystack signiert mit dem **Secret Key** (sk_...): Er muss in secretKeys in medusa-config stehen.",
    "Machen Sie eine Zahlung. Das Licht hier wird grün.",
  ],
}
