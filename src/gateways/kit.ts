/**
 * `medusa-plugin-ipn/gateway`: what a gateway is written with, the built-in ones and those of others alike. See
 * docs/add-a-gateway.md.
 */
export {
  add,
  compare,
  equals,
  exponentOf,
  fromDecimal,
  fromMinorUnits,
  isPositive,
  subtract,
  sumOf,
  toMinorUnits,
  zero,
  type Money,
} from "../domain/money"
export { paymentEventTypes, type PaymentEvent, type PaymentEventType } from "../domain/payment-event"
export * from "./gateway"
export type { GatewaySetup } from "./gateway-setup"
export { checkSimulator, hostOf, simulatorUrl, type Hosts } from "./simulator"
export { findSigningKey, hmac, type HmacAlgorithm, type HmacCheck } from "./verification/hmac"
export { readForm, readPairs, type FormOptions } from "./verification/ordered-form"
export { safeEqual } from "./verification/safe-equal"
export { readSecrets, secret, secrets, type SecretForm } from "./verification/secret"
export { readJson, type Json, type JsonOptions } from "./verification/strict-json"
export { isFresh, readUnixSeconds, toleranceSeconds } from "./verification/timestamp"
