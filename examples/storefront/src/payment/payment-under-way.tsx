import { Link } from "react-router-dom"
import { remembered } from "../remembered"

/** For who comes back by themselves after leaving to pay: the tab was closed, or the button pressed that leads back. */
export function PaymentUnderWay() {
  const token = remembered.payment.read()
  if (!token) return null
  return (
    <p className="notice">
      You have started to pay. <Link to={`/checkout/return?ipn_token=${token}`}>See what became of it</Link>
    </p>
  )
}
