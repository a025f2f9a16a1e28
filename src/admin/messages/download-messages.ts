import type { Message } from "../queries/message"

const columns = [
  "id",
  "received_at",
  "account_id",
  "gateway_id",
  "mode",
  "state",
  "event_types",
  "amount",
  "currency_code",
  "gateway_reference",
  "payment_session_id",
  "cart_id",
  "order_id",
  "order_display_id",
  "proof",
] as const satisfies readonly (keyof Message)[]

/** Messages as CSV: one line each, with a head. */
export function writeMessages(messages: readonly Message[]): string {
  const lines = messages.map((message) =>
    columns.map((name) => cell([message[name] ?? ""].flat().join(" "))).join(",")
  )
  return [columns.join(","), ...lines].join("\r\n") + "\r\n"
}

/** Hands the messages to the browser as a file. */
export function downloadMessages(messages: readonly Message[]): void {
  const url = URL.createObjectURL(new Blob([writeMessages(messages)], { type: "text/csv" }))
  const link = Object.assign(document.createElement("a"), {
    href: url,
    download: `payment-notifications-${new Date().toISOString().slice(0, 10)}.csv`,
  })
  link.click()
  URL.revokeObjectURL(url)
}

/** Quoted where it must be; what a spreadsheet would take for a formula is made text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
