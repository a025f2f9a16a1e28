import type { GatewaySetup } from "../gateway-setup"

/** By https://www.mercadopago.com/developers/en/docs/your-integrations/notifications/webhooks (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "In **Your integrations** open the application and then **Webhooks > Configure notifications**.",
    "Paste the notify address as **Production URL** and tick **Payments**, **Chargebacks**, **Fraud alerts** and **Commercial orders**.",
    "Save, copy the **secret signature** that is shown, set it as webhookSecrets in medusa-config and restart Medusa.",
    "Choose **Simulate notification**: it must be answered with 200. The first real payment turns the light here green.",
  ],
  de: [
    "Öffnen Sie in **Your integrations** die Anwendung und dann **Webhooks > Configure notifications**.",
    "Fügen Sie die Meldeadresse als **Production URL** ein und kreuzen Sie **Payments**, **Chargebacks**, **Fraud alerts** und **Commercial orders** an.",
    "Speichern Sie, kopieren Sie die angezeigte **secret signature**, tragen Sie sie als webhookSecrets in medusa-config ein und starten Sie Medusa neu.",
    "Wählen Sie **Simulate notification**: Die Antwort muss 200 sein. Die erste echte Zahlung macht das Licht hier grün.",
  ],
}
