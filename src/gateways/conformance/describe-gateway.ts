/// <reference types="jest" />
import { existsSync, readFileSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import fc from "fast-check"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Account, ConfirmIo, Gateway, HttpRequest, HttpResponse, Message } from "../gateway"
import { corrupt, emptySecrets, negatives, oddMessages, withByteChanged, withOption } from "./attacks"
import { expectValidEvents } from "./expect-valid-events"
import {
  expectedEvents,
  fill,
  fillConfirmed,
  freshValues,
  loadRecordings,
  type Recording,
  type Sender,
  type Values,
} from "./recording"

type Config = Record<string, unknown>

/** A gateway with all that its suite is made from. */
export type GatewayUnderTest<C> = Readonly<{
  gateway: Gateway<C>
  sender: Sender<C>
  /** Its folder: in `recordings` is one JSON file for each kind of message. */
  folder: string
  /** Its page for the store owner, in Markdown. */
  page: string
}>

/**
 * The suite that every gateway passes, made from its recordings: it believes what its sender signed and nothing else,
 * reads each recording as the recording says, and never breaks on junk. A new gateway writes no test for any of this.
 * Call it in a test file of jest.
 */
export function describeGateway<C>(under: GatewayUnderTest<C>): void {
  const gateway = under.gateway as Gateway<Config>
  describe(`gateway ${gateway.id}`, () => {
    const sender = under.sender as unknown as Sender<Config>
    const recordings = loadRecordings(under.folder)
    const scene: Scene = { gateway, sender, recordings }

    describeContract(scene, under.page)
    describe.each(recordings.map((recording) => [recording.name, recording] as const))(
      "%s",
      (_, recording) => {
        describeReading(scene, recording)
        if (recording.verdict === "proven") describeProof(scene, recording)
        else describeConfirmation(scene, recording)
      }
    )
    describeJunk(scene)
  })
}

type Scene = Readonly<{ gateway: Gateway<Config>; sender: Sender<Config>; recordings: readonly Recording[] }>

function describeContract({ gateway, sender, recordings }: Scene, page: string): void {
  it("has an id and a title, and names its documentation", () => {
    expect(gateway.id).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/)
    expect(gateway.title).not.toBe("")
    expect(new URL(gateway.docs).protocol).toBe("https:")
  })

  it("accepts the options of its sender", () => {
    expect(gateway.config.parse(sender.account.config)).toEqual(sender.account.config)
    expect(gateway.check?.(sender.account) ?? []).toEqual([])
  })

  it("has recordings, one of them of a kind that moves no money", () => {
    expect(recordings.some((recording) => recording.events.length > 0)).toBe(true)
    const movesNoMoney = ({ events }: Recording) => events.every(({ type }) => type === "info")
    expect(recordings.some(movesNoMoney)).toBe(true)
  })

  it("refuses secrets that are empty, blank or padded with spaces, in words", () => {
    for (const option of gateway.secrets) {
      for (const broken of emptySecrets(sender.account.config[option])) {
        const parsed = gateway.config.safeParse({ ...sender.account.config, [option]: broken })
        const optional = broken === undefined && gateway.config.safeParse(without(sender, option)).success
        if (optional) continue
        expect({ option, broken, accepted: parsed.success }).toEqual({ option, broken, accepted: false })
        for (const issue of parsed.error?.issues ?? []) expect(issue.message).toMatch(/\.$/)
      }
    }
  })

  it("has a page for the store owner that names every option", () => {
    expect({ page, exists: existsSync(page) }).toEqual({ page, exists: true })
    const text = readFileSync(page, "utf8")
    const shape = (gateway.config as { shape?: object }).shape ?? {}
    const options = new Set([...Object.keys(shape), ...Object.keys(sender.account.config)])
    expect([...options].filter((option) => !text.includes(`\`${option}\``))).toEqual([])
  })
}

