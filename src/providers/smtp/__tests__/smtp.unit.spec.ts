import { generateKeyPairSync } from "node:crypto"
import { startMailServer, type MailServer } from "../../../../integration-tests/support/mail/mail-server"
import { makeCertificate } from "../../../gateways/paypal/simulator/make-certificate"
import { isRefusal } from "../refusal"
import { checkConnection } from "../connect"
import { readSmtpOptions } from "../options"
import SmtpNotificationProvider from "../service"

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 })
const ownKey = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString()
const hour = 3_600_000
const ownCertificate = makeCertificate({
  name: "localhost",
  host: "localhost",
  publicKey: keys.publicKey,
  issuer: { name: "localhost", privateKey: keys.privateKey },
  isIssuer: true,
  from: new Date(Date.now() - hour),
  to: new Date(Date.now() + hour),
})

const content = { subject: "Hello", text: "Hello", html: "<p>Hello</p>" }
const mail = { to: "buyer@example.com", channel: "email", template: "ipn.payment-received", content }

describe("the SMTP provider", () => {
  let server: MailServer
  const opened: SmtpNotificationProvider[] = []

  afterEach(async () => {
    for (const provider of opened.splice(0)) provider.close()
    await server.stop()
  })

  function provider(options: Record<string, unknown> = {}): SmtpNotificationProvider {
    const made = new SmtpNotificationProvider(
      {},
      { host: "localhost", port: server.port, from: "Shop <shop@example.com>", ...options }
    )
    opened.push(made)
    return made
  }
  const plain = { encryption: "none" }
  const failure = (sending: Promise<unknown>): Promise<string> =>
    sending.then(
      () => "sent",
      (error: Error) => error.message
    )

  it("sends subject, text and HTML with the id it is given, as automatic mail of the configured sender", async () => {
    server = await startMailServer()
    const { id } = await provider(plain).send({
      ...mail,
      provider_data: { message_id: "<ipnout_1@shop.example.com>", reply_to: "help@example.com" },
    })
    expect(id).toBe("<ipnout_1@shop.example.com>")
    const [taken] = server.mails
    expect(taken).toMatchObject({
      from: '"Shop" <shop@example.com>',
      to: ["buyer@example.com"],
      messageId: "<ipnout_1@shop.example.com>",
      subject: "Hello",
    })
    expect(taken?.text.trim()).toBe("Hello")
    expect(taken?.html).toContain("<p>Hello</p>")
    expect(taken?.headers.get("auto-submitted")).toBe("auto-generated")
    expect(taken?.headers.get("reply-to")).toMatchObject({ text: "help@example.com" })
  })

  it("brings every letter of every language", async () => {
    server = await startMailServer()
    const subject = "Bestellung №42: Größe “XL” ☕ شكرا 日本"
    const text = `${subject}\n${"Ünïcödé ".repeat(40)}\n.\n..dots`
    await provider(plain).send({ ...mail, content: { subject, text, html: `<p>${subject}</p>` } })
    expect(server.mails[0]?.subject).toBe(subject)
    expect(server.mails[0]?.text.replace(/\s+$/, "")).toBe(text.replace(/\s+$/, ""))
    expect(server.mails[0]?.html).toContain(subject)
  })

  it("cannot be made to write headers by what a mail says", async () => {
    server = await startMailServer()
    await provider(plain).send({
      ...mail,
      content: { ...content, subject: "Hi\r\nBcc: thief@example.com\r\n\r\nbody" },
    })
    expect(server.mails[0]?.to).toEqual(["buyer@example.com"])
    expect(server.mails[0]?.headers.has("bcc")).toBe(false)
  })

  it("tries once: a server that says later (451) is an error to be tried again, and takes it the next time", async () => {
    server = await startMailServer()
    server.answer((_, attempt) => (attempt === 1 ? { code: 451, text: "Greylisted, try again" } : undefined))
    const sending = provider(plain)
    const first = await failure(sending.send(mail))
    expect(first).toContain("did not take the mail now")
    expect(first).toContain("Greylisted")
    expect(isRefusal(first)).toBe(false)
    expect(server.tried).toHaveLength(1)
    await sending.send(mail)
    expect(server.mails).toHaveLength(1)
  })

  it("says of a refusal (550) that it is for good", async () => {
    server = await startMailServer()
    server.answer(() => ({ code: 550, text: "No such user" }))
    const told = await failure(provider(plain).send(mail))
    expect(isRefusal(told)).toBe(true)
    expect(told).toContain("No such user")
    expect(server.mails).toEqual([])
  })

  it("sends to many recipients at once, and many mails over few connections", async () => {
    server = await startMailServer()
    const sending = provider({ ...plain, maxConnections: 2 })
    const to = Array.from({ length: 120 }, (_, index) => `reader-${index}@example.com`)
    await sending.send({ ...mail, to: to.join(", ") })
    expect(server.mails[0]?.to).toEqual(to)
    await Promise.all(to.slice(0, 40).map((one) => sending.send({ ...mail, to: one })))
    expect(server.mails).toHaveLength(41)
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  describe("encryption", () => {
    it("is demanded by STARTTLS, with a certificate that the configured authority vouches for", async () => {
      server = await startMailServer({ key: ownKey, cert: ownCertificate })
      await provider({ ca: ownCertificate }).send(mail)
      expect(server.mails[0]?.secure).toBe(true)
    })

    it("refuses a certificate that nobody vouches for, and says so", async () => {
      server = await startMailServer({ key: ownKey, cert: ownCertificate })
      const told = await failure(provider().send(mail))
      expect(told).toContain("No safe connection to the mail server")
      expect(server.mails).toEqual([])
    })

    it("never sends in the clear to a server that has none, unless told to", async () => {
      server = await startMailServer()
      expect(await failure(provider().send(mail))).toContain("No safe connection to the mail server")
      expect(server.mails).toEqual([])
      expect(server.tried).toEqual([])
    })
  })

  it("says of a wrong login that it is one, without the password", async () => {
    server = await startMailServer({
      key: ownKey,
      cert: ownCertificate,
      authOptional: false,
      onAuth: (_, __, done) =>
        done(Object.assign(new Error("Invalid username or password"), { responseCode: 535 })),
    })
    const told = await failure(
      provider({ ca: ownCertificate, user: "shop", password: "test-only-wrong-password" }).send(mail)
    )
    expect(told).toMatch(/does not let us in with this `user` and `password`: 535/)
    expect(told).not.toContain("test-only-wrong-password")
    expect(isRefusal(told)).toBe(false)
  })

  it("is tried at the start: a wrong login, host or port is told at once, and nothing is sent", async () => {
    server = await startMailServer({
      key: ownKey,
      cert: ownCertificate,
      authOptional: false,
      onAuth: ({ password }, _, done) =>
        password === "test-only-right-password"
          ? done(null, { user: "shop" })
          : done(Object.assign(new Error("Invalid username or password"), { responseCode: 535 })),
    })
    const check = (more: Record<string, unknown>) =>
      checkConnection(
        readSmtpOptions({
          host: "localhost",
          port: server.port,
          from: "shop@example.com",
          ca: ownCertificate,
          user: "shop",
          password: "test-only-right-password",
          ...more,
        })
      )
    expect(await check({})).toBeUndefined()
    expect(await check({ password: "test-only-wrong-password" })).toMatch(
      /^The mail server localhost:\d+ does not let us in with this `user` and `password`: 535/
    )
    expect(await check({ port: 1 })).toMatch(/^The mail server localhost:1 cannot be reached/)
    expect(await check({ host: "no-such-host.invalid" })).toMatch(/no-such-host\.invalid/)
    expect(await check({ ca: undefined })).toMatch(/^No safe connection to the mail server/)
    expect(server.mails).toEqual([])
  })

  it("says of a server that is not there how to go on", async () => {
    server = await startMailServer()
    const { port } = server
    await server.stop()
    const told = await failure(provider({ ...plain, port }).send(mail))
    expect(told).toContain(`The mail server localhost:${port} cannot be reached`)
    expect(isRefusal(told)).toBe(false)
    server = await startMailServer()
  })

  it("refuses a mail without content: templates are not its own", async () => {
    server = await startMailServer()
    const told = await failure(provider(plain).send({ to: "a@example.com", channel: "email", template: "x" }))
    expect(told).toContain('the mail "x" has no content')
  })

  describe("its options", () => {
    beforeEach(async () => {
      server = await startMailServer()
    })
    const good = { host: "smtp.example.com", from: "shop@example.com" }
    it.each([
      ["nothing", {}, /option `host`: write the mail server's name/],
      ["an address as host", { ...good, host: "smtp://smtp.example.com" }, /without a protocol/],
      ["no sender", { host: "smtp.example.com" }, /option `from`: write the sender/],
      ["a sender that is none", { ...good, from: "Shop" }, /option `from`: write the sender/],
      ["a misspelt option", { ...good, passwort: "x" }, /did you mean `password`\?/],
      ["a port as text", { ...good, port: "587" }, /option `port`: write a number without quotes/],
      ["a login without password", { ...good, user: "shop" }, /option `password`: it is missing/],
      [
        "a password in the clear",
        { ...good, user: "shop", password: "test-only-secret", encryption: "none" },
        /a password is never sent without encryption/,
      ],
    ])("refuse %s in a sentence", (_, options, sentence) => {
      const start = () => SmtpNotificationProvider.validateOptions(options)
      expect(start).toThrow(sentence)
      expect(start).not.toThrow(/test-only-secret/)
    })
    it("take a sender with a name, and what Medusa adds", () => {
      const options = {
        ...plain,
        host: "localhost",
        port: server.port,
        from: "Café Größe <shop@example.com>",
        channels: ["email"],
      }
      expect(() => SmtpNotificationProvider.validateOptions(options)).not.toThrow()
    })
  })
})
