import type { Answer } from "../../simulation/http-server"
import { buttons, escapeHtml, facts, page, type PageButton } from "../../simulation/page"
import type { Delivery } from "../../simulation/postman"
import type { SandboxPayment } from "./index"

/** The page where the buyer pays. No money moves. */
export function sandboxPaymentPage(payment: SandboxPayment, say?: string): Answer {
  const isOpen = payment.status === "open" || payment.status === "pending"
  const waits =
    payment.status === "pending" ? "This payment waits for you: you chose to pay later." : undefined
  const about = facts([
    ["Amount", write(payment.amount)],
    ["For", payment.description ?? "Order"],
    ["Reference", payment.reference],
  ])
  const form = isOpen
    ? buttons(`/pay/${payment.id}`, buyerButtons(payment))
    : buttons(`/pay/${payment.id}`, [goBack])
  const said = say ?? waits ?? (isOpen ? undefined : `This payment is ${payment.status}.`)
  return page(
    "Sandbox payment",
    `<p>No real money moves on this page.</p>${about}${form}`,
    said ? { say: said } : {}
  )
}

const goBack: PageButton = { action: "back", label: "Back to the shop", main: true }

function buyerButtons(payment: SandboxPayment): PageButton[] {
  return [
    { action: "pay", label: `Pay ${write(payment.amount)}`, main: true },
    { action: "authorize", label: "Authorise only" },
    ...(payment.status === "open" ? [{ action: "later", label: "Pay later" }] : []),
    { action: "decline", label: "Decline" },
    { action: "cancel", label: "Cancel" },
  ]
}

/** The page where the store's owner would look at payments and refund them. */
export function sandboxDashboard(
  payments: readonly SandboxPayment[],
  deliveries: readonly Delivery[]
): Answer {
  const rows = [...payments].reverse().map(
    (payment) => `<tr>
<td><a href="/pay/${escapeHtml(payment.id)}">${escapeHtml(payment.reference)}</a><br>${escapeHtml(payment.id)}</td>
<td>${payment.status}</td><td>${write(payment.amount)}</td><td>${payment.captured.amount}</td><td>${payment.refunded.amount}</td>
<td>${buttons(`/dashboard/${payment.id}`, ownerButtons(payment), amountInput)}</td></tr>`
  )
  const accepted = deliveries.filter((delivery) => delivery.accepted).length
  const table = `<div class="scroll"><table><thead><tr><th scope="col">Payment</th><th scope="col">Status</th><th scope="col">Amount</th><th scope="col">Captured</th><th scope="col">Refunded</th><th scope="col">Do</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  const messages = buttons("/dashboard", [
    { action: "again", label: "Send all messages twice more, in any order" },
    { action: "undelivered", label: "Send undelivered messages again" },
  ])
  const empty = "<p>No payments yet. Start one in the shop.</p>"
  return page(
    "Sandbox dashboard",
    `<p>${deliveries.length} messages sent, ${accepted} accepted by the store. No real money moves here.</p>${payments.length === 0 ? empty : table}${messages}`,
    { wide: true }
  )
}

const amountInput = `<input name="amount" inputmode="decimal" aria-label="Amount" placeholder="All">`

function ownerButtons({ status, captured, refunded }: SandboxPayment): PageButton[] {
  if (status === "open" || status === "pending") {
    return [
      { action: "pay", label: "Buyer pays" },
      { action: "expire", label: "Expire" },
    ]
  }
  const refundable = captured.amount !== refunded.amount
  return [
    ...(status === "authorized" || status === "captured" ? [{ action: "capture", label: "Capture" }] : []),
    ...(status === "authorized" ? [{ action: "expire", label: "Expire" }] : []),
    ...(refundable ? [{ action: "refund", label: "Refund" }] : []),
    ...(status === "captured"
      ? [
          { action: "dispute", label: "Dispute" },
          { action: "win", label: "Dispute won" },
          { action: "lose", label: "Dispute lost" },
        ]
      : []),
  ]
}

function write({ amount, currency }: SandboxPayment["amount"]): string {
  return `${amount} ${currency.toUpperCase()}`
}
