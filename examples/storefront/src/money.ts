/** "€12.50". Amounts of the store are in major units. */
export function writeMoney(amount: number | string, currency: string): string {
  return new Intl.NumberFormat("en", { style: "currency", currency }).format(Number(amount))
}
