import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Settings } from "../../../config/settings"
import { afterQuietHours } from "../../../domain/quiet-hours"
import { modeOf } from "../../../emails/mail-settings"
import { mailChannel } from "../mails/mail-channel"
import { alertRecipient } from "../mails/recipient"
import { tell } from "../outbox/tell"

/** How long new issues are gathered before they are told; an urgent one takes all with it at once. */
const gatherMs = 15 * 60_000
/** Told by mails of their own. */
const elsewhere = ["dispute_opened", "gateway_silent"]
/** One lock for all processes: who is second finds nothing left. */
const lockKey = "ipn_digest"

/**
 * Writes one mail for each alert address with the issues that are open and were not in a mail to it: those that opened in
 * the last day. Once per opening, whoever else looks at the same moment. Returns how many mails were written.
 */
export async function tellDigests(db: Knex, settings: Settings, now: number): Promise<number> {
  if (modeOf(settings, "ipn.merchant-issue") === "off") return 0
  const dueAt = afterQuietHours(now, settings.alerts.quiet_hours, settings.emails.time_zone)
  // What comes in quiet hours is gathered until they end, and told as it is then.
  if (dueAt > now) return 0
  return db.transaction(async (trx) => {
    await trx.raw(`select pg_advisory_xact_lock(hashtext(?))`, [lockKey])
    let written = 0
    for (const to of settings.alerts.addresses.map(alertRecipient)) {
      const { rows } = await trx.raw(
        `with told as (
           select fact.value as fact from ipn_outbox mail, jsonb_array_elements_text(mail.payload->'issues') fact
           where mail.channel = ? and mail.topic = 'ipn.merchant-issue' and mail.payload->>'to' = ?
             and mail.created_at > now() - interval '49 hours'
         )
         select issue.id || ':' || issue.count as fact, issue.severity,
           (extract(epoch from now() - opened.created_at) * 1000)::float8 as "ageMs"
         from ipn_issue issue
         join ipn_outbox opened on opened.channel = 'bus' and opened.topic = 'ipn.issue.opened'
           and opened.fact = issue.id || ':' || issue.count and opened.created_at > now() - interval '48 hours'
         where issue.status = 'open' and issue.kind <> all(?::text[]) and issue.deleted_at is null
           and issue.id || ':' || issue.count not in (select fact from told)
         order by array_position(array['urgent', 'warning', 'info'], issue.severity), issue.id`,
        [mailChannel, to, elsewhere]
      )
      const fresh = rows as { fact: string; severity: string; ageMs: number }[]
      const isDue = fresh.some(({ severity, ageMs }) => severity === "urgent" || ageMs >= gatherMs)
      if (!isDue) continue
      const facts = fresh.map(({ fact }) => fact)
      written += await tell(trx, [
        {
          channel: mailChannel,
          topic: "ipn.merchant-issue",
          // Urgent ones lead the list, so the same first issue means the same list was looked at.
          fact: `${facts[0]}:${to}`,
          payload: { to, test: false, issues: facts },
        },
      ])
    }
    return written
  })
}
