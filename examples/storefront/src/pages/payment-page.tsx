import { useEffect, useState } from "react"
import { Link, Navigate, useSearchParams } from "react-router-dom"
import { usePayment } from "medusa-plugin-ipn/storefront/react"
import { Loading, Page } from "../page"
import { Outcome } from "../payment/outcome"
import { remembered } from "../remembered"
import { useShop } from "../shop"
import { store } from "../store"

/**
 * Where the buyer waits and is told: after coming back from the gateway, from an email's link, or by going back. All that
 * is shown is what the store answers; nothing else in the address is believed.
 */
export function PaymentPage() {
  const [address] = useSearchParams()
  const token = address.get("ipn_token")
  const resume = address.get("ipn_resume")
  const [visit, setVisit] = useState(0)
  const known = remembered.payment.read()
  // A gateway that knows nothing of us sends its buyer here without a token.
  if (!token && !resume && known) return <Navigate replace to={`/checkout/return?ipn_token=${known}`} />
  return (
    <Payment
      key={`${token ?? resume} ${visit}`}
      token={token}
      resume={resume}
      gaveUp={address.has("ipn_canceled")}
      onLookAgain={() => setVisit(visit + 1)}
    />
  )
}

type Props = {
  token: string | null
  resume: string | null
  /** Whether the buyer came back by the gateway's link for not paying. */
  gaveUp: boolean
  onLookAgain: () => void
}

function Payment({ token: given, resume, gaveUp, onLookAgain }: Props) {
  const { status, token, error } = usePayment({ ...store, token: given, resume })
  const { refreshCart } = useShop()
  const orderId = status?.order?.id

  // What was bought is in the cart no more.
  useEffect(() => {
    if (orderId) refreshCart().catch(() => undefined)
  }, [orderId, refreshCart])

  const isOver = error !== undefined || (status?.terminal && !status.reason?.retryable)
  useEffect(() => {
    if (isOver && remembered.payment.read() === (token ?? given)) remembered.payment.forget()
  }, [isOver, token, given])

  // What ended without money may have been paid in another tab meanwhile.
  const mayChange = status?.terminal && status.reason?.retryable
  useEffect(() => {
    if (!mayChange) return
    const look = () => document.visibilityState === "visible" && onLookAgain()
    document.addEventListener("visibilitychange", look)
    return () => document.removeEventListener("visibilitychange", look)
  }, [mayChange, onLookAgain])

  if (error || (!given && !resume)) return <TooOld />
  if (!status || !token) {
    return (
      <Page title="One moment">
        <Loading says="Asking what became of your payment" />
      </Page>
    )
  }
  return <Outcome status={status} token={token} gaveUp={gaveUp} onLookAgain={onLookAgain} />
}

function TooOld() {
  return (
    <Page title="This link is too old">
      <p role="alert">If you paid, your payment is safe: your order does not need this page.</p>
      <p>
        <Link to="/">Back to the shop</Link>
      </p>
    </Page>
  )
}
