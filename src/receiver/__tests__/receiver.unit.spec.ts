import fc from "fast-check"
import type { Reply } from "../../gateways/gateway"
import { createReceiver, type ReceiverOptions } from "../receiver"
import { accountsOf, accountWith, genuineCall, publicUrl, sandboxAccount, unsignedAccount } from "./accounts"
import { createMemoryInbox, createMemoryLog } from "./memory-inbox"

function setUp(options: Partial<ReceiverOptions> = {}) {
  const memory = createMemoryInbox()
  const { lines, log } = createMemoryLog()
  const receiver = createReceiver({
    accounts: accountsOf(sandboxAccount),
    inbox: memory.inbox,
    log,
    ...options,
  })
  return { ...memory, lines, receiver }
}

const forged = () => ({ ...genuineCall("ev_1"), headers: { "sandbox-signature": "t=1,v1=00" } })

describe("a genuine message", () => {
  it("is stored with its exact bytes and the configured address, can be read, and is acknowledged", async () => {
    const { receiver, stored } = setUp()
    const call = genuineCall("ev_1")
    expect(await receiver.receive(call)).toEqual({ status: 200 })
    expect(stored).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^ipnmsg_[0-9A-HJKMNP-TV-Z]{26}$/),
        accountId: "sandbox",
        gatewayId: "sandbox",
        verdict: expect.objectContaining({ kind: "proven" }),
        message: expect.objectContaining({
          url: `${publicUrl}/hooks/ipn/sandbox`,
          body: call.body,
          headers: call.headers,
        }),
      }),
    ])
    expect(stored[0]?.read()).toEqual({
      events: [expect.objectContaining({ key: "ev_1", type: "payment.captured" })],
    })
  })

  it("is acknowledged only after the commit", async () => {
    const { receiver, hang } = setUp()
    const release = hang()
    let reply: Reply | undefined
    const received = receiver.receive(genuineCall("ev_1")).then((answer) => (reply = answer))
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect(reply).toBeUndefined()
    release()
    await received
    expect(reply).toEqual({ status: 200 })
  })

  it("is acknowledged in the gateway's own words", async () => {
    const account = accountWith({ acknowledge: ({ kind }) => ({ status: 202, body: `[${kind}]` }) })
    const { receiver } = setUp({ accounts: accountsOf(account) })
    expect(await receiver.receive(genuineCall("ev_1"))).toEqual({ status: 202, body: "[stored]" })
    expect(await receiver.receive(forged())).toEqual({ status: 202, body: "[refused]" })
  })

  it("is told to come again while the database cannot store, and is stored when it does", async () => {
    const { receiver, stored, lines, fail, recover } = setUp()
    fail(Object.assign(new Error("insert of 4242424242424242 failed"), { code: "57P01" }))
    const call = genuineCall("ev_1")
    expect(await receiver.receive(call)).toEqual({ status: 503, headers: { "retry-after": "5" } })
    expect(stored).toEqual([])
    expect(lines.join()).toContain("57P01")
    expect(lines.join()).not.toContain("4242")
    recover()
    expect(await receiver.receive(call)).toEqual({ status: 200 })
    expect(stored).toHaveLength(1)
  })

  it("is told to come again when the database does not answer in time", async () => {
    const { receiver, hang, stored } = setUp({ limits: { storeTimeoutMs: 20 } })
    const release = hang()
    expect(await receiver.receive(genuineCall("ev_1"))).toMatchObject({ status: 503 })
    release()
    expect(await receiver.receive(genuineCall("ev_2"))).toEqual({ status: 200 })
    expect(stored.map((one) => one.read().events[0]?.key)).toContain("ev_2")
  })

  it("is not read before it is acknowledged", async () => {
    const parse = jest.fn(() => [])
    const { receiver, stored } = setUp({ accounts: accountsOf(accountWith({ parse })) })
    expect(await receiver.receive(genuineCall("ev_1"))).toEqual({ status: 200 })
    expect(stored).toHaveLength(1)
    expect(parse).not.toHaveBeenCalled()
  })

  it("is acknowledged with 200 when the gateway fails to word its answer, because it is stored", async () => {
    const account = accountWith({
      acknowledge: () => {
        throw new Error("broken")
      },
    })
    const { receiver, stored } = setUp({ accounts: accountsOf(account) })
    expect(await receiver.receive(genuineCall("ev_1"))).toEqual({ status: 200 })
    expect(stored).toHaveLength(1)
  })
})

