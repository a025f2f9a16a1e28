/** Which settings each tab shows, in order. Pausing is on the accounts' own pages. */
export const sections = {
  orders: [
    "orders.when",
    "orders.failure_grace_minutes",
    "orders.partial",
    "orders.tolerance_percent",
    "orders.cancel_unpaid_after_hours",
    "orders.cancel_unpaid_on_failure",
    "orders.late_payment",
    "reconcile.ask",
    "reconcile.silence_hours",
  ],
  stock: [
    "stock.hold_on_start",
    "stock.hold_on_pending",
    "stock.hold_minutes",
    "stock.after_failure",
    "stock.longest_days",
  ],
  emails: ["emails.language", "emails.contact", "emails.reminder_hours", "emails.time_zone"],
  alerts: ["alerts.addresses", "alerts.language", "alerts.quiet_hours", "alerts.feed"],
  privacy: ["retention.payload_days", "retention.message_days"],
} as const

export const tabs = ["orders", "stock", "messages", "emails", "alerts", "privacy"] as const
export type SettingsTab = (typeof tabs)[number]

export const mails = [
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
export type MailId = (typeof mails)[number]

/** `ipn.payment-received` is `payment_received` among the settings and words. */
export function mailName(id: MailId) {
  return id.slice("ipn.".length).replaceAll("-", "_") as "payment_received"
}
