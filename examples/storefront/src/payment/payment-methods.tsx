import { Problem } from "../page"
import { sdk } from "../store"
import { useLoad } from "../use-load"

/** How ways to pay are called, in the order in which they are offered. Others have the name of their account. */
const names: Record<string, string> = {
  sandbox: "Sandbox",
  transfer: "Bank transfer",
  stripe: "Stripe",
  paypal: "PayPal",
}

type Props = {
  regionId: string
  chosen: string | undefined
  onChoose: (providerId: string) => void
  /** Only what `retryPayment` can start: the plugin's own accounts. */
  onlyOwn?: boolean
}

/** The ways to pay in a region. */
export function PaymentMethods({ regionId, chosen, onChoose, onlyOwn = false }: Props) {
  const { data, error } = useLoad(
    () => sdk.store.payment.listPaymentProviders({ region_id: regionId, limit: 100 }),
    [regionId]
  )
  const rank = (id: string) => {
    const place = Object.keys(names).indexOf(accountOf(id))
    return place === -1 ? Infinity : place
  }
  const offered = data?.payment_providers
    .map(({ id }) => id)
    .filter((id) => (onlyOwn ? id.startsWith("pp_ipn_") : id !== "pp_system_default"))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
  return (
    <fieldset aria-busy={!offered && !error}>
      <legend>Payment</legend>
      <Problem>{error}</Problem>
      {offered?.length === 0 && <p>There is no way to pay in this region.</p>}
      {offered?.map((id) => (
        <label key={id} className="choice">
          <input type="radio" name="payment" checked={id === chosen} onChange={() => onChoose(id)} />
          <span>{nameOf(id)}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** "main" of "pp_ipn_main". */
export const accountOf = (providerId: string) => providerId.replace(/^pp_(ipn_|played_)?/, "")

function nameOf(providerId: string): string {
  const account = accountOf(providerId)
  return names[account] ?? account.replace(/(^|-)./g, (start) => start.replace("-", " ").toUpperCase())
}
