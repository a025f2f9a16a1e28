/**
 * An exact amount of money: a decimal string in major units with exactly the currency's digits, as in
 * `{ amount: "10.50", currency: "usd" }` or `{ amount: "1050", currency: "jpy" }`.
 * Currency codes are lower-case ISO 4217. Built only by {@link fromDecimal} and {@link fromMinorUnits}.
 */
export type Money = Readonly<{ amount: string; currency: string }>

/** Digits after the decimal point where ISO 4217 says other than 2 (https://www.six-group.com/en/products-services/financial-information/data-standards.html, list one). */
const exponents: ReadonlyMap<string, number> = new Map(
  Object.entries({
    bif: 0,
    clp: 0,
    djf: 0,
    gnf: 0,
    isk: 0,
    jpy: 0,
    kmf: 0,
    krw: 0,
    pyg: 0,
    rwf: 0,
    ugx: 0,
    uyi: 0,
    vnd: 0,
    vuv: 0,
    xaf: 0,
    xof: 0,
    xpf: 0,
    bhd: 3,
    iqd: 3,
    jod: 3,
    kwd: 3,
    lyd: 3,
    omr: 3,
    tnd: 3,
    clf: 4,
    uyw: 4,
  })
)

const currencyCode = /^[A-Za-z]{3}$/
const decimal = /^(-?)(\d{1,24})(?:\.(\d{1,24}))?$/

/** A decimal that is written as money is, but for the number of its digits. */
const plain = /^(?:0|[1-9]\d*)(?:\.\d+)?$/

/** The number of digits after the decimal point of a currency, 0 to 4: `exponentOf("jpy")` is 0. */
export function exponentOf(currency: string): number {
  return exponents.get(currency.toLowerCase()) ?? 2
}

/**
 * Money from a decimal string in major units: `fromDecimal("10.5", "USD")` is `10.50 usd`.
 * @throws RangeError when the text is no plain decimal (no exponent, no separators, no spaces), when it has digits
 * that the currency does not have, or when the currency is not three letters.
 */
export function fromDecimal(amount: string, currency: string): Money {
  const code = readCurrency(currency)
  const match = decimal.exec(amount)
  if (!match) throw new RangeError(`"${amount.slice(0, 40)}" is not a decimal amount`)
  const [, sign, whole, fraction = ""] = match
  const digits = exponentOf(code)
  if (fraction.length === digits && plain.test(amount)) return { amount, currency: code }
  if (/[1-9]/.test(fraction.slice(digits))) {
    throw new RangeError(`"${amount}" has more than the ${digits} decimal places of ${code}`)
  }
  return write(BigInt(`${sign}${whole}${fraction.slice(0, digits).padEnd(digits, "0")}`), code)
}

/**
 * Money from an integer count of the currency's smallest unit: `fromMinorUnits(1050n, "usd")` is `10.50 usd`.
 * @throws RangeError when a number is no safe integer, or when the currency is not three letters.
 */
export function fromMinorUnits(units: bigint | number, currency: string): Money {
  if (typeof units === "number" && !Number.isSafeInteger(units)) {
    throw new RangeError(`${units} is not a whole number of minor units`)
  }
  return write(BigInt(units), readCurrency(currency))
}

/** The amount as a count of the currency's smallest unit: `10.50 usd` is `1050n`. */
export function toMinorUnits(money: Money): bigint {
  return BigInt(money.amount.replace(".", ""))
}

/**
 * Money nearest to a decimal that may have more digits than the currency, as Medusa's computed totals do; half away
 * from zero. Never used for what a gateway says.
 */
export function roundToCurrency(amount: string, currency: string): Money {
  const code = readCurrency(currency)
  const match = decimal.exec(amount)
  if (!match) throw new RangeError(`"${amount.slice(0, 40)}" is not a decimal amount`)
  const [, sign, whole, fraction = ""] = match
  const digits = exponentOf(code)
  const padded = fraction.padEnd(digits + 1, "0")
  const units = BigInt(`${whole}${padded.slice(0, digits)}`) + (padded.charAt(digits) >= "5" ? 1n : 0n)
  return write(sign ? -units : units, code)
}

/** No money of a currency. */
export function zero(currency: string): Money {
  return write(0n, readCurrency(currency))
}

/** The sum. @throws RangeError when the currencies differ. */
export function add(a: Money, b: Money): Money {
  return write(toMinorUnits(a) + toMinorUnits(b), sameCurrency(a, b))
}

/** What is left of `a` after taking `b`; may be negative. @throws RangeError when the currencies differ. */
export function subtract(a: Money, b: Money): Money {
  return write(toMinorUnits(a) - toMinorUnits(b), sameCurrency(a, b))
}

/** -1, 0 or 1 as `a` is less than, equal to or more than `b`. @throws RangeError when the currencies differ. */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b)
  if (a.amount === b.amount) return 0
  const difference = toMinorUnits(a) - toMinorUnits(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** The larger of two amounts of one currency. */
export function larger(a: Money, b: Money): Money {
  return compare(a, b) < 0 ? b : a
}

/** The smaller of two amounts of one currency. */
export function smaller(a: Money, b: Money): Money {
  return compare(a, b) > 0 ? b : a
}

/** All amounts of one currency added up. @throws RangeError when one is of another currency. */
export function sumOf(amounts: readonly Money[], currency: string): Money {
  return amounts.reduce(add, zero(currency))
}

/** So many percent of an amount, rounded down to the currency's digits: `share(10.00 eur, 1.5)` is `0.15 eur`. */
export function share(money: Money, percent: number): Money {
  const millionths = BigInt(Math.round(percent * 10_000))
  return write((toMinorUnits(money) * millionths) / 1_000_000n, money.currency)
}

/** Whether it is more than nothing. */
export function isPositive(money: Money): boolean {
  return !money.amount.startsWith("-") && !isNothing(money)
}

/** Whether it is no money at all. */
export function isNothing(money: Money): boolean {
  return !/[1-9]/.test(money.amount)
}

/** Whether both are the same amount of the same currency. Never throws. */
export function equals(a: Money, b: Money): boolean {
  return a.currency === b.currency && a.amount === b.amount
}

function readCurrency(currency: string): string {
  if (!currencyCode.test(currency)) throw new RangeError(`"${currency.slice(0, 10)}" is not a currency code`)
  return currency.toLowerCase()
}

function sameCurrency(a: Money, b: Money): string {
  if (a.currency !== b.currency) throw new RangeError(`${a.currency} and ${b.currency} cannot be compared`)
  return a.currency
}

function write(units: bigint, currency: string): Money {
  const digits = exponentOf(currency)
  const sign = units < 0n ? "-" : ""
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, "0")
  const whole = text.slice(0, text.length - digits)
  return { amount: digits === 0 ? sign + whole : `${sign}${whole}.${text.slice(-digits)}`, currency }
}