function describeReading(scene: Scene, recording: Recording): void {
  const { gateway, sender } = scene

  it(`is ${recording.verdict}`, () => {
    const { message } = signed(scene, recording)
    expect(gateway.verify(message, sender.account)).toMatchObject({ kind: recording.verdict })
  })

  it("is read the same twice, and from what is stored of it, without changing the message", () => {
    const { message, values } = signed(scene, recording)
    const before = [JSON.stringify(message), Buffer.from(message.body).toString("hex")]
    const first = gateway.parse(message, sender.account)
    expect(gateway.parse(message, sender.account)).toEqual(first)
    expect(gateway.parse(storedAndOpened(message), sender.account)).toEqual(first)
    expect([JSON.stringify(message), Buffer.from(message.body).toString("hex")]).toEqual(before)
    expectValidEvents(first)
    if (recording.verdict === "proven") expect(first).toEqual(expectedEvents(recording, values))
  })

  it("is acknowledged with success once stored", () => {
    const { message } = signed(scene, recording)
    const reply = gateway.acknowledge?.({ kind: "stored" }, message, sender.account)
    expect(reply?.status ?? 200).toBeGreaterThanOrEqual(200)
    expect(reply?.status ?? 200).toBeLessThan(300)
  })
}

function describeProof(scene: Scene, recording: Recording): void {
  const { gateway, sender } = scene
  const { message, values } = signed(scene, recording)
  const verdict = gateway.verify(message, sender.account)
  if (verdict.kind !== "proven") return
  const proofs = provingOptions(scene, message)

  it("is refused when any byte of it is changed", () => {
    const length = message.body.length || message.query.length
    const anywhere = fc.tuple(fc.nat({ max: length - 1 }), fc.integer({ min: 1, max: 255 }))
    const ends: [[number, number]][] = [[[0, 1]], [[length - 1, 1]], [[length >> 1, 32]]]
    fc.assert(
      fc.property(anywhere, ([position, mask]) => {
        const changed = withByteChanged(message, position, mask)
        const judged = gateway.verify(changed, sender.account)
        if (verdict.covers === "body") return judged.kind === "refused"
        if (judged.kind !== "proven" || gateway.confirm) return true
        return sameFacts(scene, changed, expectedEvents(recording, values))
      }),
      { examples: ends, numRuns: 200 }
    )
  })

  if (verdict.covers === "body" && message.body.length > 0) {
    it("is refused when anything is put before or behind it, or cut off", () => {
      for (const extra of [" ", "\n", "\r\n", "\u0000", "\ufeff", "&", "{}"].map((text) =>
        Buffer.from(text)
      )) {
        for (const body of [Buffer.concat([extra, message.body]), Buffer.concat([message.body, extra])]) {
          expect(gateway.verify({ ...message, body }, sender.account).kind).toBe("refused")
        }
      }
      for (const body of [message.body.subarray(1), message.body.subarray(0, -1), new Uint8Array()]) {
        expect(gateway.verify({ ...message, body }, sender.account).kind).toBe("refused")
      }
    })
  }

  if (recording.json !== undefined) {
    it("is proven by its bytes, not by what they mean", () => {
      const unsigned = fill(recording, values)
      const written = JSON.stringify(JSON.parse(Buffer.from(unsigned.body).toString("utf8")), null, 2)
      const body = Buffer.from(`${written.replace(/:/, " :").replace(/e/, "\\u0065")}\n`)
      const other = sender.sign({ ...unsigned, body }, sender.account, values.at)
      expect(gateway.verify(other, sender.account).kind).toBe("proven")
      if (verdict.covers !== "body") return
      expect(gateway.verify({ ...other, body: unsigned.body }, sender.account).kind).toBe("refused")
    })
  }

  it("is refused without its proof", () => {
    const unsigned = fill(recording, values)
    expect(gateway.verify(unsigned, sender.account).kind).not.toBe("proven")
    for (const name of Object.keys(message.headers)) {
      if (message.headers[name] === unsigned.headers[name]) continue
      for (const value of [undefined, "", " ", "x", `${message.headers[name]}x`]) {
        const headers = { ...message.headers }
        delete headers[name]
        if (value !== undefined) headers[name] = value
        const judged = gateway.verify({ ...message, headers }, sender.account)
        expect({ name, value, kind: judged.kind }).not.toMatchObject({ kind: "proven" })
      }
    }
  })

  it("is refused when its secret is another, and with every secret that proves nothing", () => {
    expect(proofs).not.toEqual([])
    for (const option of proofs) {
      for (const broken of [
        corrupt(sender.account.config[option]),
        ...emptySecrets(sender.account.config[option]),
      ]) {
        const account = withOption(sender.account, option, broken)
        expect(gateway.verify(message, account).kind).not.toBe("proven")
        const forged = forge(scene, recording, account)
        if (forged && broken !== undefined && !gateway.config.safeParse(account.config).success) {
          expect(gateway.verify(forged, account).kind).not.toBe("proven")
        }
      }
    }
  })

  it("is proven with the previous secret during a rotation", () => {
    for (const option of proofs) {
      const current = sender.account.config[option]
      if (!Array.isArray(current)) continue
      const rotated = withOption(sender.account, option, [...(corrupt(current) as string[]), ...current])
      expect(gateway.verify(message, rotated)).toMatchObject({
        kind: "proven",
        keyId: String(current.length),
      })
    }
  })

  if (verdict.sentAt) {
    it.each([
      [-600, "refused"],
      [-290, "proven"],
      [290, "proven"],
      [600, "refused"],
    ])("is, %i seconds off its signed time, %s", (seconds, kind) => {
      const receivedAt = new Date(values.at.getTime() + seconds * 1000)
      expect(gateway.verify({ ...message, receivedAt }, sender.account).kind).toBe(kind)
    })
  }
}

