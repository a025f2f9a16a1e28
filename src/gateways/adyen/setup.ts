import type { GatewaySetup } from "../gateway-setup"

/** By the Customer Area as described in https://docs.adyen.com/development-resources/webhooks (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "In the Customer Area open **Developers > Webhooks > + Webhook > Standard webhook** and choose **Add**.",
    "Choose only this one merchant account, paste the notify address as **URL** and set the method **JSON**.",
    "Under **Events** keep the default ones and add OFFER_CLOSED, PENDING, EXPIRE, TECHNICAL_CANCEL and POSTPONED_REFUND where they are offered.",
    "Under **Security** set a name and a long password as basic authentication, and **Generate** the HMAC key: it is shown only once.",
    "Set them as basicAuth and hmacKeys in medusa-config and restart Medusa.",
    "Save the webhook and choose **Test configuration**. The light here turns green.",
  ],
  de: [
    "Öffnen Sie in der Customer Area **Developers > Webhooks > + Webhook > Standard webhook** und wählen Sie **Add**.",
    "Wählen Sie nur dieses eine Händlerkonto, fügen Sie die Meldeadresse als **URL** ein und stellen Sie die Methode **JSON** ein.",
    "Lassen Sie unter **Events** die vorgegebenen und nehmen Sie OFFER_CLOSED, PENDING, EXPIRE, TECHNICAL_CANCEL und POSTPONED_REFUND dazu, wo es sie gibt.",
    "Legen Sie unter **Security** einen Namen und ein langes Passwort für die Basic Authentication fest und erzeugen Sie mit **Generate** den HMAC-Schlüssel: Er wird nur einmal angezeigt.",
    "Tragen Sie beides als basicAuth und hmacKeys in medusa-config ein und starten Sie Medusa neu.",
    "Speichern Sie den Webhook und wählen Sie **Test configuration**. Das Licht hier wird grün.",
  ],
}
