import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Settings } from "../../../config/settings"
import { afterQuietHours } from "../../../domain/quiet-hours"
import { modeOf } from "../../../emails/mail-settings"
import type { StoredIssue } from "../issues/stored-issue"
import { mailChannel } from "../mails/mail-channel"
import { alertRecipient } from "../mails/recipient"
import type { Outbox } from "../outbox/outbox"
import type { Told } from "../outbox/tell"
import { dayBefore, readDay } from "./daily"
import { tellDigests } from "./digest"
import { issueAlerts } from "./issue-alerts"
import { webhookChannel } from "./webhook-channel"

/** Tells the owner: by mail, in the admin, by webhook; each thing once. */
export class Alerts {
  constructor(
    private readonly db: Knex,
    private readonly outbox: Pick<Outbox, "tell" | "wake">,
    private readonly settings: Readonly<{ read(): Promise<Settings> }>,
    readonly hasWebhook: boolean
  ) {}

  /** What follows from an issue that opens or ends, to be written in the same commit as the issue. */
  async ofIssues(): Promise<(told: Told, issue: StoredIssue) => Told[]> {
    const settings = await this.settings.read()
    const { hasWebhook } = this
    return (told, issue) => issueAlerts(told, issue, settings, { hasWebhook, now: Date.now() })
  }

  /** Gathers new issues into mails. Any number of processes may do so at once. */
  async tellDigests(now = Date.now()): Promise<number> {
    const written = await tellDigests(this.db, await this.settings.read(), now)
    if (written > 0) this.outbox.wake()
    return written
  }

  /** Has the totals of the day before told, once: by mail where that is on, and by webhook. */
  async tellDay(now = new Date()): Promise<number> {
    const settings = await this.settings.read()
    const { time_zone: timeZone } = settings.emails
    const { day, from, to } = dayBefore(now, timeZone)
    const rows: Told[] = []
    if (modeOf(settings, "ipn.merchant-daily") !== "off") {
      const at = afterQuietHours(now.getTime(), settings.alerts.quiet_hours, timeZone)
      for (const recipient of settings.alerts.addresses.map(alertRecipient)) {
        rows.push({
          channel: mailChannel,
          topic: "ipn.merchant-daily",
          fact: `${day}:${recipient}`,
          payload: { to: recipient, test: false, day, from: from.toISOString(), until: to.toISOString() },
          dueAt: new Date(at),
        })
      }
    }
    if (this.hasWebhook) {
      const totals = await readDay(this.db, from, to)
      rows.push({
        channel: webhookChannel,
        topic: "ipn.daily",
        fact: day,
        payload: {
          day,
          totals: totals.map(({ accountId, payments, paid, refunded, fees }) => ({
            account_id: accountId,
            currency_code: paid.currency,
            payments,
            paid: paid.amount,
            refunded: refunded.amount,
            fees: fees.amount,
          })),
        },
      })
    }
    return this.outbox.tell(rows)
  }
}
