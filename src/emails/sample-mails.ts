import { fromDecimal } from "../domain/money"
import type { Bought, Mail, MailKind, Shop } from "./mail"

const eur = (amount: string) => fromDecimal(amount, "eur")

export const shop: Shop = {
  name: "Kaffee & Söhne",
  contact: "help@example.com",
  timeZone: "Europe/Berlin",
  test: false,
}

const bought: Bought = {
  number: "1042",
  lines: [
    { title: "Espresso beans, 1 kg", detail: "Ground / Medium roast", quantity: "2", total: eur("47.80") },
    { title: "Porcelain cup with a rather long name that has to wrap", quantity: "1", total: eur("12.50") },
  ],
  totals: {
    items: eur("60.30"),
    shipping: eur("4.90"),
    discount: eur("5.00"),
    tax: eur("9.61"),
    total: eur("60.20"),
  },
  method: "Mollie",
}
const links = {
  retry: "https://www.example.com/checkout/return?ipn_resume=EAAAAAAAAAAAAAAAAAAA",
  resume: "https://www.example.com/checkout/return?ipn_resume=EAAAAAAAAAAAAAAAAAAA",
  claim: "https://www.example.com/account/claim?ipn_claim=EAAAAAAAAAAAAAAAAAAA",
}
const instructions = {
  lines: ["Transfer the amount to the account below.", "IBAN DE02 1203 0000 0000 2020 51", "BIC BYLADEM1001"],
  reference: "RF18 5390 0754 7034",
}
const adminUrl = "https://shop.example.com/app/ipn/issues"
const dueAt = new Date("2026-12-01T16:00:00Z")

/** One mail of each kind, with everything that it can hold. */
export const samples: { readonly [K in MailKind]: Extract<Mail, { kind: K }> } = {
  "ipn.payment-received": {
    kind: "ipn.payment-received",
    bought,
    links: { resume: links.resume },
    paid: eur("60.20"),
    captured: true,
  },
  "ipn.order-waiting": { kind: "ipn.order-waiting", bought, links, due: eur("60.20"), dueAt, instructions },
  "ipn.payment-reminder": {
    kind: "ipn.payment-reminder",
    bought,
    links,
    due: eur("60.20"),
    dueAt,
    instructions,
  },
  "ipn.payment-failed": {
    kind: "ipn.payment-failed",
    bought: { ...bought, number: undefined },
    links,
    amount: eur("60.20"),
    ended: "failed",
    heldUntil: dueAt,
  },
  "ipn.order-cancelled-unpaid": { kind: "ipn.order-cancelled-unpaid", bought, links: {} },
  "ipn.refund-completed": {
    kind: "ipn.refund-completed",
    bought,
    links: {},
    refunded: eur("12.50"),
    total: eur("20.00"),
  },
  "ipn.account-claim": { kind: "ipn.account-claim", bought, links, until: dueAt },
  "ipn.merchant-issue": {
    kind: "ipn.merchant-issue",
    adminUrl,
    issues: [
      {
        kind: "out_of_stock_after_payment",
        severity: "urgent",
        message: "60.20 EUR was paid, but the goods are no longer in stock.",
        money: eur("60.20"),
        orderNumber: "1042",
      },
      {
        kind: "amount_mismatch",
        severity: "warning",
        message: "1.00 EUR came in, but 60.20 EUR was asked for. No order was placed with it.",
        money: eur("1.00"),
      },
    ],
  },
  "ipn.merchant-dispute": {
    kind: "ipn.merchant-dispute",
    stage: "opened",
    account: "stripe-eu",
    money: eur("60.20"),
    dueAt,
    orderNumber: "1042",
    adminUrl,
  },
  "ipn.merchant-silence": {
    kind: "ipn.merchant-silence",
    account: "stripe-eu",
    since: new Date("2026-11-22T19:25:00Z"),
    adminUrl,
  },
  "ipn.merchant-daily": {
    kind: "ipn.merchant-daily",
    day: new Date("2026-11-21T12:00:00Z"),
    openIssues: 2,
    adminUrl,
    totals: [
      {
        account: "stripe-eu",
        payments: 31,
        paid: eur("1204.80"),
        refunded: eur("12.50"),
        fees: eur("36.14"),
      },
      {
        account: "paypal",
        payments: 4,
        paid: fromDecimal("184100", "jpy"),
        refunded: fromDecimal("0", "jpy"),
        fees: fromDecimal("6260", "jpy"),
      },
    ],
  },
}
