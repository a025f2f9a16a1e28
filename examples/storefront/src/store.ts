import Medusa from "@medusajs/js-sdk"

const { VITE_MEDUSA_BACKEND_URL, VITE_MEDUSA_PUBLISHABLE_KEY } = import.meta.env as Record<
  string,
  string | undefined
>

/** The Medusa store that this storefront belongs to. */
export const store = {
  baseUrl: VITE_MEDUSA_BACKEND_URL ?? "http://localhost:9000",
  publishableKey: VITE_MEDUSA_PUBLISHABLE_KEY ?? "",
}

export const sdk = new Medusa(store)
