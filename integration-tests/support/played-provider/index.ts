import { AbstractPaymentProvider, BigNumber, ModuleProvider, Modules } from "@medusajs/framework/utils"
import type { BigNumberInput } from "@medusajs/framework/types"

/** `takesOrders`: an order may be placed before there is money. */
type Options = { simulator: string; takesOrders?: boolean }
type Initiate = { amount: BigNumberInput; currency_code: string; data?: Record<string, unknown> }

/**
 * The Medusa payment provider of a gateway that this plugin only receives from, as such a gateway ships one: it starts
 * payments on the gateway's page and hands our reference on. Its webhooks are taken over.
 */
class PlayedProvider extends AbstractPaymentProvider<Options> {
  static override identifier = "played"
  private readonly simulator: string
  private readonly takesOrders: boolean

  // Public: Medusa's own is protected, and a module's services must be constructible.
  constructor(cradle: Record<string, unknown>, config: Options) {
    super(cradle, config)
    this.simulator = config.simulator
    this.takesOrders = config.takesOrders === true
  }

  async initiatePayment({ amount, currency_code, data }: Initiate) {
    const session = String(data?.session_id)
    const query = new URLSearchParams({
      amount: new BigNumber(amount).numeric.toFixed(2),
      currency: currency_code,
      ...(typeof data?.return_url === "string" ? { return: data.return_url } : {}),
    })
    const next = { kind: "redirect", url: `${this.simulator}/pay/${session}?${query.toString()}` }
    return { id: session, data: { session_id: session, next } }
  }
  async authorizePayment({ data }: { data?: Record<string, unknown> }) {
    const status = this.takesOrders ? ("pending_authorization" as const) : ("pending" as const)
    return { status, data: data ?? {} }
  }
  async getPaymentStatus({ data }: { data?: Record<string, unknown> }) {
    return { status: "pending" as const, data: data ?? {} }
  }
  async getWebhookActionAndData() {
    return { action: "not_supported" as const }
  }
  capturePayment = unchanged
  refundPayment = unchanged
  cancelPayment = unchanged
  deletePayment = unchanged
  retrievePayment = unchanged
  updatePayment = unchanged
}

async function unchanged({ data }: { data?: Record<string, unknown> }) {
  return { data: data ?? {} }
}

export default ModuleProvider(Modules.PAYMENT, { services: [PlayedProvider] })
