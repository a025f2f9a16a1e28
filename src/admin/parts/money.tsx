import { useTranslation } from "react-i18next"

/** An amount in the reader's language: `€42.00`. A dash where there is none. */
export function Money({ amount, currency }: { amount: string | null; currency: string | null }) {
  const { i18n } = useTranslation("ipn")
  return <span className="whitespace-nowrap tabular-nums">{writeMoney(amount, currency, i18n.language)}</span>
}

/** The decimal string's own digits, never rounded to what a number can hold. */
export function writeMoney(amount: string | null, currency: string | null, language: string): string {
  if (amount === null) return "–"
  if (!currency) return amount
  const digits = Math.max(amount.split(".")[1]?.length ?? 0, 0)
  try {
    const format = new Intl.NumberFormat(language, { style: "currency", currency })
    const usual = format.resolvedOptions().maximumFractionDigits ?? 2
    return new Intl.NumberFormat(language, {
      style: "currency",
      currency,
      minimumFractionDigits: usual,
      maximumFractionDigits: Math.max(usual, digits),
      // Modern browsers take a decimal string as it is.
    }).format(amount as `${number}`)
  } catch {
    return `${amount} ${currency.toUpperCase()}`
  }
}
