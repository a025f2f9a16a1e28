import type { SmtpOptions } from "./options"
import { refusalOf } from "./refusal"

type MailError = Error & { code?: string; responseCode?: number; response?: string; command?: string }

/**
 * What a failed try means, in one sentence for whoever can mend it. `final`: trying again will not help. Codes are those
 * of nodemailer (https://nodemailer.com/errors, read 2026-11-22) and of SMTP (RFC 5321, section 4.2).
 */
export function explain(error: unknown, { host, port, user }: Pick<SmtpOptions, "host" | "port" | "user">) {
  const { code, responseCode, response, message, command } = error as MailError
  const server = port === undefined ? host : `${host}:${port}`
  const answer = (response ?? message).replace(/\s+/g, " ").trim().slice(0, 300)
  const told = (sentence: string, final = false) => ({ sentence, final })
  if (code === "EDNS" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return told(
      `There is no mail server "${host}": correct the option \`host\`, or the network's name service.`
    )
  }
  if (code === "EAUTH" || responseCode === 535 || responseCode === 534) {
    const login = user === undefined ? "without a login" : "with this `user` and `password`"
    return told(`The mail server ${server} does not let us in ${login}: ${answer}`)
  }
  if (code === "ETLS" || /certificate|self.signed|STARTTLS|ssl|wrong version number/i.test(message)) {
    return told(
      `No safe connection to the mail server ${server}: ${answer}. Check \`port\` and \`secure\`, and \`ca\` where the server has a certificate of its own.`
    )
  }
  if (code === "ECONNECTION" || code === "ESOCKET" || code === "ECONNREFUSED" || code === "ETIMEDOUT") {
    if (responseCode === undefined) {
      return told(
        `The mail server ${server} cannot be reached: ${answer}. Check \`host\`, \`port\` and firewalls.`
      )
    }
  }
  const isForGood = responseCode !== undefined && responseCode >= 500 && command !== "CONN"
  if (isForGood || (code === "EENVELOPE" && responseCode === undefined)) return told(refusalOf(answer), true)
  return told(`The mail server ${server} did not take the mail now: ${answer}`)
}
