import type { AddressInfo } from "node:net"
import { simpleParser, type ParsedMail } from "mailparser"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"

/** A mail as the server took it. */
export type TakenMail = Readonly<{
  from: string
  /** Who it went to, by the envelope. */
  to: readonly string[]
  messageId: string
  subject: string
  text: string
  html: string
  headers: ParsedMail["headers"]
  /** When it came. */
  at: Date
  /** Whether the connection was encrypted. */
  secure: boolean
}>

/** How the server answers to a recipient: 0 takes it. */
export type Answer = Readonly<{ code: number; text: string }> | undefined

/** A real SMTP server on the loopback address, for specs. */
export type MailServer = Readonly<{
  port: number
  mails: TakenMail[]
  /** Recipients that were tried, also those that were refused. */
  tried: string[]
  /** How recipients are answered from now on; the n-th try of each counts from 1. */
  answer(to: (recipient: string, attempt: number) => Answer): void
  /** Runs when a mail has come in whole, before it is taken: the server waits for it. */
  beforeTaking(work: () => Promise<void>): void
  connections(): number
  stop(): Promise<void>
}>

export async function startMailServer(
  options: SMTPServerOptions & { port?: number } = {}
): Promise<MailServer> {
  const mails: TakenMail[] = []
  const tried: string[] = []
  let answerTo: (recipient: string, attempt: number) => Answer = () => undefined
  let before: () => Promise<void> = () => Promise.resolve()
  let connections = 0
  const { port = 0, ...rest } = options
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: rest.key || rest.secure ? [] : ["STARTTLS", "AUTH"],
    onConnect(_, done) {
      connections++
      done()
    },
    onRcptTo({ address }, _, done) {
      tried.push(address)
      const answer = answerTo(address, tried.filter((one) => one === address).length)
      if (!answer) return done()
      done(Object.assign(new Error(answer.text), { responseCode: answer.code }))
    },
    onData(stream, session, done) {
      simpleParser(stream)
        .then(async (mail) => {
          await before()
          mails.push({
            from: mail.from?.text ?? "",
            to: session.envelope.rcptTo.map(({ address }) => address),
            messageId: mail.messageId ?? "",
            subject: mail.subject ?? "",
            text: mail.text ?? "",
            html: mail.html || "",
            headers: mail.headers,
            at: new Date(),
            secure: session.secure,
          })
          done()
        })
        .catch((error: Error) => done(error))
    },
    ...rest,
  })
  server.on("error", () => undefined)
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening))
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    tried,
    answer: (to) => void (answerTo = to),
    beforeTaking: (work) => void (before = work),
    connections: () => connections,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  }
}
