import type { IssueKind } from "../domain/issue-kinds"

/** Everything that mails say in one language. Amounts, dates and names are handed in, written for the language. */
export type Words = Readonly<{
  /** BCP 47, for dates and amounts. */
  tag: string
  dir: "ltr" | "rtl"
  test: string
  order: (number: string) => string
  items: string
  shipping: string
  discount: string
  tax: string
  total: string
  quantity: (count: string) => string
  method: string
  reference: string
  payBy: string
  amount: string
  account: string
  questions: (contact: string) => string
  sentBy: (shop: string) => string
  received: Readonly<{
    subject: (order: string) => string
    title: string
    captured: (amount: string) => string
    authorized: (amount: string) => string
  }>
  waiting: Readonly<{
    subject: (order: string) => string
    title: string
    text: (amount: string) => string
    how: string
    by: (date: string) => string
    follow: string
  }>
  reminder: Readonly<{
    subject: (order: string) => string
    title: string
    text: (amount: string) => string
    by: (amount: string, date: string) => string
    pay: string
  }>
  failed: Readonly<{
    subject: string
    title: string
    failed: (amount: string) => string
    expired: (amount: string) => string
    held: (date: string) => string
    retry: string
  }>
  cancelled: Readonly<{
    subject: (order: string) => string
    title: string
    text: string
    paidAnyway: string
  }>
  refund: Readonly<{
    subject: (order: string) => string
    title: string
    text: (amount: string) => string
    sofar: (amount: string) => string
    wait: string
  }>
  claim: Readonly<{
    subject: (shop: string) => string
    title: string
    text: string
    button: string
    until: (date: string) => string
  }>
  issues: Readonly<{
    subject: (count: number, first: string) => string
    title: (count: number) => string
    button: string
    urgent: string
    by: (date: string) => string
    kinds: Readonly<Record<IssueKind, string>>
  }>
  dispute: Readonly<{
    subject: Readonly<Record<"opened" | "due" | "won" | "lost", string>>
    text: Readonly<Record<"opened" | "due" | "won" | "lost", string>>
    answerBy: string
    button: string
  }>
  silence: Readonly<{
    subject: (account: string) => string
    title: string
    since: (account: string, date: string) => string
    never: (account: string) => string
    todo: string
    button: string
  }>
  daily: Readonly<{
    subject: (date: string) => string
    title: (date: string) => string
    payments: string
    paid: string
    refunded: string
    fees: string
    none: string
    open: (count: number) => string
    button: string
  }>
}>
