/** Where the REST API is (https://developer.paypal.com/api/rest/requests/). */
export const apiHosts = {
  live: "https://api-m.paypal.com",
  test: "https://api-m.sandbox.paypal.com",
} as const

/** The only places that a signing certificate is fetched from: the API's two names. Read 2026-11-22. */
export const certificateHosts = {
  live: ["https://api.paypal.com", "https://api-m.paypal.com"],
  test: ["https://api.sandbox.paypal.com", "https://api-m.sandbox.paypal.com"],
} as const

/** Whom a signing certificate is made out to, as PayPal's own SDKs check (PayPal-Ruby-SDK, lib/paypal-sdk/rest/data_types.rb). */
export const signers = {
  live: "messageverificationcerts.paypal.com",
  test: "messageverificationcerts.sandbox.paypal.com",
} as const
