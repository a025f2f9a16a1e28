import type { INotificationModuleService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import type { Settings } from "../../config/settings"
import { isAddress } from "../../emails/address"
import { words as allWords, wordsFor } from "../../emails/locale"
import { mailKinds, type Mail, type MailKind, type Shop } from "../../emails/mail"
import { modeOf } from "../../emails/mail-settings"
import { renderMail, type RenderedMail } from "../../emails/render-mail"
import type { Words } from "../../emails/words"
import { feedChannel, tryKey, type SendResult } from "../../modules/ipn/mails/mail-channel"
import { addressOf } from "../../modules/ipn/mails/recipient"
import { ipnModule } from "../../modules/ipn/name"
import type { OutboxRow } from "../../modules/ipn/outbox/claim-told"
import type IpnModuleService from "../../modules/ipn/service"
import { sendMailWorkflowId } from "../../modules/ipn/service"
import { isRefusal } from "../../providers/smtp/refusal"
import { graph } from "../settle/read-rows"
import { composeMail } from "./compose-mail"
import type { Buyer } from "./read-buyer"

export { sendMailWorkflowId }

/** Sends one row of the outbox: as an email, or as a line in the admin's notifications. Never throws what can be tried again. */
export const sendMailStep = createStep("ipn-send-mail-step", async (row: OutboxRow, { container }) => {
  try {
    return new StepResponse(
      row.channel === feedChannel ? await showInAdmin(container, row) : await sendMail(container, row)
    )
  } catch (error) {
    return new StepResponse<SendResult>({ kind: "retry", error: (error as Error).message })
  }
})

/** Writes and sends one mail through the store's own notification provider. Run by the outbox for each try. */
export const sendMailWorkflow = createWorkflow(sendMailWorkflowId, (row: OutboxRow) => {
  return new WorkflowResponse(sendMailStep(row))
})

async function sendMail(container: MedusaContainer, row: OutboxRow): Promise<SendResult> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const settings = await ipn.settings.read()
  const kind = mailKinds.find((one) => one === row.topic)
  if (!kind) return { kind: "dropped", reason: `there is no mail ${row.topic}` }
  const mode = modeOf(settings, kind)
  if (mode === "off") return { kind: "dropped", reason: "this mail is switched off" }
  const composed = await composeMail(container, row)
  if (composed.kind === "dropped") return composed
  const { mail, buyer } = composed
  const to = recipientOf(row, settings, buyer)
  if (to === undefined) return { kind: "dropped", reason: "it is no alert address any more" }
  if (!to || !isAddress(to)) {
    return { kind: "failed", reason: "bad_address", error: "the address is not one that mail can go to" }
  }
  if (kind === "ipn.account-claim" && to.toLowerCase() !== buyer?.email?.toLowerCase()) {
    return { kind: "dropped", reason: "an account is offered to the order's own address only" }
  }
  const shop = await shopOf(container, settings, {
    test: row.payload["test"] === true,
    toBuyer: buyer !== undefined,
  })
  const words = wordsOf(settings, buyer)
  const written = renderMail(mail, words, shop)
  return send(container, row, { to, kind, mode, mail, words, shop, written, settings })
}

/** The customer, or the merchant in the place of the customer of a test payment. */
function recipientOf(
  row: OutboxRow,
  { alerts }: Settings,
  buyer: Buyer | undefined
): string | null | undefined {
  const to = String(row.payload["to"])
  return to === "customer" ? (buyer?.email ?? null) : addressOf(to, alerts.addresses)
}

function wordsOf({ emails, alerts }: Settings, buyer: Buyer | undefined): Words {
  if (!buyer) return allWords[alerts.language]
  return wordsFor(buyer.locales, { country: buyer.country, fallback: emails.language })
}

export async function shopOf(
  container: MedusaContainer,
  { emails }: Settings,
  { test, toBuyer }: { test: boolean; toBuyer: boolean }
): Promise<Shop> {
  const [store] = await graph<{ name: string | null }>(container, "store", {}, ["id", "name"])
  return {
    name: store?.name ?? "",
    contact: toBuyer ? (emails.contact ?? undefined) : undefined,
    timeZone: emails.time_zone,
    test,
  }
}

type Ready = Readonly<{
  to: string
  kind: MailKind
  mode: "plugin" | "provider"
  mail: Mail
  words: Words
  shop: Shop
  written: RenderedMail
  settings: Settings
}>

/**
 * A key of its own for each try: Medusa's module sends again under a key that failed, and then cannot find it.
 */
async function send(container: MedusaContainer, row: OutboxRow, ready: Ready): Promise<SendResult> {
  const { to, kind, mode, mail, words, shop, written, settings } = ready
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const notifications = container.resolve<INotificationModuleService>(Modules.NOTIFICATION)
  const { subject, preheader, html, text } = written
  try {
    await notifications.createNotifications({
      to,
      channel: "email",
      template: settings.emails.templates[kind] ?? kind,
      ...(mode === "plugin" ? { content: { subject, html, text } } : {}),
      data:
        mode === "plugin"
          ? { kind }
          : JSON.parse(
              JSON.stringify({ ...mail, subject, preheader, locale: words.tag, shop, outbox_id: row.id })
            ),
      provider_data: {
        message_id: `<${row.id}@${new URL(ipn.configuration.publicUrl).hostname}>`,
        ...(shop.contact ? { reply_to: shop.contact } : {}),
      },
      idempotency_key: tryKey(row),
      trigger_type: kind,
      resource_id: row.orderId ?? row.id,
      resource_type: row.orderId ? "order" : "ipn_outbox",
    })
    return { kind: "sent" }
  } catch (error) {
    const { message } = error as Error
    return isRefusal(message)
      ? { kind: "failed", reason: "mail_refused", error: message }
      : { kind: "retry", error: message }
  } finally {
    if (mode === "provider") await ipn.mails.forgetLinks(tryKey(row))
  }
}

/** One line in the admin, of an issue that is still open. */
async function showInAdmin(container: MedusaContainer, row: OutboxRow): Promise<SendResult> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { issue_id, count } = row.payload as { issue_id: string; count: number }
  const issue = await ipn.issues.retrieve(issue_id)
  if (!issue || issue.status !== "open" || issue.count !== count) {
    return { kind: "dropped", reason: "it is not open any more" }
  }
  const notifications = container.resolve<INotificationModuleService>(Modules.NOTIFICATION)
  await notifications.createNotifications({
    to: "",
    channel: "feed",
    template: "admin-ui",
    data: { title: allWords.en.issues.kinds[issue.kind], description: issue.message },
    idempotency_key: tryKey(row),
    trigger_type: row.topic,
    resource_id: issue.id,
    resource_type: "ipn_issue",
  })
  return { kind: "sent" }
}
