/**
 * How the providers' libraries word that a signature does not match. Only such words: an error that merely mentions a
 * signature may be an outage on the way to checking one.
 * https://github.com/stripe/stripe-node/blob/master/src/Webhooks.ts (checked 2026-11-22 in 15.12.0, which @medusajs/payment-stripe uses)
 */
const mismatches = [
  /no signatures found (?:matching|with)/i,
  /unable to extract timestamp and signatures/i,
  /no \S*signature header value was provided/i,
  /no webhook payload was provided/i,
  /invalid (?:webhook )?signature/i,
  /signature (?:mismatch|does not match|is invalid)/i,
]
const outages = [/\bE[A-Z]{4,}\b/, /timed? ?out|network|fetch failed|socket|status (?:code )?[45]\d\d/i]

/** Whether what a provider threw says that the message is not its gateway's, rather than that it cannot tell now. */
export function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const says = (words: RegExp) => words.test(error.message)
  return mismatches.some(says) && !outages.some(says)
}
