import type { GatewaySetup } from "../gateway-setup"

/** By https://developers.przelewy24.pl (read 2026-11-22). */
export const setup: GatewaySetup = {
  en: [
    "Nothing has to be pasted: each payment and each refund tells Przelewy24 where to call.",
    "In the panel open **Moje dane > Dane API i konfiguracja** and enter the address of your server in **Adres IP**, or % for every address: only listed ones get answers.",
    "Ask Przelewy24's support to set the notify address as default address of refund messages, so that refunds made in the panel are told too.",
    "Make a payment. The light here turns green.",
  ],
  de: [
    "Es muss nichts eingefügt werden: Jede Zahlung und jede Erstattung sagt Przelewy24, wohin gemeldet wird.",
    "Öffnen Sie im Panel **Moje dane > Dane API i konfiguracja** und tragen Sie die Adresse Ihres Servers unter **Adres IP** ein, oder % für jede Adresse: Nur eingetragene bekommen Antwort.",
    "Bitten Sie den Support von Przelewy24, die Meldeadresse als Standardadresse für Erstattungen einzutragen, damit auch Erstattungen aus dem Panel gemeldet werden.",
    "Machen Sie eine Zahlung. Das Licht hier wird grün.",
  ],
}
