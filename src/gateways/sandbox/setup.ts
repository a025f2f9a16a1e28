import type { GatewaySetup } from "../gateway-setup"

export const setup: GatewaySetup = {
  en: [
    "Nothing has to be pasted: each payment carries its notify address.",
    "Start the sandbox program at the address in the option url, and make a payment. The light here turns green.",
  ],
  de: [
    "Es muss nichts eingefügt werden: Jede Zahlung trägt ihre Meldeadresse.",
    "Starten Sie das Sandbox-Programm unter der Adresse der Option url und machen Sie eine Zahlung. Das Licht hier wird grün.",
  ],
}
