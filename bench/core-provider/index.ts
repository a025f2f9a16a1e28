import { createHmac, timingSafeEqual } from "node:crypto"
import type { ProviderWebhookPayload, WebhookActionResult } from "@medusajs/framework/types"
import { AbstractPaymentProvider, ModuleProvider, Modules } from "@medusajs/framework/utils"
import { coreSecret } from "./sign"

/**
 * A payment provider as the payment companies ship them, but without a network: so Medusa's own webhook route shows
 * the best it can do. It checks a signature and says that the session's payment was captured.
 */
class BenchProvider extends AbstractPaymentProvider {
  static override identifier = "bench"

  // Public: Medusa's own is protected, and a module's services must be constructible.
  constructor(cradle: Record<string, unknown>, config?: Record<string, unknown>) {
    super(cradle, config)
  }

  async initiatePayment({ data }: { data?: Record<string, unknown> }) {
    return { id: String(data?.session_id), data: { session_id: data?.session_id } }
  }
  async authorizePayment() {
    return { status: "captured" as const, data: {} }
  }
  async getPaymentStatus() {
    return { status: "captured" as const }
  }
  async getWebhookActionAndData({
    rawData,
    headers,
  }: ProviderWebhookPayload["payload"]): Promise<WebhookActionResult> {
    const expected = createHmac("sha256", coreSecret).update(rawData).digest()
    const given = Buffer.from(String(headers["bench-signature"]), "hex")
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return { action: "not_supported" }
    }
    const { session_id, amount } = JSON.parse(rawData.toString()) as { session_id?: string; amount: number }
    return session_id ? { action: "captured", data: { session_id, amount } } : { action: "not_supported" }
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

export default ModuleProvider(Modules.PAYMENT, { services: [BenchProvider] })