describe("what is not proven", () => {
  it("a forged message is refused, noted and never stored", async () => {
    const { receiver, stored, refusals } = setUp()
    expect(await receiver.receive(forged())).toEqual({ status: 401 })
    expect(stored).toEqual([])
    expect(refusals).toEqual([
      expect.objectContaining({ accountId: "sandbox", why: "mismatch", ip: "192.0.2.1" }),
    ])
  })

  it("a gateway that throws while verifying proves nothing", async () => {
    const account = accountWith({
      verify: () => {
        throw new TypeError("broken")
      },
    })
    const { receiver, stored, lines, refusals } = setUp({ accounts: accountsOf(account) })
    expect(await receiver.receive(genuineCall("ev_1"))).toEqual({ status: 400 })
    expect(stored).toEqual([])
    expect(refusals).toHaveLength(1)
    expect(lines).toEqual(["[ipn] [sandbox] the gateway could not look at a call: TypeError: broken"])
  })

  it("every unknown account gets the same answer", async () => {
    const { receiver } = setUp()
    const replies = await Promise.all(
      ["nobody", "", "__proto__", "sandbox/", "SANDBOX", "\u0000"].map((accountId) =>
        receiver.receive({ ...genuineCall("ev_1"), accountId })
      )
    )
    expect(new Set(replies.map((reply) => JSON.stringify(reply)))).toEqual(
      new Set([JSON.stringify({ status: 404, body: "Not found" })])
    )
  })

  it("a handshake is answered and never stored", async () => {
    const account = accountWith({
      handshake: ({ query }) => (query ? { status: 200, body: query } : undefined),
    })
    const { receiver, stored } = setUp({ accounts: accountsOf(account) })
    const call = { ...genuineCall("ev_1"), method: "GET" as const, query: "challenge=7" }
    expect(await receiver.receive(call)).toEqual({ status: 200, body: "challenge=7" })
    expect(stored).toEqual([])
  })

  it("a flood of forgeries writes one log line a minute with counts, without control characters", async () => {
    let time = 1_750_000_000_000
    const { receiver, lines } = setUp({ now: () => new Date(time) })
    for (let i = 0; i < 500; i++) await receiver.receive(forged())
    expect(lines).toEqual(["[ipn] [sandbox] refused a call: mismatch"])
    time += 60_000
    await receiver.receive(forged())
    expect(lines).toHaveLength(2)
    expect(lines[1]).toBe("[ipn] [sandbox] refused a call: mismatch (500 times)")
  })

  it("is stored where the gateway has to be asked", async () => {
    const { receiver, stored } = setUp({ accounts: accountsOf(unsignedAccount) })
    expect(await receiver.receive(genuineCall("ev_1"))).toEqual({ status: 200 })
    expect(stored).toEqual([expect.objectContaining({ verdict: { kind: "unproven", why: "unsigned" } })])
  })
})

describe("the quota of unproven messages", () => {
  const unproven = { waiting: 5, burst: 3, perSecond: 1 }

  it("turns one address away after a burst, and lets it come again as time goes by; others are not touched", async () => {
    let time = 1_750_000_000_000
    const { receiver, stored } = setUp({
      accounts: accountsOf(unsignedAccount),
      now: () => new Date(time),
      limits: { unproven: { ...unproven, waiting: 100 } },
    })
    const from = (ip: string) => receiver.receive({ ...genuineCall("ev_1"), ip })
    for (let i = 0; i < 3; i++) expect(await from("2001:db8::1")).toEqual({ status: 200 })
    expect(await from("2001:db8::2")).toEqual({ status: 429, headers: { "retry-after": "1" } })
    expect(await from("192.0.2.9")).toEqual({ status: 200 })
    time += 1000
    expect(await from("2001:db8::1")).toEqual({ status: 200 })
    expect(stored).toHaveLength(5)
  })

  it("turns all away when too many wait to be confirmed, and still takes proven ones", async () => {
    const { receiver, setWaiting, stored } = setUp({
      accounts: new Map([
        ["sandbox", sandboxAccount],
        ["unsigned", { ...unsignedAccount, account: { ...unsignedAccount.account, id: "unsigned" } }],
      ]),
      limits: { unproven },
    })
    setWaiting(4)
    const from = (ip: string) => receiver.receive({ ...genuineCall("ev_1"), accountId: "unsigned", ip })
    expect(await from("192.0.2.1")).toEqual({ status: 200 })
    expect(await from("192.0.2.2")).toEqual({ status: 429, headers: { "retry-after": "60" } })
    expect(await receiver.receive(genuineCall("ev_1"))).toEqual({ status: 200 })
    expect(stored).toHaveLength(2)
  })
})

describe("under load", () => {
  it("more calls at once than the cap are told to come again, and those under way are stored", async () => {
    const { receiver, hang, stored } = setUp({ limits: { inFlight: 10 } })
    const release = hang()
    const first = Array.from({ length: 10 }, (_, i) => receiver.receive(genuineCall(`ev_${i}`)))
    expect(await receiver.receive(genuineCall("ev_late"))).toMatchObject({ status: 503 })
    release()
    expect((await Promise.all(first)).every((reply) => reply.status === 200)).toBe(true)
    expect(stored).toHaveLength(10)
  })

  it("drain answers what is under way and refuses what comes after", async () => {
    const { receiver, hang, stored } = setUp()
    const release = hang()
    const under = receiver.receive(genuineCall("ev_1"))
    let isDrained = false
    const drained = receiver.drain().then(() => (isDrained = true))
    expect(await receiver.receive(genuineCall("ev_2"))).toMatchObject({ status: 503 })
    expect(isDrained).toBe(false)
    release()
    await drained
    expect(await under).toEqual({ status: 200 })
    expect(stored).toHaveLength(1)
  })
})

it("never throws and never stores, whatever a stranger sends", async () => {
  const { receiver, stored } = setUp()
  const headers = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom("sandbox-signature", "__proto__", "content-type")),
    fc.oneof(fc.string(), fc.constantFrom("t=1,v1=", "t=,v1=,,", "v1=t", "t=9999999999999999,v1=aa"))
  )
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        accountId: fc.oneof(fc.constant("sandbox"), fc.string()),
        method: fc.constantFrom("GET" as const, "POST" as const),
        query: fc.string(),
        headers,
        body: fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json))
        ),
        ip: fc.string(),
      }),
      async (call) => {
        const { status } = await receiver.receive(call)
        expect([400, 401, 404]).toContain(status)
      }
    ),
    { numRuns: 1000 }
  )
  expect(stored).toEqual([])
})
