import { Rate, Slots } from "./rate"

/**
 * What buyers may ask of one process. By address the bounds are wide, because a storefront that renders on its server
 * asks for all its buyers from one; by payment they are narrow.
 */
export const caps = {
  /** Wrong, foreign and expired tokens, and carts of others, by address. */
  wrong: new Rate(60, 1),
  /** Tokens for carts, by address and by cart. */
  tokensByAddress: new Rate(200, 20),
  tokensByCart: new Rate(10, 0.2),
  /** Every call with a token, by payment. */
  calls: new Rate(40, 4),
  /** New payments, by payment. */
  retries: new Rate(5, 0.05),
  /** Passwords that are set by a link, by link: each costs a hash. */
  claims: new Rate(5, 0.05),
  /** Buyers who wait, in all and by payment: a few tabs each. */
  waiting: new Slots(5_000, 8),
} as const
