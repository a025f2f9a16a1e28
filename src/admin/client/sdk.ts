import Medusa from "@medusajs/js-sdk"

/** Talks to the store's admin API, signed in as the dashboard is. */
export const sdk = new Medusa({
  baseUrl: __BACKEND_URL__ || "/",
  auth: { type: __AUTH_TYPE__ ?? "session", jwtTokenStorageKey: __JWT_TOKEN_STORAGE_KEY__ },
})
