import { Link } from "react-router-dom"
import type { PaymentStatus } from "medusa-plugin-ipn/storefront"
import { writeMoney } from "../money"
import { Page } from "../page"
import { AskAgain } from "./ask-again"
import { Instructions } from "./instructions"
import { PayAgain } from "./pay-again"

type Props = {
  status: PaymentStatus
  token: string
  /** Whether the buyer came back by the gateway's link for not paying. */
  gaveUp: boolean
  onLookAgain: () => void
}

/** What became of the payment, in words, and what the buyer can do now. */
export function Outcome({ status, token, gaveUp, onLookAgain }: Props) {
  const { state, order, reason, hold, instructions, method } = status
  const canPay = state === "awaiting_buyer" || reason?.retryable === true
  return (
    <Page title={titleOf(status, gaveUp)} key={state}>
      <div className={`outcome ${state}`} role="status">
        <Sign state={state} />
        <p>{textOf(status)}</p>
      </div>
      {status.test && (
        <p className="notice">This is a test payment: no money moves, and you get no email of it.</p>
      )}
      {reason?.code === "paid_twice" && <p className="notice">{reason.message}</p>}
      {instructions && <Instructions instructions={instructions} />}
      <dl className="card facts">
        {order && (
          <>
            <dt>Order</dt>
            <dd>#{order.display_id}</dd>
          </>
        )}
        <dt>Amount</dt>
        <dd>{writeMoney(status.amount, status.currency_code)}</dd>
        <dt>With</dt>
        <dd>{method}</dd>
        {hold && (
          <>
            <dt>Your items are held until</dt>
            <dd>{new Date(hold.expires_at).toLocaleTimeString("en", { timeStyle: "short" })}</dd>
          </>
        )}
      </dl>
      {state === "processing" && <AskAgain token={token} onAsked={onLookAgain} />}
      {canPay ? (
        <PayAgain status={status} token={token} onRefused={onLookAgain} />
      ) : (
        <p>
          <Link to="/">{order ? "Go on shopping" : "Back to the shop"}</Link>
        </p>
      )}
    </Page>
  )
}

function titleOf({ state, order, reason }: PaymentStatus, gaveUp: boolean): string {
  switch (state) {
    case "paid":
      return "Thank you"
    case "authorized":
      return order ? "Thank you" : "Payment authorised"
    case "processing":
      return "Confirming your payment"
    case "pending":
      return "How to pay"
    case "failed":
      return "Payment failed"
    case "expired":
      return "Payment expired"
    case "canceled":
      if (reason?.code === "refunded") return "Paid back"
      return reason?.code === "order_canceled" ? "Order cancelled" : "Payment cancelled"
    case "review":
      return "Checking your payment"
    case "awaiting_buyer":
      return gaveUp ? "You have not paid" : "Your payment is not finished"
  }
}

/** The store's own words; ours where it has none to say. Translate by `reason.code`. */
function textOf({ state, order, reason, will_email }: PaymentStatus): string {
  switch (state) {
    case "paid":
      return `We received your payment.${will_email ? " We will email you about your order." : ""}`
    case "authorized":
      return order
        ? `Your payment is authorised.${will_email ? " We will email you about your order." : ""}`
        : `We place your order once the payment is captured. You can close this page${will_email ? ": we will email you" : ""}.`
    case "awaiting_buyer":
      return "Nothing was charged."
    default:
      return reason?.message ?? ""
  }
}

/** A clock while it goes on, a tick, a cross. */
function Sign({ state }: { state: PaymentStatus["state"] }) {
  if (state === "processing") return <div className="spinner" />
  const isGood = state === "paid" || state === "authorized"
  const isBad = state === "failed" || state === "expired" || state === "canceled"
  const drawn = isGood ? "m7 12.5 3.5 3.5L17 9" : isBad ? "m8 8 8 8m0-8-8 8" : "M12 7v5l3.5 2"
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="11" />
      <path d={drawn} />
    </svg>
  )
}
