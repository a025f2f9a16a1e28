import type { INotificationModuleService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { ulid } from "ulid"
import { words, type Language } from "../../emails/locale"
import type { MailKind } from "../../emails/mail"
import { modeOf } from "../../emails/mail-settings"
import { renderMail, type RenderedMail } from "../../emails/render-mail"
import { samples } from "../../emails/sample-mails"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { graph } from "../settle/read-rows"
import { shopOf } from "./send-mail"

/** A mail as this store would write it, of an order that nobody made. */
export async function previewMail(
  container: MedusaContainer,
  kind: MailKind,
  language?: Language
): Promise<RenderedMail & { language: Language }> {
  const settings = await container.resolve<IpnModuleService>(ipnModule).settings.read()
  const toBuyer = !kind.startsWith("ipn.merchant-")
  const spoken = language ?? (toBuyer ? settings.emails.language : settings.alerts.language)
  const shop = await shopOf(container, settings, { test: false, toBuyer })
  return { ...renderMail(samples[kind], words[spoken], shop), language: spoken }
}

type SampleInput = Readonly<{ kind: MailKind; language?: Language; actor_id: string }>
/** Where the sample went, or why it did not. */
export type SampleSent = Readonly<{ kind: "sent"; to: string }> | Readonly<{ kind: "not_sent"; why: string }>

export const sendSampleStep = createStep(
  "ipn-send-sample-step",
  async (input: SampleInput, { container }) => {
    return new StepResponse(await sendSample(container, input))
  }
)

/** Sends a sample of a mail to the signed-in user, by the way that the real one would go. */
export const sendSampleWorkflow = createWorkflow("ipn-send-sample", (input: SampleInput) => {
  return new WorkflowResponse(sendSampleStep(input))
})

async function sendSample(container: MedusaContainer, input: SampleInput): Promise<SampleSent> {
  const { kind, language, actor_id } = input
  const [user] = await graph<{ email: string }>(container, "user", { id: actor_id }, ["id", "email"])
  if (!user) return { kind: "not_sent", why: "A sample goes to the signed-in user, and this is none." }
  const settings = await container.resolve<IpnModuleService>(ipnModule).settings.read()
  const { subject, preheader, html, text } = await previewMail(container, kind, language)
  const byProvider = modeOf(settings, kind) === "provider"
  const marked = `[Sample] ${subject}`
  try {
    await container.resolve<INotificationModuleService>(Modules.NOTIFICATION).createNotifications({
      to: user.email,
      channel: "email",
      template: settings.emails.templates[kind] ?? kind,
      ...(byProvider ? {} : { content: { subject: marked, html, text } }),
      data: byProvider
        ? (JSON.parse(JSON.stringify({ ...samples[kind], subject: marked, preheader })) as Record<
            string,
            unknown
          >)
        : { kind },
      idempotency_key: `ipn-sample:${ulid()}`,
      trigger_type: "ipn.sample",
    })
    return { kind: "sent", to: user.email }
  } catch (error) {
    return { kind: "not_sent", why: (error as Error).message }
  }
}
