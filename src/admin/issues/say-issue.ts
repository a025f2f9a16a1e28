import type { TFunction } from "i18next"
import type en from "../i18n/languages/en"
import { writeMoment } from "../parts/moment"
import { writeMoney } from "../parts/money"
import type { Issue } from "../queries/use-issues"

type Known = keyof typeof en.issueKinds

/** What kind of problem it is, in a few words. */
export function sayKind(t: TFunction<"ipn">, kind: string): string {
  return t(`issueKinds.${kind as Known}`, { defaultValue: kind.replaceAll("_", " ") })
}

/** What it means and what to do, in one sentence. */
export function explainKind(t: TFunction<"ipn">, kind: string): string {
  return t(`issueHelp.${kind as Known}`, { defaultValue: "" })
}

/** What happened, in one sentence with its amounts. */
export function sayIssue(t: TFunction<"ipn">, language: string, issue: Issue): string {
  const { detail, amount, currency_code, message } = issue
  const money = (of: { amount: string; currency: string } | undefined) =>
    of ? writeMoney(of.amount, of.currency, language) : t("issues.unknownAmount")
  const own = amount !== null && currency_code !== null ? { amount, currency: currency_code } : undefined
  return t(`issueSays.${sentenceOf(issue)}`, {
    money: money(own),
    told: money(detail.told ?? own),
    expected: money(detail.expected),
    account: issue.account_id ?? "",
    times: detail.count ?? issue.count,
    since: detail.since ? writeMoment(detail.since, language) : "",
    defaultValue: message,
  })
}

const byReason = [
  "amount_short",
  "amount_over",
  "cart_changed",
  "order_canceled",
  "refunded_before_order",
  "refund_over",
  "unreadable",
  "no_email_provider",
  "bad_address",
  "mail_refused",
  "webhook_failed",
] as const

/** Some reasons have a sentence of their own within a kind. */
function sentenceOf({ kind, subject, detail }: Issue): keyof typeof en.issueSays {
  if (kind === "gateway_silent" && detail.never) return "never_sent"
  if (kind === "settling_failing" && subject.endsWith(":late")) return "late"
  return byReason.find((reason) => reason === detail.reason) ?? (kind as Known)
}
