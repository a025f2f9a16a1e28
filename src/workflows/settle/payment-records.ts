import type { IPaymentModuleService, MedusaContainer, PaymentDTO } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"

/**
 * Methods of Medusa's payment module that exist at run time but not in its types. All calls to them stand in this file;
 * integration-tests/http/medusa-contract.spec.ts checks each against the installed version.
 */
type UntypedPaymentModule = IPaymentModuleService & {
  createPayments(data: Record<string, unknown>): Promise<PaymentDTO>
  updatePayments(data: Record<string, unknown>): Promise<PaymentDTO>
  updatePaymentSessions(data: Record<string, unknown>): Promise<unknown>
  maybeUpdatePaymentCollection_(id: string, context?: Record<string, unknown>): Promise<void>
  paymentProviderService_?: { __container__?: object }
}

/** Writes that a session's payment is authorised, as core would have, without asking any payment provider. */
export async function recordAuthorization(
  container: MedusaContainer,
  session: {
    id: string
    providerId: string
    collectionId: string
    amount: unknown
    currency: string
    data: Record<string, unknown>
    paymentId: string | undefined
  }
): Promise<string> {
  const payments = untyped(container)
  const payment = session.paymentId
    ? await payments.updatePayments({ id: session.paymentId, canceled_at: null })
    : await payments.createPayments({
        amount: session.amount,
        currency_code: session.currency,
        payment_session: session.id,
        payment_collection_id: session.collectionId,
        provider_id: session.providerId,
        data: session.data,
      })
  await payments.updatePaymentSessions({ id: session.id, status: "authorized", authorized_at: new Date() })
  await payments.maybeUpdatePaymentCollection_(session.collectionId, {})
  return payment.id
}

/** Sets a session's status without asking its payment provider. */
export async function recordSessionStatus(
  container: MedusaContainer,
  session: { id: string; collectionId: string },
  status: string
): Promise<void> {
  const payments = untyped(container)
  await payments.updatePaymentSessions({ id: session.id, status })
  await payments.maybeUpdatePaymentCollection_(session.collectionId, {})
}

/** The ids of the payment providers that this store runs with, as in `pp_stripe_stripe`; the table may hold others from before. */
export function installedProviders(container: MedusaContainer): string[] {
  const registered = untyped(container).paymentProviderService_?.__container__ ?? {}
  return Object.keys(registered).filter((name) => name.startsWith("pp_"))
}

function untyped(container: MedusaContainer): UntypedPaymentModule {
  return container.resolve<UntypedPaymentModule>(Modules.PAYMENT)
}
