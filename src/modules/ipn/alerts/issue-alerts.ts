import type { Settings } from "../../../config/settings"
import { modeOf } from "../../../emails/mail-settings"
import { afterQuietHours } from "../../../domain/quiet-hours"
import type { StoredIssue } from "../issues/stored-issue"
import { feedChannel, mailChannel } from "../mails/mail-channel"
import { alertRecipient } from "../mails/recipient"
import type { Told } from "../outbox/tell"
import { webhookChannel } from "./webhook-channel"

/**
 * How the owner is told of an issue at the moment that it opens or ends: silence by a mail of its own, what is urgent in
 * the admin, everything by webhook. Other issues go into a digest; disputes are told as such.
 * @param told What Medusa's event bus is told of it.
 */
export function issueAlerts(
  told: Told,
  issue: StoredIssue,
  settings: Settings,
  { hasWebhook, now }: Readonly<{ hasWebhook: boolean; now: number }>
): Told[] {
  const rows: Told[] = hasWebhook ? [{ ...told, channel: webhookChannel }] : []
  if (told.topic !== "ipn.issue.opened") return rows
  const about = { issue_id: issue.id, count: issue.count }
  if (settings.alerts.feed && (issue.severity === "urgent" || issue.kind === "dispute_opened")) {
    rows.push({ channel: feedChannel, topic: told.topic, fact: told.fact, payload: about })
  }
  if (issue.kind === "gateway_silent" && modeOf(settings, "ipn.merchant-silence") !== "off") {
    const at = afterQuietHours(now, settings.alerts.quiet_hours, settings.emails.time_zone)
    for (const to of settings.alerts.addresses.map(alertRecipient)) {
      rows.push({
        channel: mailChannel,
        topic: "ipn.merchant-silence",
        fact: `${told.fact}:${to}`,
        payload: { to, test: false, ...about },
        dueAt: at > now ? new Date(at) : undefined,
      })
    }
  }
  return rows
}
