import { logger } from "@medusajs/framework/logger"
import type {
  ProviderSendNotificationDTO,
  ProviderSendNotificationResultsDTO,
} from "@medusajs/framework/types"
import { AbstractNotificationProviderService, MedusaError } from "@medusajs/framework/utils"
import { checkConnection, createPool } from "./connect"
import { readSmtpOptions, type SmtpOptions } from "./options"
import { explain } from "./explain"

/** What may stand in a notification's `provider_data`. */
type MailData = Readonly<{ message_id?: unknown; reply_to?: unknown; cc?: unknown; bcc?: unknown }>

/**
 * Medusa's notification provider for any SMTP server: `medusa-plugin-ipn/providers/smtp`. Sends `content` as it is;
 * certificates are checked; nothing is tried twice here. Its errors are sentences, without the password.
 */
export default class SmtpNotificationProvider extends AbstractNotificationProviderService {
  static override identifier = "smtp"

  private readonly options: SmtpOptions
  private readonly transport: ReturnType<typeof createPool>

  /** Refuses wrong options at the start. The mail server is tried meanwhile: a store sells without it. */
  static override validateOptions(options: Record<string, unknown>): void {
    void checkConnection(readSmtpOptions(options)).then((problem) => {
      if (problem !== undefined) logger.error(`[ipn] mails wait, for none can be sent: ${problem}`)
    })
  }

  constructor(_dependencies: Record<string, unknown>, options: Record<string, unknown>) {
    super()
    this.options = readSmtpOptions(options)
    this.transport = createPool(this.options)
  }

  override async send(
    notification: ProviderSendNotificationDTO
  ): Promise<ProviderSendNotificationResultsDTO> {
    const { content, to, template } = notification
    if (!content?.subject || (!content.html && !content.text)) {
      throw new MedusaError(
        MedusaError.Types.INVALID_DATA,
        `SMTP provider: the mail "${template}" has no content, and there are no templates here: let the plugin render it.`
      )
    }
    const { message_id, reply_to, cc, bcc } = (notification.provider_data ?? {}) as MailData
    try {
      const { messageId } = (await this.transport.sendMail({
        from: notification.from?.trim() || this.options.from,
        to: to.split(",").map((address) => address.trim()),
        ...optional("cc", cc),
        ...optional("bcc", bcc),
        ...optional("replyTo", reply_to),
        ...(typeof message_id === "string" ? { messageId: message_id } : {}),
        subject: content.subject,
        ...(content.html ? { html: content.html } : {}),
        ...(content.text ? { text: content.text } : {}),
        headers: { "Auto-Submitted": "auto-generated" },
        attachments: (notification.attachments ?? []).map(({ content, filename, content_type, id }) => ({
          content,
          filename,
          encoding: "base64",
          ...(content_type ? { contentType: content_type } : {}),
          ...(id ? { cid: id } : {}),
        })),
        // Nothing of a mail may read files or addresses of this server.
        disableFileAccess: true,
        disableUrlAccess: true,
      })) as { messageId: string }
      return { id: messageId }
    } catch (error) {
      throw new MedusaError(MedusaError.Types.UNEXPECTED_STATE, explain(error, this.options).sentence)
    }
  }

  /** Ends all connections. */
  close(): void {
    this.transport.close()
  }
}

function optional<K extends string>(name: K, value: unknown): { [key in K]?: string | string[] } {
  const isText = typeof value === "string" && value !== ""
  const isList = Array.isArray(value) && value.every((one) => typeof one === "string")
  return (isText || isList ? { [name]: value } : {}) as { [key in K]?: string | string[] }
}