/** A message as it comes back from the database. */
function storedAndOpened({ headers, body, receivedAt, ...rest }: Message): Message {
  return {
    ...rest,
    headers: JSON.parse(JSON.stringify(headers)) as Message["headers"],
    body: Buffer.from(Buffer.from(body).toString("base64"), "base64"),
    receivedAt: new Date(receivedAt.toISOString()),
  }
}

function describeConfirmation(scene: Scene, recording: Recording): void {
  const { gateway, sender } = scene

  it("is believed when the gateway confirms it", async () => {
    const { message, values } = signed(scene, recording)
    const io = confirmIo(scene, recording, message, values, "yes")
    const confirmation = await gateway.confirm?.(message, sender.account, io)
    expect(confirmation).toEqual({ kind: "confirmed", events: expectedEvents(recording, values) })
    if (confirmation?.kind === "confirmed") expectValidEvents(confirmation.events)
  })

  it("is denied when the gateway says that it is not its own", async () => {
    const { message, values } = signed(scene, recording)
    const io = confirmIo(scene, recording, message, values, "no")
    await expect(gateway.confirm?.(message, sender.account, io)).resolves.toMatchObject({ kind: "denied" })
  })

  it.each([
    ["cannot be reached", () => Promise.reject(new Error("connect ECONNREFUSED")), unreachable],
    ["answers with an error", () => Promise.resolve(response(503, "")), () => ({ action: "failed" })],
    ["sends us elsewhere", () => Promise.resolve(response(302, "")), () => ({})],
    ["answers with nothing", () => Promise.resolve(response(200, "")), () => undefined],
    ["answers with a page", () => Promise.resolve(response(200, html)), () => html],
  ])("is tried again when the gateway %s", async (_, request, provider) => {
    const { message, values } = signed(scene, recording)
    const askProvider = () => Promise.resolve().then(provider)
    const io = { ...confirmIo(scene, recording, message, values, "yes"), request, askProvider }
    await expect((async () => gateway.confirm?.(message, sender.account, io))()).rejects.toThrow()
  })
}

const html = "<html>We will be back soon</html>"

function unreachable(): never {
  throw new Error("connect ECONNREFUSED")
}

