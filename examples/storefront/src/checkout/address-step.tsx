import { useRef, useState, type FormEvent } from "react"
import type { HttpTypes } from "@medusajs/types"
import { Problem } from "../page"
import { useRegion, useShop } from "../shop"
import { sdk } from "../store"
import { sayError } from "../use-load"

const fields = [
  { name: "first_name", label: "First name", autoComplete: "given-name", example: "Bea" },
  { name: "last_name", label: "Last name", autoComplete: "family-name", example: "Buyer" },
  {
    name: "address_1",
    label: "Street and number",
    autoComplete: "address-line1",
    example: "1 Example Street",
  },
  { name: "postal_code", label: "Postal code", autoComplete: "postal-code", example: "12345" },
  { name: "city", label: "City", autoComplete: "address-level2", example: "Exampletown" },
] as const

export function AddressStep({ cart, onDone }: { cart: HttpTypes.StoreCart; onDone: () => void }) {
  const region = useRegion()
  const { setCart } = useShop()
  const form = useRef<HTMLFormElement>(null)
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const known = cart.shipping_address

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const { email, ...address } = Object.fromEntries(new FormData(event.currentTarget)) as Record<
      string,
      string
    >
    setBusy(true)
    try {
      const saved = await sdk.store.cart.update(cart.id, {
        email: email!,
        shipping_address: address,
        billing_address: address,
      })
      setCart(saved.cart)
      onDone()
    } catch (reason) {
      setProblem(sayError(reason))
      setBusy(false)
    }
  }

  function fillInExample() {
    for (const { name, example } of [{ name: "email", example: "bea@example.com" }, ...fields]) {
      const input = form.current?.elements.namedItem(name)
      if (input instanceof HTMLInputElement) input.value = example
    }
  }

  return (
    <form ref={form} className="card address" onSubmit={(event) => void save(event)}>
      <label className="wide">
        Email
        <input name="email" type="email" autoComplete="email" required defaultValue={cart.email ?? ""} />
      </label>
      {fields.map(({ name, label, autoComplete }) => (
        <label key={name} className={name === "address_1" ? "wide" : undefined}>
          {label}
          <input name={name} autoComplete={autoComplete} required defaultValue={known?.[name] ?? ""} />
        </label>
      ))}
      <label className="wide">
        Country
        <select name="country_code" autoComplete="country" defaultValue={known?.country_code ?? ""} required>
          {region.countries?.map(({ iso_2, display_name }) => (
            <option key={iso_2} value={iso_2}>
              {display_name}
            </option>
          ))}
        </select>
      </label>
      <Problem>{problem}</Problem>
      <button className="main" disabled={isBusy}>
        Go on
      </button>
      {import.meta.env["VITE_OFFERS_EXAMPLE_ADDRESS"] && (
        <button type="button" className="quiet wide" onClick={fillInExample}>
          Fill in an example
        </button>
      )}
    </form>
  )
}
