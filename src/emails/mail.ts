import type { IssueKind, Severity } from "../domain/issue-kinds"
import type { Money } from "../domain/money"

/** Every mail that the plugin can send, in the order in which the owner sees them. */
export const mailKinds = [
  "ipn.payment-received",
  "ipn.order-waiting",
  "ipn.payment-reminder",
  "ipn.payment-failed",
  "ipn.order-cancelled-unpaid",
  "ipn.refund-completed",
  "ipn.account-claim",
  "ipn.merchant-issue",
  "ipn.merchant-dispute",
  "ipn.merchant-silence",
  "ipn.merchant-daily",
] as const

export type MailKind = (typeof mailKinds)[number]

/** What was bought, as a buyer reads it. */
export type Bought = Readonly<{
  /** The order's number, as in `1042`; absent while there is no order. */
  number?: string | undefined
  lines: readonly Readonly<{ title: string; detail?: string | undefined; quantity: string; total: Money }>[]
  /** Absent where it is nothing. */
  totals: Readonly<{
    items?: Money | undefined
    shipping?: Money | undefined
    discount?: Money | undefined
    tax?: Money | undefined
    total: Money
  }>
  /** The payment method's name: "Stripe". */
  method?: string | undefined
}>

/** How to pay by transfer or voucher. */
export type Instructions = Readonly<{ lines: readonly string[]; reference?: string | undefined }>

/** Where a buyer can go on without signing in. Filled by the storefront's part; a mail without one shows no button. */
export type Links = Readonly<{
  /** Pay again, or pay the rest. */
  retry?: string | undefined
  /** See how the payment stands. */
  resume?: string | undefined
  /** Set a password for an account. */
  claim?: string | undefined
}>

export type MailIssue = Readonly<{
  kind: IssueKind
  severity: Severity
  /** What happened, in one English sentence. */
  message: string
  money?: Money | undefined
  dueAt?: Date | undefined
  orderNumber?: string | undefined
}>

/** One currency of one account in a day's totals. */
export type DayTotal = Readonly<{
  account: string
  payments: number
  paid: Money
  refunded: Money
  fees: Money
}>

type OfBuyer = Readonly<{ bought: Bought; links: Links }>

/** All that a mail says. Everything in it is text of others: it is escaped where it is written. */
export type Mail =
  | (OfBuyer & Readonly<{ kind: "ipn.payment-received"; paid: Money; captured: boolean }>)
  | (OfBuyer & Readonly<{ kind: "ipn.order-waiting"; due: Money; dueAt?: Date; instructions?: Instructions }>)
  | (OfBuyer &
      Readonly<{ kind: "ipn.payment-reminder"; due: Money; dueAt?: Date; instructions?: Instructions }>)
  | (OfBuyer &
      Readonly<{ kind: "ipn.payment-failed"; ended: "failed" | "expired"; amount: Money; heldUntil?: Date }>)
  | (OfBuyer & Readonly<{ kind: "ipn.order-cancelled-unpaid" }>)
  | (OfBuyer &
      Readonly<{
        kind: "ipn.refund-completed"
        /** What came back now. */
        refunded: Money
        /** All that came back so far. */
        total: Money
      }>)
  | (OfBuyer & Readonly<{ kind: "ipn.account-claim"; until: Date }>)
  | Readonly<{ kind: "ipn.merchant-issue"; issues: readonly MailIssue[]; adminUrl: string }>
  | Readonly<{
      kind: "ipn.merchant-dispute"
      stage: "opened" | "due" | "won" | "lost"
      account: string
      money?: Money | undefined
      dueAt?: Date | undefined
      orderNumber?: string | undefined
      adminUrl: string
    }>
  | Readonly<{ kind: "ipn.merchant-silence"; account: string; since?: Date | undefined; adminUrl: string }>
  | Readonly<{
      kind: "ipn.merchant-daily"
      /** Any moment of the day. */
      day: Date
      totals: readonly DayTotal[]
      openIssues: number
      adminUrl: string
    }>

/** What is the same in every mail of a store. */
export type Shop = Readonly<{
  name: string
  /** Where buyers may ask. */
  contact?: string | undefined
  /** IANA name: "Europe/Berlin". */
  timeZone: string
  /** Whether no real money moved. */
  test: boolean
}>
