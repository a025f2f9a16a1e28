import { randomBytes, randomUUID } from "node:crypto"
import type { Letter } from "../../simulation/postman"
import { writeDate, writeForm } from "./write-form"

type Told = Readonly<{
  id: string
  amount: Readonly<{ currency_code: string; value: string }>
  custom_id: string
  dispute_id: string
  disputed_transactions: readonly Readonly<{ seller_transaction_id: string; custom: string }>[]
  links: readonly Readonly<{ rel: string; href: string }>[]
}>

/**
 * The classic message about the same event, as PayPal sends it to an account that has switched both on; undefined for
 * what classic messages do not tell. A sale is told by the capture's id, a reserved payment by the authorisation's.
 */
export function classicLetter(type: string, resource: object, notifyUrl: string): Letter | undefined {
  const told = variablesOf(type, resource as Told)
  if (!told) return undefined
  const id = randomBytes(7).toString("hex")
  const common = {
    payment_date: writeDate(new Date()),
    business: "shop@example.com",
    receiver_email: "shop@example.com",
    receiver_id: "258DLEHY2BDK6",
    charset: "windows-1252",
    test_ipn: "1",
    verify_sign: randomUUID(),
    ipn_track_id: id,
  }
  return {
    id,
    to: notifyUrl,
    body: writeForm({ ...common, ...told }, "windows-1252"),
    headers: () => ({ "content-type": "application/x-www-form-urlencoded", "user-agent": "PayPal IPN" }),
  }
}

function variablesOf(type: string, resource: Told): Record<string, string> | undefined {
  const parent = resource.links?.find(({ rel }) => rel === "up")?.href ?? ""
  const up = parent.slice(parent.lastIndexOf("/") + 1)
  const isReserved = parent.includes("/authorizations/")
  const about = (status: string, more: Record<string, string> = {}) => ({
    txn_type: "web_accept",
    payment_status: status,
    txn_id: resource.id,
    custom: resource.custom_id,
    invoice: resource.custom_id,
    mc_gross: resource.amount.value,
    mc_currency: resource.amount.currency_code,
    ...(isReserved ? { parent_txn_id: up, auth_id: up } : {}),
    ...more,
  })
  switch (type) {
    case "PAYMENT.CAPTURE.COMPLETED":
      return about("Completed", { mc_fee: "1.00" })
    case "PAYMENT.CAPTURE.PENDING":
      return about("Pending", { pending_reason: "echeck" })
    case "PAYMENT.CAPTURE.DENIED":
      return about("Failed")
    case "PAYMENT.AUTHORIZATION.CREATED":
      return about("Pending", { pending_reason: "authorization", auth_id: resource.id })
    case "PAYMENT.AUTHORIZATION.VOIDED":
      return about("Voided", { auth_id: resource.id })
    case "PAYMENT.CAPTURE.REFUNDED": {
      const gross = `-${resource.amount.value}`
      return about("Refunded", { mc_gross: gross, parent_txn_id: up, reason_code: "refund", txn_type: "" })
    }
    case "CUSTOMER.DISPUTE.CREATED": {
      const [transaction] = resource.disputed_transactions
      return {
        txn_type: "new_case",
        txn_id: transaction?.seller_transaction_id ?? "",
        custom: transaction?.custom ?? "",
        case_id: resource.dispute_id,
        case_type: "dispute",
        reason_code: "non_receipt",
        case_creation_date: writeDate(new Date()),
      }
    }
    default:
      return undefined
  }
}
