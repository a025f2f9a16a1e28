import { createHmac } from "node:crypto"
import { startPaypalIpnSimulator, type PaypalIpnSimulator } from "../../src/gateways/paypal/simulator"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { everythingSorted, laneOf, makeDue, waitForLane } from "../support/lanes"
import { send, signedMessage, type SignedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { specAccounts, type Accounts } from "../support/store/accounts"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

/** Test-only: of another merchant of the same gateway, who is configured too. */
const othersSecret = "test-only-other-merchant-secret"
const minute = 60_000

function accounts(): Accounts {
  const demo = specAccounts()
  const { sandbox, paypal } = demo
  if (!sandbox || !paypal) throw new Error("the demo has lost an account")
  return {
    sandbox,
    paypal,
    other: {
      ...sandbox,
      provider_id: "pp_ipn_other",
      config: { ...sandbox.config, webhookSecrets: [othersSecret] },
    },
  }
}

describe("refuses forgeries", () => {
  let sandbox: SandboxSimulator
  let paypal: PaypalIpnSimulator
  let store: OwnStore
  let secret: string

  beforeAll(async () => {
    sandbox = await startSandboxSimulator()
    paypal = await startPaypalIpnSimulator()
    store = await startStore({
      accounts: accounts(),
      simulators: { sandbox: sandbox.url, other: sandbox.url, paypal: paypal.url },
    })
    const { webhookSecrets } = store.accounts.sandbox!.config as { webhookSecrets: string[] }
    secret = webhookSecrets[0]!
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
    await paypal?.stop()
  })

  type Kept = Readonly<{ messages: number; events: number; lanes: number }>

  async function kept(): Promise<Kept> {
    await everythingSorted(store)
    const { rows } = await store.sql.query<Kept>(
      `select (select count(*)::int from ipn_message) as messages,
              (select count(*)::int from ipn_payment_event) as events,
              (select count(*)::int from ipn_lane) as lanes`
    )
    return rows[0]!
  }

  async function refusals(): Promise<{ why: string; slot: number }[]> {
    const { rows } = await store.sql.query<{ why: string; slot: number }>(
      `select why, slot from ipn_refusal where account_id = 'sandbox'`
    )
    return rows
  }

  const resigned = (message: SignedMessage, by: string, at = new Date()): SignedMessage => ({
    ...message,
    headers: { ...message.headers, "sandbox-signature": sign(message.body, by, at) },
  })

  function changed({ body, ...message }: SignedMessage): SignedMessage {
    const bytes = Buffer.from(body)
    bytes[bytes.length - 2]! ^= 1
    return { ...message, body: bytes }
  }

  function unsigned(message: SignedMessage): SignedMessage {
    const { "sandbox-signature": _, ...headers } = message.headers as Record<string, string>
    return { ...message, headers }
  }

  describe("a message that its gateway did not sign is answered 401 and kept nowhere", () => {
    let checkout: Paying
    let genuine: SignedMessage

    beforeAll(async () => {
      checkout = await startPaying(store)
      genuine = await signedMessage(store, "sandbox", "payment.captured", checkout)
    })

    it.each<[string, () => SignedMessage]>([
      ["unsigned", () => unsigned(genuine)],
      ["signed with another secret", () => resigned(genuine, "test-only-a-guessed-secret")],
      ["signed with no secret", () => resigned(genuine, "")],
      ["signed with the secret of another account", () => resigned(genuine, othersSecret)],
      ["signed six minutes ago", () => resigned(genuine, secret, new Date(Date.now() - 6 * minute))],
      ["signed six minutes from now", () => resigned(genuine, secret, new Date(Date.now() + 6 * minute))],
      ["changed by one bit", () => changed(genuine)],
      [
        "with a signature that is none",
        () => ({ ...genuine, headers: { "sandbox-signature": "v1=,t=\u00e9" } }),
      ],
    ])("%s", async (_, forge) => {
      const before = await kept()
      expect(await send(forge())).toBe(401)
      expect(await kept()).toEqual(before)
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
    })

    it("and the genuine one is accepted all the same", async () => {
      expect(await send(genuine)).toBe(200)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })
  })

  it("a flood of forgeries is noted in a ring of twenty rows, not one by one", async () => {
    const checkout = await startPaying(store)
    const genuine = await signedMessage(store, "sandbox", "payment.captured", checkout)
    const forgery = unsigned(genuine)
    // The ring is full, as after a longer flood.
    await store.sql.query(
      `insert into ipn_refusal (id, account_id, slot, why, ip, refused_at)
       select 'ipnref_test' || slot, 'sandbox', slot, 'stale', '192.0.2.1', now() - interval '1 day'
         from generate_series(0, 19) as slot
       on conflict (account_id, slot) where deleted_at is null do update set why = excluded.why`
    )
    const before = await kept()
    const flood = async () => {
      for (let i = 0; i < 30; i++) expect(await send(forgery)).toBe(401)
    }
    await Promise.all(Array.from({ length: 10 }, flood))
    await waitUntil("a refusal of the flood is noted", async () => {
      expect(await send(forgery)).toBe(401)
      return (await refusals()).some(({ why }) => why === "missing")
    })
    const noted = await refusals()
    expect(noted).toHaveLength(20)
    expect(new Set(noted.map(({ slot }) => slot)).size).toBe(20)
    expect(await kept()).toEqual(before)
  })

  it("another merchant's genuine message pays nothing that was asked for through ours", async () => {
    const checkout = await startPaying(store)
    const message = await signedMessage(store, "other", "payment.captured", checkout)
    expect(await send({ ...message, url: store.accounts.sandbox!.notify_url })).toBe(401)
    expect(await send(message)).toBe(200)
    const lane = await waitForLane(
      store,
      `ref:${checkout.sessionId}`,
      "was looked at",
      ({ state, attempts }) => {
        return state !== "waiting" && attempts > 0
      }
    )
    expect(lane).toMatchObject({ account: "other", state: "unmatched", reason: "unknown_payment" })
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, captured: "0.00" })
  })

  it("no address tells which accounts there are: an unknown one is always answered the same", async () => {
    const checkout = await startPaying(store)
    const genuine = await signedMessage(store, "sandbox", "payment.captured", checkout)
    const before = await kept()
    const names = ["nobody", "SANDBOX", "sandbox2", "__proto__", "constructor", "pp_ipn_sandbox", "a%20b"]
    const answers = await Promise.all(
      names.flatMap((name) =>
        [genuine.headers, {}].map(async (headers) => {
          const response = await fetch(`${store.baseUrl}/hooks/ipn/${name}`, {
            method: "POST",
            headers,
            body: Buffer.from(genuine.body),
          })
          const { "content-type": type } = Object.fromEntries(response.headers)
          return { status: response.status, type, body: await response.text() }
        })
      )
    )
    const [first] = answers
    expect(first).toMatchObject({ status: 404, body: "Not found" })
    expect(answers).toEqual(answers.map(() => first))
    expect(await kept()).toEqual(before)
  })

  it("a body over 256 kB is refused before it is looked at, and kept nowhere", async () => {
    const before = await kept()
    const { url } = await signedMessage(store, "sandbox", "payment.captured", {
      sessionId: "payses_none",
      amount: "1.00",
      currency: "eur",
    })
    const body = Buffer.alloc(256 * 1024 + 1, " ")
    const headers = { "sandbox-signature": sign(body, secret, new Date()) }
    expect(await send({ url, method: "POST", headers, body })).toBe(413)
    expect(await kept()).toEqual(before)
  })

  it.each([
    ["XML", "text/xml", Buffer.from('<?xml version="1.0"?><paid>24.95</paid>')],
    [
      "a form in windows-1252",
      "application/x-www-form-urlencoded; charset=windows-1252",
      Buffer.from("name=J\xf6rg", "latin1"),
    ],
    ["JSON of another shape", "application/json", Buffer.from('{"id":"evt_1","type":"payment.captured"}')],
    ["nothing", "application/json", Buffer.alloc(0)],
  ])("what is proven but cannot be read is kept whole for a person: %s", async (what, type, body) => {
    const before = await kept()
    const mark = `unreadable ${what}`
    const headers = {
      "sandbox-signature": sign(body, secret, new Date()),
      "content-type": type,
      "x-mark": mark,
    }
    expect(await send({ url: store.accounts.sandbox!.notify_url, method: "POST", headers, body })).toBe(200)
    await everythingSorted(store)
    const { rows } = await store.sql.query<{ body: string; unreadable: string; proof: string }>(
      `select body, unreadable, proof from ipn_message where headers->>'x-mark' = $1`,
      [mark]
    )
    expect(rows).toEqual([{ body: body.toString("base64"), unreadable: expect.any(String), proof: "proven" }])
    expect(rows[0]?.unreadable).not.toBe("")
    expect(await kept()).toEqual({ ...before, messages: before.messages + 1 })
  })

  describe("PayPal, which signs nothing and is asked about each message", () => {
    const messageLane = (id: string) => `msg:${id}`

    async function messageQuoting(sessionId: string): Promise<{ id: string; proof: string } | undefined> {
      const { rows } = await store.sql.query<{ id: string; proof: string }>(
        `select id, proof from ipn_message where account_id = 'paypal'
            and position($1 in convert_from(decode(body, 'base64'), 'latin1')) > 0`,
        [sessionId]
      )
      return rows[0]
    }

    async function pay(checkout: Paying): Promise<void> {
      if (checkout.next?.kind !== "form") throw new Error("PayPal is paid by a form")
      const { url, fields } = checkout.next
      await fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" })
      await paypal.pay(paypal.checkoutOf(checkout.sessionId).id)
    }

    it("a message that PayPal calls INVALID leaves nothing behind but a refusal, and pays nothing", async () => {
      const checkout = await startPaying(store, { account: "paypal" })
      const before = await kept()
      const forgery = await signedMessage(store, "paypal", "Completed", checkout)
      expect(await send(forgery)).toBe(200)
      const noted = await waitUntil("the refusal is noted", async () => {
        const { rows } = await store.sql.query<{ why: string; detail: string; ip: string }>(
          `select why, detail, ip from ipn_refusal where account_id = 'paypal'`
        )
        return rows[0]
      })
      expect(noted).toMatchObject({ why: "denied", detail: "PayPal did not send this message." })
      expect(noted.ip).not.toBe("")
      expect(paypal.calls.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(await messageQuoting(checkout.sessionId)).toBeUndefined()
      expect(await kept()).toEqual(before)
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
      await waitUntil("it is counted", async () => {
        const { rows } = await store.sql.query(
          `select 1 from ipn_day_count where account_id = 'paypal' and refused = 1`
        )
        return rows.length === 1
      })
    })

    it("a message that PayPal calls its own and nobody can read waits for a person at once, and can be replayed", async () => {
      const checkout = await startPaying(store, { account: "paypal" })
      const asked = paypal.calls.length
      await paypal.payOtherReceiver(store.accounts.paypal!.notify_url, {
        receiver_email: "shop@example.com",
        mc_gross: "a lot",
        mc_currency: "EUR",
        custom: checkout.sessionId,
      })
      const message = await waitUntil("the message is kept for a person", async () => {
        const { rows } = await store.sql.query<{ id: string; unreadable: string }>(
          `select id, unreadable from ipn_message
           where account_id = 'paypal' and unreadable is not null and proof = 'confirmed'`
        )
        return rows[0]
      })
      expect(message.unreadable).toContain("a lot")
      const lane = await waitForLane(store, messageLane(message.id), "is done", ({ isDue }) => !isDue)
      expect(lane).toMatchObject({ state: "settled", reason: "unreadable", attempts: 0, error: null })
      expect(paypal.calls).toHaveLength(asked + 1)
      expect(await messageQuoting(checkout.sessionId)).toMatchObject({ id: message.id })

      const { replay } = await store.admin<{ replay: { outcome: string; why: string } }>(
        "POST",
        `/admin/ipn/messages/${message.id}/replay`,
        {}
      )
      expect(replay).toMatchObject({
        outcome: "unreadable",
        why: expect.stringContaining("a lot") as unknown,
      })
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
    })

    it("while PayPal cannot be asked nothing is paid and nothing lost; then it is one order", async () => {
      const checkout = await startPaying(store, { account: "paypal" })
      paypal.setDown(true)
      await pay(checkout)
      expect(paypal.deliveries.at(-1)).toMatchObject({ status: 200, accepted: true })
      const message = await waitUntil("the message is kept", () => messageQuoting(checkout.sessionId))
      const tried = await waitForLane(
        store,
        messageLane(message.id),
        "was tried",
        ({ error }) => error !== null
      )
      expect(tried).toMatchObject({ state: "waiting", isDue: true, attempts: 1 })
      expect(tried.error).toMatch(/503/)
      expect(await messageQuoting(checkout.sessionId)).toMatchObject({ proof: "unproven" })
      expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })

      await makeDue(store, messageLane(message.id))
      const again = await waitForLane(
        store,
        messageLane(message.id),
        "was tried again",
        ({ attempts, error }) => {
          return attempts === 2 && error !== null
        }
      )
      expect(again.state).toBe("waiting")

      paypal.setDown(false)
      await makeDue(store, messageLane(message.id))
      await store.waitForPaidOrder(checkout.cartId)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect(await messageQuoting(checkout.sessionId)).toMatchObject({ proof: "confirmed" })
      expect(await laneOf(store, messageLane(message.id))).toMatchObject({ state: "settled", error: null })
    })
  })

  it("while the database cannot store, every message is told to come again, and coming again loses nothing", async () => {
    const signed = await startPaying(store)
    const asked = await startPaying(store, { account: "paypal" })
    const form = await signedMessage(store, "paypal", "Completed", asked)
    await store.sql.query(`alter table ipn_intake rename to ipn_intake_away`)
    try {
      await sandbox.pay(sandbox.paymentOf(signed.sessionId).id)
      expect(sandbox.deliveries.at(-1)).toMatchObject({ status: 503, accepted: false })
      expect(await send(form)).toBe(503)
    } finally {
      await store.sql.query(`alter table ipn_intake_away rename to ipn_intake`)
    }
    expect(await truthOf(store, signed)).toMatchObject({ orders: 0, lane: "none" })
    const redelivered = await sandbox.redeliver()
    expect(redelivered.map(({ status }) => status)).toEqual([200])
    await store.waitForPaidOrder(signed.cartId)
    expect(await settledTruth(store, signed)).toEqual(paidOnce(signed))
    expect(await send(form)).toBe(200)
  })
})

/** As the sandbox's documentation says, and not with the code under test. */
function sign(body: Uint8Array, secret: string, at: Date): string {
  const time = Math.floor(at.getTime() / 1000)
  return `t=${time},v1=${createHmac("sha256", secret).update(`${time}.`).update(body).digest("hex")}`
}
