import { useState } from "react"
import { Link, useNavigate } from "react-router-dom"
import { goToPayment, PaymentError, retryPayment, type PaymentStatus } from "medusa-plugin-ipn/storefront"
import { writeMoney } from "../money"
import { Problem } from "../page"
import { remembered } from "../remembered"
import { useShop } from "../shop"
import { store } from "../store"
import { sayError } from "../use-load"
import { accountOf, PaymentMethods } from "./payment-methods"
import { returnUrl } from "./start-payment"

type Props = { status: PaymentStatus; token: string; onRefused: () => void }

/** On to the gateway's page where it is still open, another try, or another way to pay. */
export function PayAgain({ status, token, onRefused }: Props) {
  const { regions, cart } = useShop()
  const navigate = useNavigate()
  const [provider, setProvider] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const region = regions.find(({ currency_code }) => currency_code === status.currency_code)
  const { to } = status.next

  async function payAgain(account?: string) {
    setBusy(true)
    try {
      const started = await retryPayment({ ...store, token, account, returnUrl })
      remembered.payment.write(started.token)
      await navigate(`/checkout/return?ipn_token=${started.token}`, { replace: true })
      goToPayment(started.next)
    } catch (error) {
      // It was paid meanwhile, or is on its way.
      if (error instanceof PaymentError && error.status === 409) return onRefused()
      setProblem(sayError(error))
      setBusy(false)
    }
  }

  return (
    <section className="pay-again" aria-label="Pay">
      <Problem>{problem}</Problem>
      {to ? (
        <button className="main" disabled={isBusy} onClick={() => goToPayment(to)}>
          Go on to pay {writeMoney(status.amount, status.currency_code)}
        </button>
      ) : (
        status.state !== "pending" && (
          <button className="main" disabled={isBusy} onClick={() => void payAgain()}>
            Try again
          </button>
        )
      )}
      {region && (
        <details>
          <summary>Pay in another way</summary>
          <PaymentMethods regionId={region.id} chosen={provider} onChoose={setProvider} onlyOwn />
          <button disabled={!provider || isBusy} onClick={() => void payAgain(accountOf(provider!))}>
            Pay {writeMoney(status.amount, status.currency_code)}
          </button>
        </details>
      )}
      {cart && !status.order && (
        <p>
          <Link to="/cart">Back to your cart</Link>
        </p>
      )}
    </section>
  )
}