function describeJunk({ gateway, sender, recordings }: Scene): void {
  const examples = recordings.map((recording) => {
    const values = freshValues()
    return sender.sign(fill(recording, values), sender.account, values.at)
  })

  it("judges any message without throwing and without believing it", () => {
    fc.assert(
      fc.property(oddMessages(examples), (message) => {
        const verdict = gateway.verify(message, sender.account)
        gateway.handshake?.(message, sender.account)
        for (const receipt of [{ kind: "stored" }, { kind: "refused", why: "mismatch" }] as const) {
          const status = gateway.acknowledge?.(receipt, message, sender.account).status ?? 200
          if (!Number.isInteger(status) || status < 200 || status > 599) return false
        }
        return verdict.kind !== "proven" || verdict.covers !== "body"
      }),
      { numRuns: 300 }
    )
  })

  it("reads a negative amount as no amount of a payment, wherever it stands", () => {
    for (const example of examples) {
      for (const message of negatives(example)) {
        let events: readonly PaymentEvent[] = []
        try {
          events = gateway.parse(message, sender.account)
        } catch {
          continue
        }
        expectValidEvents(events)
      }
    }
  })

  it("reads any message into payment events or throws an error", () => {
    fc.assert(
      fc.property(oddMessages(examples), (message) => {
        let events: readonly PaymentEvent[]
        try {
          events = gateway.parse(message, sender.account)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
          return
        }
        expectValidEvents(events)
      }),
      { numRuns: 500 }
    )
  })
}

function signed({ sender }: Scene, recording: Recording): { message: Message; values: Values } {
  const values = freshValues()
  return { message: sender.sign(fill(recording, values), sender.account, values.at), values }
}

/** A message that a stranger makes who guesses that the account's secret is the broken one. */
function forge({ sender }: Scene, recording: Recording, account: Account<Config>): Message | undefined {
  const values = freshValues()
  try {
    return sender.sign(fill(recording, values), account, values.at)
  } catch {
    return undefined
  }
}

/** The options without which the message is not proven. */
function provingOptions({ gateway, sender }: Scene, message: Message): string[] {
  return [...gateway.secrets, ...(sender.proofs ?? [])].filter((option) => {
    const account = withOption(sender.account, option, corrupt(sender.account.config[option]))
    return gateway.verify(message, account).kind !== "proven"
  })
}

/** Whether a changed message says nothing that the genuine one does not: fewer events of a batch, or none, are fine. */
function sameFacts({ gateway, sender }: Scene, changed: Message, expected: readonly PaymentEvent[]): boolean {
  let events: readonly PaymentEvent[]
  try {
    events = gateway.parse(changed, sender.account)
  } catch {
    return true
  }
  const facts = (list: readonly PaymentEvent[]) =>
    list.map(({ reason: _reason, occurredAt: _occurredAt, ...fact }) => fact)
  const told = facts(expected)
  return facts(events).every((fact) => told.some((one) => isDeepStrictEqual(fact, one)))
}

function confirmIo(
  { sender }: Scene,
  recording: Recording,
  message: Message,
  values: Values,
  says: "yes" | "no"
): ConfirmIo {
  const confirmed = fillConfirmed(recording, values)
  return {
    now: () => values.at,
    remember: (_key, _forMs, make) => make(),
    request: async (request: HttpRequest) => {
      if (!sender.answer) throw new Error("recordings/sender.ts has no `answer`")
      return sender.answer(request, { account: sender.account, message, says, confirmed })
    },
    expected: async (reference) =>
      reference === values.reference
        ? { reference, money: values.money, gatewayPayments: [values.payment] }
        : undefined,
    askProvider: async (providerId) => {
      if (!sender.askProvider) throw new Error("recordings/sender.ts has no `askProvider`")
      return sender.askProvider(providerId, { account: sender.account, message, says, confirmed })
    },
  }
}

function response(status: number, body: string): HttpResponse {
  return { status, headers: {}, body: Buffer.from(body) }
}

function without(sender: Sender<Config>, option: string): Config {
  const config = { ...sender.account.config }
  delete config[option]
  return config
}
