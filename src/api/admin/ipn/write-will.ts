import type { Told } from "../../../domain/tell-plan"

/** What would be done, line by line, as the API writes it. */
export function writeWill(will: readonly Told[]) {
  return will.map(({ kind, text, money }) => ({
    kind,
    text,
    amount: money?.amount ?? null,
    currency_code: money?.currency ?? null,
  }))
}
