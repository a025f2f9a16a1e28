import type { GatewaySetup } from "../gateway-setup"

/** By https://www.standardwebhooks.com (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "In the gateway's webhook settings add an endpoint with the notify address.",
    "Copy its signing secret (whsec_...) or public key (whpk_...), set it as secrets or publicKeys in medusa-config and restart Medusa.",
    "Make sure that your payments carry our reference, the id of the payment session, and that the mapping names where it comes back.",
    "Send a test message from the gateway's dashboard. The light here turns green.",
  ],
  de: [
    "Legen Sie in den Webhook-Einstellungen des Gateways einen Endpunkt mit der Meldeadresse an.",
    "Kopieren Sie sein Signing Secret (whsec_...) oder seinen öffentlichen Schlüssel (whpk_...), tragen Sie ihn als secrets oder publicKeys in medusa-config ein und starten Sie Medusa neu.",
    "Stellen Sie sicher, dass Ihre Zahlungen unsere Referenz tragen, die ID der Payment Session, und dass das Mapping nennt, wo sie zurückkommt.",
    "Senden Sie eine Testnachricht aus dem Dashboard des Gateways. Das Licht hier wird grün.",
  ],
}
