import { afterQuietHours } from "../../domain/quiet-hours"
import type { Settings } from "../../config/settings"
import {
  buyerMails,
  disputeMails,
  type MailLane,
  type MailTimes,
  type WantedMail,
} from "../../emails/which-mails"
import { modeOf } from "../../emails/mail-settings"
import { alertRecipient, type Recipient } from "../../modules/ipn/mails/recipient"
import { mailChannel } from "../../modules/ipn/mails/mail-channel"
import type { Told } from "../../modules/ipn/outbox/tell"

/**
 * The rows of the outbox for all mails that a lane asks for by now. Of test payments nobody hears but the merchant: what
 * would go to the customer goes to the alert addresses instead.
 */
export function mailsToTell(lane: MailLane & { accountId: string }, settings: Settings, now: number): Told[] {
  const { alerts, emails, orders } = settings
  const times: MailTimes = {
    now,
    failureGraceMs: orders.failure_grace_minutes * 60_000,
    reminderMs: emails.reminder_hours * 3_600_000,
  }
  const test = lane.facts.modes.includes("test")
  const merchants = alerts.addresses.map(alertRecipient)
  const row = (mail: WantedMail, to: Recipient): Told => {
    const dueAt = mail.dueAt ?? now
    const quiet = to === "customer" ? dueAt : afterQuietHours(dueAt, alerts.quiet_hours, emails.time_zone)
    return {
      channel: mailChannel,
      topic: mail.kind,
      fact: `${mail.fact}:${to}`,
      payload: {
        to,
        test,
        account_id: lane.accountId,
        lane_id: lane.laneId,
        payment_session_id: lane.reference ?? null,
        cart_id: lane.cartId ?? null,
        order_id: lane.orderId ?? null,
        ...mail.payload,
      },
      laneId: lane.laneId,
      orderId: lane.orderId,
      dueAt: quiet > now ? new Date(quiet) : undefined,
    }
  }
  const isOn = ({ kind }: WantedMail) => modeOf(settings, kind) !== "off"
  const buyers: readonly Recipient[] = test ? merchants : ["customer"]
  return [
    ...buyerMails(lane, times)
      .filter(isOn)
      .flatMap((mail) => buyers.map((to) => row(mail, to))),
    ...disputeMails(lane, now)
      .filter(isOn)
      .flatMap((mail) => merchants.map((to) => row(mail, to))),
  ]
}
