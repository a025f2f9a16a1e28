import type { GatewaySetup } from "../gateway-setup"

/** By the Mollie dashboard as described in https://docs.mollie.com/reference/webhooks (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "Nothing has to be pasted: each payment tells Mollie where to call. The address must be reachable from the internet.",
    "Turn on the ways to pay under **Settings > Website profiles > Payment methods**.",
    "Only for payouts and fees: under **Developers > Webhooks** create a webhook with the notify address, the events payout.* and balance-transaction.created and the payload **full**, and set its signing secret as webhookSecrets in medusa-config.",
    "Make a payment. The light here turns green.",
  ],
  de: [
    "Es muss nichts eingefügt werden: Jede Zahlung sagt Mollie, wohin gemeldet wird. Die Adresse muss aus dem Internet erreichbar sein.",
    "Schalten Sie die Zahlungsarten unter **Settings > Website profiles > Payment methods** ein.",
    "Nur für Auszahlungen und Gebühren: Legen Sie unter **Developers > Webhooks** einen Webhook mit der Meldeadresse, den Ereignissen payout.* und balance-transaction.created und dem Inhalt **full** an und tragen Sie sein Signing Secret als webhookSecrets in medusa-config ein.",
    "Machen Sie eine Zahlung. Das Licht hier wird grün.",
  ],
}
