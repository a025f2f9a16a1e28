import type { GatewaySetup } from "../gateway-setup"

export const setup: GatewaySetup = {
  en: [
    "At the gateway nothing changes: its webhook keeps the address that it had.",
    "If no webhook was set up yet, create one there with the notify address and put its secret into the provider's own options.",
    "Make a payment. The light here turns green.",
  ],
  de: [
    "Beim Gateway ändert sich nichts: Sein Webhook behält seine Adresse.",
    "Falls noch kein Webhook eingerichtet ist, legen Sie dort einen mit der Meldeadresse an und tragen Sie sein Secret in die Optionen des Providers ein.",
    "Machen Sie eine Zahlung. Das Licht hier wird grün.",
  ],
}
