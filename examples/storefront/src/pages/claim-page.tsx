import { useState, type FormEvent } from "react"
import { Link, useSearchParams } from "react-router-dom"
import { claimGuestAccount, readGuestAccount, type GuestAccount } from "medusa-plugin-ipn/storefront"
import { Loading, Page, Problem } from "../page"
import { sdk, store } from "../store"
import { sayError, useLoad } from "../use-load"

/**
 * Where the mail leads that offers a guest an account. Opening it changes nothing: the link is spent by the first
 * password.
 */
export function ClaimPage() {
  const [address] = useSearchParams()
  const token = address.get("ipn_claim") ?? ""
  const [claimed, setClaimed] = useState<GuestAccount>()
  const { data: offered, error } = useLoad(() => readGuestAccount({ ...store, token }), [token])

  if (claimed) return <Claimed account={claimed} />
  if (error !== undefined) return <NoOffer why={error} />
  if (!offered) {
    return (
      <Page title="One moment">
        <Loading says="Looking for your order" />
      </Page>
    )
  }
  return (
    <Page title="Set a password">
      <p>
        Your order #{offered.order.display_id} and all others under your address are in your account then.
      </p>
      <PasswordForm token={token} email={offered.email} onClaimed={setClaimed} />
    </Page>
  )
}

type FormProps = { token: string; email: string; onClaimed: (account: GuestAccount) => void }

function PasswordForm({ token, email, onClaimed }: FormProps) {
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function claim(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get("password"))
    setProblem(undefined)
    setBusy(true)
    try {
      const account = await claimGuestAccount({ ...store, token, password })
      await sdk.auth.login("customer", "emailpass", { email: account.email, password })
      onClaimed(account)
    } catch (reason) {
      setProblem(sayError(reason))
      setBusy(false)
    }
  }

  return (
    <form className="card" onSubmit={(event) => void claim(event)}>
      <label>
        Email
        <input name="email" type="email" autoComplete="username" value={email} readOnly />
      </label>
      <label>
        Password, at least 8 characters
        <input
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          maxLength={200}
          required
        />
      </label>
      <Problem>{problem}</Problem>
      <button className="main" disabled={isBusy}>
        Set password
      </button>
    </form>
  )
}

function Claimed({ account }: { account: GuestAccount }) {
  const { data } = useLoad(() => sdk.store.order.list({ fields: "id,display_id,created_at" }), [])
  return (
    <Page title="Your account is ready">
      <p role="status">You are signed in as {account.email}.</p>
      {data && (
        <section aria-labelledby="orders">
          <h2 id="orders">Your orders</h2>
          <ul>
            {data.orders.map(({ id, display_id, created_at }) => (
              <li key={id}>
                #{display_id}, {new Date(created_at).toLocaleDateString("en", { dateStyle: "long" })}
              </li>
            ))}
          </ul>
        </section>
      )}
      <p>
        <Link to="/">Back to the shop</Link>
      </p>
    </Page>
  )
}

function NoOffer({ why }: { why: string }) {
  return (
    <Page title="No account to set up here">
      <p role="alert">{why}</p>
      <p>
        <Link to="/">Back to the shop</Link>
      </p>
    </Page>
  )
}
