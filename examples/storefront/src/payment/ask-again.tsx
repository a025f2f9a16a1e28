import { useState } from "react"
import { refreshPayment, type PaymentError } from "medusa-plugin-ipn/storefront"
import { store } from "../store"

/** Has the store ask the gateway, for a buyer who would rather not wait for its message. */
export function AskAgain({ token, onAsked }: { token: string; onAsked: () => void }) {
  const [said, setSaid] = useState("")
  const [isBusy, setBusy] = useState(false)

  async function ask() {
    setBusy(true)
    try {
      await refreshPayment({ ...store, token })
      onAsked()
    } catch (error) {
      const { status } = error as PaymentError
      setSaid(status === 429 ? "We have just asked. One moment." : "The gateway cannot be asked just now.")
    } finally {
      setBusy(false)
    }
  }

  return (
    <p className="ask-again">
      <button className="quiet" disabled={isBusy} onClick={() => void ask()}>
        Ask the gateway now
      </button>
      <span role="status">{said}</span>
    </p>
  )
}
