import { defineGateway } from "../gateway"
import { confirmMercadoPagoMessage } from "./confirm"
import { mercadoPagoOperations } from "./operations"
import { checkMercadoPagoAccount, mercadoPagoOptions, type MercadoPagoOptions } from "./options"
import { setup } from "./setup"
import { verifyMercadoPagoSignature } from "./signature"

export default defineGateway<MercadoPagoOptions>({
  id: "mercado-pago",
  title: "Mercado Pago",
  docs: "https://www.mercadopago.com.ar/developers/en/docs/your-integrations/notifications/webhooks",
  config: mercadoPagoOptions,
  secrets: ["accessToken", "webhookSecrets"],
  setup,
  check: checkMercadoPagoAccount,
  verify: verifyMercadoPagoSignature,
  // A message names an object and says nothing of it: `confirm` asks.
  parse: () => [],
  confirm: confirmMercadoPagoMessage,
  operations: mercadoPagoOperations,
})
