import type { GatewaySetup } from "../gateway-setup"

/** By https://developer.paypal.com/api/rest/webhooks/ and https://developer.paypal.com/api/nvp-soap/ipn/ (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "With an app: in **Apps & Credentials** open the app and choose **Add Webhook** under **Webhooks**.",
    "Paste the notify address as webhook URL; it must be HTTPS on port 443. Tick the events of checkout orders, payments, disputes and, where you send them, payouts. **Checkout order approved** must be among them.",
    "Save, copy the **Webhook ID** from the list, set it as webhookIds in medusa-config and restart Medusa.",
    "With classic messages: in **Account settings > Notifications > Instant payment notifications** choose **Receive IPN messages (Enabled)** and paste the notify address. List every email address of the account as receivers in medusa-config.",
    "Make a payment. The light here turns green.",
  ],
  de: [
    "Mit einer App: Öffnen Sie unter **Apps & Credentials** die App und wählen Sie unter **Webhooks** **Add Webhook**.",
    "Fügen Sie die Meldeadresse als Webhook-URL ein; sie muss HTTPS auf Port 443 sein. Kreuzen Sie die Ereignisse von Checkout Orders, Payments, Disputes und, falls Sie welche senden, Payouts an. **Checkout order approved** muss dabei sein.",
    "Speichern Sie, kopieren Sie die **Webhook ID** aus der Liste, tragen Sie sie als webhookIds in medusa-config ein und starten Sie Medusa neu.",
    "Mit klassischen Nachrichten: Wählen Sie unter **Account settings > Notifications > Instant payment notifications** **Receive IPN messages (Enabled)** und fügen Sie die Meldeadresse ein. Nennen Sie jede E-Mail-Adresse des Kontos als receivers in medusa-config.",
    "Machen Sie eine Zahlung. Das Licht hier wird grün.",
  ],
}
