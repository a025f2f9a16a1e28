import type { IPaymentModuleService, MedusaContainer, PaymentDTO } from "@medusajs/framework/types"
import { asValue } from "@medusajs/framework/awilix"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"

/**
 * Methods of Medusa's payment module that exist at run time but not in its types. All calls to them stand in this file;
 * integration-tests/http/medusa-contract.spec.ts checks each against the installed version.
 */
type UntypedPaymentModule = IPaymentModuleService & {
  createPayments(data: Record<string, unknown>): Promise<PaymentDTO>
  updatePayments(data: Record<string, unknown>): Promise<PaymentDTO>
  createPaymentSessions(data: Record<string, unknown>): Promise<{ id: string }>
  updatePaymentSessions(data: Record<string, unknown>): Promise<unknown>
  deleteCaptures(ids: string[]): Promise<void>
  createRefunds(data: Record<string, unknown>): Promise<{ id: string }>
  deleteRefunds(ids: string[]): Promise<void>
  maybeUpdatePaymentCollection_(id: string, context?: Record<string, unknown>): Promise<void>
  paymentProviderService_?: ProviderService
}

/** What stands between Medusa's payment module and its providers. */
type ProviderService = Readonly<{ __container__?: Readonly<Record<string, unknown>> }>

/** A payment provider as Medusa's base class makes it. */
type Provider = Readonly<{ config?: unknown; constructor: Readonly<{ identifier?: string }> }>

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

/** Makes a session again that core has deleted, under its own id and without asking the provider; the others are closed. */
export async function recordSessionAgain(
  container: MedusaContainer,
  session: {
    id: string
    providerId: string
    collectionId: string
    amount: string
    currency: string
    others: readonly string[]
  }
): Promise<void> {
  const payments = untyped(container)
  for (const id of session.others) await payments.updatePaymentSessions({ id, status: "canceled" })
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "payment_session",
    fields: ["id"],
    filters: { id: session.id },
  })
  if (data.length > 0) return
  await payments.createPaymentSessions({
    id: session.id,
    provider_id: session.providerId,
    payment_collection_id: session.collectionId,
    amount: session.amount,
    currency_code: session.currency,
    data: { session_id: session.id },
    status: "pending",
  })
}

/** Writes that an authorisation was given up at the gateway, without asking it. */
export async function recordVoid(
  container: MedusaContainer,
  payment: { id: string; sessionId: string; collectionId: string }
): Promise<void> {
  const payments = untyped(container)
  await payments.updatePayments({ id: payment.id, canceled_at: new Date() })
  await payments.updatePaymentSessions({ id: payment.sessionId, status: "canceled" })
  await payments.maybeUpdatePaymentCollection_(payment.collectionId, {})
}

/** Writes again what Medusa derives from a payment's rows: whether it is captured in full, and the collection's totals. */
export async function recountPayment(
  container: MedusaContainer,
  payment: { id: string; collectionId: string; isCaptured: boolean; capturedAt: string | null }
): Promise<void> {
  const payments = untyped(container)
  const capturedAt = payment.isCaptured ? (payment.capturedAt ?? new Date()) : null
  await payments.updatePayments({ id: payment.id, captured_at: capturedAt })
  await payments.maybeUpdatePaymentCollection_(payment.collectionId, {})
}

/** Takes back a capture that the gateway says did not happen. */
export async function removeCapture(
  container: MedusaContainer,
  capture: { id: string; paymentId: string; collectionId: string }
): Promise<void> {
  const payments = untyped(container)
  await payments.deleteCaptures([capture.id])
  await payments.updatePayments({ id: capture.paymentId, captured_at: null })
  await payments.maybeUpdatePaymentCollection_(capture.collectionId, {})
}

/** Writes money that the gateway paid back, without asking it to. Medusa itself guards nothing here: the plan does. */
export async function recordRefundRow(
  container: MedusaContainer,
  refund: {
    paymentId: string
    collectionId: string
    amount: string
    createdBy: string
    note: string
    gatewayRefundId: string | undefined
  }
): Promise<string> {
  const payments = untyped(container)
  const { id } = await payments.createRefunds({
    payment_id: refund.paymentId,
    amount: refund.amount,
    created_by: refund.createdBy,
    note: refund.note,
    metadata: refund.gatewayRefundId ? { gateway_refund_id: refund.gatewayRefundId } : {},
  })
  await payments.maybeUpdatePaymentCollection_(refund.collectionId, {})
  return id
}

/** Takes back a refund that the gateway says did not happen. */
export async function removeRefund(
  container: MedusaContainer,
  refund: { id: string; collectionId: string }
): Promise<void> {
  const payments = untyped(container)
  await payments.deleteRefunds([refund.id])
  await payments.maybeUpdatePaymentCollection_(refund.collectionId, {})
}

/** The ids of the payment providers that this store runs with, as in `pp_stripe_stripe`; the table may hold others from before. */
export function installedProviders(container: MedusaContainer): string[] {
  const registered = untyped(container).paymentProviderService_?.__container__ ?? {}
  return Object.keys(registered).filter((name) => name.startsWith("pp_"))
}

/**
 * Whether two payment providers came with one entry of medusa-config, as Stripe's for cards and for iDEAL do: they have
 * the same id behind their names, and were given the very same options, so the same account at the gateway.
 */
export function areOfOneEntry(container: MedusaContainer, one: string, other: string): boolean {
  const [first, second] = [entryOf(container, one), entryOf(container, other)]
  return (
    first !== undefined && second !== undefined && first.id === second.id && first.options === second.options
  )
}

function entryOf(
  container: MedusaContainer,
  providerId: string
): { id: string; options: object } | undefined {
  if (!installedProviders(container).includes(providerId)) return undefined
  const { config, constructor } = untyped(container).paymentProviderService_?.__container__?.[
    providerId
  ] as Provider
  const name = `pp_${constructor.identifier}`
  if (typeof config !== "object" || config === null || !providerId.startsWith(name)) return undefined
  return { id: providerId.slice(name.length), options: config }
}

/**
 * The container for a part of core that takes a payment back when it cannot finish: there nothing is cancelled or
 * refunded, neither at the gateway nor in Medusa. The gateway holds the money, and the work is tried again.
 */
export function withoutTakingBack(container: MedusaContainer): MedusaContainer {
  const payments = untyped(container)
  // Core calls this one itself when it cannot write that a payment is authorised.
  const providers = new Proxy(payments.paymentProviderService_!, {
    get(target, name) {
      if (name === "cancelPayment")
        return (_: string, { data }: { data: unknown }) => Promise.resolve({ data })
      const value: unknown = Reflect.get(target, name)
      return typeof value === "function" ? (value.bind(target) as unknown) : value
    },
  })
  const kept: unknown = Object.create(payments, {
    paymentProviderService_: { value: providers },
    cancelPayment: { value: (id: string) => payments.retrievePayment(id) },
    refundPayment: { value: () => Promise.reject(new Error("kept: the order is tried again")) },
  })
  const scope = container.createScope() as MedusaContainer
  scope.register(Modules.PAYMENT, asValue(kept))
  return scope
}

function untyped(container: MedusaContainer): UntypedPaymentModule {
  return container.resolve<UntypedPaymentModule>(Modules.PAYMENT)
}
