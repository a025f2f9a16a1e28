import type { BuyerStatus } from "../../src/domain/buyer-status"
import { issueToken, tokenKeyOf } from "../../src/domain/buyer-token"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { callStore, tokenOf, waitForState, type StoreAnswer } from "../support/buyer-status"
import { paidOnce, settledTruth } from "../support/invariants"
import { send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { lentAccounts, lentEnvironment, lentSecrets } from "../support/store/lendable-store"
import { startStore } from "../support/store/start-store"
import type { Store } from "../support/store/store"
import { waitUntil } from "../support/store/wait-until"

const [tokenSecret, previousSecret] = lentSecrets

/** No message of the sandbox goes out by itself: each spec says which one arrives, and when. */
describe("tells the buyer", () => {
  let gateway: SandboxSimulator
  let store: LentStore

  beforeAll(async () => {
    gateway = await startSandboxSimulator({ sendsAtOnce: false })
    store = await borrowStore({ simulators: { sandbox: gateway.url, transfer: gateway.url } })
  })
  afterAll(async () => {
    await store?.stop()
    await gateway?.stop()
  })

  const look = (token: string, more = "") => callStore(store, "GET", `/store/ipn/status${more}`, { token })
  const idOf = ({ sessionId }: Pick<Paying, "sessionId">) => gateway.paymentOf(sessionId).id

  async function tell(checkout: Pick<Paying, "sessionId" | "amount" | "currency">, ...types: string[]) {
    for (const type of types) {
      expect(await send(await signedMessage(store, "sandbox", type, checkout))).toBe(200)
    }
  }

  /** What the gateway's page does when the buyer is done. */
  async function comeBack(checkout: Paying, init: RequestInit & { query?: string } = {}) {
    const { query = "", ...request } = init
    const url = `${gateway.payment(idOf(checkout)).returnUrl}${query}`
    const response = await fetch(url, { redirect: "manual", ...request })
    const location = response.headers.get("location")
    const target = location === null ? undefined : new URL(location)
    return {
      status: response.status,
      headers: response.headers,
      target,
      token: target?.searchParams.get("ipn_token") ?? "",
      text: await response.text(),
    }
  }

  async function retry(token: string, body: object = {}) {
    return callStore<{ token: string; next: { kind: string; url: string }; status: BuyerStatus }>(
      store,
      "POST",
      "/store/ipn/retry",
      { token, body }
    )
  }

  /** The session that a retry made, as the gateway knows it. */
  async function sessionAt(url: string): Promise<Paying["sessionId"]> {
    return gateway.payment(url.split("/").at(-1)!).reference
  }

  describe("what became of the payment, by the gateway's messages alone", () => {
    it("awaiting_buyer: where to go and pay", async () => {
      const checkout = await startPaying(store)
      const { status, headers, body } = await look(tokenOf(checkout))
      expect(status).toBe(200)
      expect(body).toEqual({
        state: "awaiting_buyer",
        terminal: false,
        version: expect.any(String) as unknown,
        amount: checkout.amount,
        currency_code: "eur",
        method: "Sandbox",
        test: true,
        will_email: false,
        order: null,
        reason: null,
        instructions: null,
        hold: null,
        next: { action: "pay", to: checkout.next, retry_after_ms: 5_000 },
      })
      expect(headers.get("cache-control")).toBe("no-store")
      expect(headers.get("referrer-policy")).toBe("no-referrer")
    })

    it.each([
      ["payment.pending", "processing", { terminal: false, reason: { code: "confirming" }, order: null }],
      ["payment.captured", "paid", { terminal: true, reason: null }],
      ["payment.authorized", "authorized", { terminal: true, reason: null }],
      [
        "payment.attempt_failed",
        "failed",
        { terminal: false, reason: { code: "declined", retryable: true } },
      ],
      ["payment.failed", "failed", { terminal: true, reason: { code: "failed", retryable: true } }],
      ["payment.canceled", "canceled", { terminal: true, reason: { retryable: true } }],
      ["payment.expired", "expired", { terminal: true, reason: { retryable: true } }],
      ["payment.captured-partly", "authorized", { terminal: true, reason: null }],
      ["payment.captured-held", "review", { terminal: false, reason: { retryable: false } }],
    ] as const)("%s: %s", async (type, state, expected) => {
      const checkout = await startPaying(store)
      await tell(checkout, type)
      const told = await waitForState(store, tokenOf(checkout), state)
      expect(told).toMatchObject(expected)
      const [order] = await store.ordersOf(checkout.cartId)
      expect(told.order).toEqual(order ? { id: order.id, display_id: order.display_id } : null)
      expect(order !== undefined).toBe(state === "paid" || state === "authorized")
    })

    it("a bank transfer: its lines, what to write on it, until when, and a QR code; then paid by the money", async () => {
      const checkout = await startPaying(store, { account: "transfer" })
      const instructions = {
        lines: expect.arrayContaining([`Amount ${checkout.amount} EUR`]) as unknown,
        reference: expect.stringContaining("SANDBOX") as unknown,
        due_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
        qr: expect.stringContaining(checkout.amount) as unknown,
        qr_svg: expect.stringMatching(/^<svg [^>]*role="img"/) as unknown,
      }
      const { body } = await look(tokenOf(checkout))
      expect(body).toMatchObject({ state: "pending", terminal: false, instructions })
      expect(await send(await signedMessage(store, "transfer", "payment.pending", checkout))).toBe(200)
      const told = await waitForState(store, tokenOf(checkout), "pending")
      expect(told.instructions).toEqual(body.instructions)
      expect(await send(await signedMessage(store, "transfer", "payment.captured", checkout))).toBe(200)
      expect(await waitForState(store, tokenOf(checkout), "paid")).toMatchObject({ instructions: null })
    })

    it("another amount than was asked for: review, and no order", async () => {
      const checkout = await startPaying(store)
      const short = await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "1.00" })
      expect(await send(short)).toBe(200)
      expect(await waitForState(store, tokenOf(checkout), "review")).toMatchObject({
        terminal: false,
        order: null,
        reason: {
          message: "We received your payment and are checking it. You do not need to pay again.",
          retryable: false,
        },
      })
    })

    it("names nobody and repeats nothing that the gateway wrote", async () => {
      const checkout = await startPaying(store)
      await tell(checkout, "payment.failed")
      const told = JSON.stringify(await waitForState(store, tokenOf(checkout), "failed"))
      for (const secret of [checkout.email, "Buyer", "Hauptstrasse", checkout.cartId, "declined"]) {
        expect(told).not.toContain(secret)
      }
      expect(Buffer.from(tokenOf(checkout), "base64url").toString("latin1")).not.toContain(checkout.cartId)
    })
  })

  describe("as soon as it is known", () => {
    /** Waits as a browser does, and is told that the payment is paid before the wait runs out. */
    async function isTold(waiter: Store, checkout: Paying): Promise<void> {
      const token = tokenOf(checkout)
      let { body, tookMs } = await callStore(waiter, "GET", "/store/ipn/status", { token })
      const wait = () =>
        callStore(waiter, "GET", `/store/ipn/status?wait=25&since=${body.version}`, { token })
      const first = wait()
      await tell(checkout, "payment.captured")
      ;({ body, tookMs } = await first)
      while (body.state !== "paid") {
        expect(body.state).toBe("processing")
        ;({ body, tookMs } = await wait())
      }
      // Else the wait has run out, and what it found then was told by nobody.
      expect(tookMs).toBeLessThan(25_000)
    }

    it("in the process that settles, without looking for it", async () => {
      const checkout = await startPaying(store)
      // Who looks for changes finds this one too old.
      await store.sql.query(`
        create function test_hides_change() returns trigger language plpgsql as
          $$ begin new.updated_at = now() - interval '1 hour'; return new; end $$;
        create trigger test_hides_change before insert or update on ipn_lane
          for each row when (new.key = 'ref:${checkout.sessionId}') execute function test_hides_change()`)
      try {
        await isTold(store, checkout)
      } finally {
        await store.sql.query("drop trigger test_hides_change on ipn_lane; drop function test_hides_change")
      }
    })

    it("in another process, by the next look", async () => {
      const other = await startStore({
        database: { url: store.databaseUrl },
        accounts: lentAccounts(),
        simulators: { sandbox: gateway.url },
        env: { ...lentEnvironment, MEDUSA_WORKER_MODE: "server" },
      })
      try {
        await isTold(other, await startPaying(store))
      } finally {
        await other.stop()
      }
    })

    it("as server-sent events, that end with the payment", async () => {
      const checkout = await startPaying(store)
      const response = await fetch(`${store.baseUrl}/store/ipn/status/stream`, {
        headers: { "x-publishable-api-key": store.seeded.publishableKey, "x-ipn-token": tokenOf(checkout) },
      })
      expect(response.headers.get("content-type")).toContain("text/event-stream")
      expect(response.headers.get("cache-control")).toContain("no-store")
      await tell(checkout, "payment.captured")
      const states = [...(await response.text()).matchAll(/^data: (.+)$/gm)].map(
        ([, data]) => (JSON.parse(data!) as BuyerStatus).state
      )
      expect(states[0]).toBe("awaiting_buyer")
      expect(states.at(-1)).toBe("paid")
      expect(new Set(states).size).toBe(states.length)
    })

    it("and a wait in vain ends when it should, with the same version", async () => {
      const checkout = await startPaying(store)
      const { body } = await look(tokenOf(checkout))
      const wait = (seconds: number) => look(tokenOf(checkout), `?wait=${seconds}&since=${body.version}`)
      const ended: number[] = []
      const waited = await Promise.all(
        [2, 1].map(async (seconds) => {
          const answer = await wait(seconds)
          ended.push(seconds)
          return answer
        })
      )
      expect(ended).toEqual([1, 2])
      for (const [index, atLeastMs] of [1_950, 950].entries()) {
        expect(waited[index]!.body).toEqual(body)
        expect(waited[index]!.tookMs).toBeGreaterThan(atLeastMs)
      }
      expect((await look(tokenOf(checkout), "?wait=26")).status).toBe(400)
    })
  })

  describe("who comes back from the gateway", () => {
    it("after the message: paid", async () => {
      const checkout = await startPaying(store)
      await gateway.pay(idOf(checkout))
      await gateway.deliver()
      await store.waitForPaidOrder(checkout.cartId)
      const back = await comeBack(checkout)
      expect(back.status).toBe(303)
      expect(`${back.target?.origin}${back.target?.pathname}`).toBe(
        "https://shop.example.com/checkout/return"
      )
      expect(back.headers.get("referrer-policy")).toBe("no-referrer")
      expect(back.headers.get("cache-control")).toBe("no-store")
      await waitForState(store, back.token, "paid")
    })

    it("before the message: the gateway is asked at once, and the buyer need not wait for it", async () => {
      const checkout = await startPaying(store)
      await gateway.pay(idOf(checkout))
      const back = await comeBack(checkout)
      expect(await waitForState(store, back.token, "paid")).toMatchObject({ terminal: true })
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("before the message, of a gateway that is down: processing, then paid by the message", async () => {
      const checkout = await startPaying(store)
      await gateway.pay(idOf(checkout))
      gateway.setDown(true)
      let back
      try {
        back = await comeBack(checkout)
        expect((await look(back.token)).body).toMatchObject({
          state: "processing",
          reason: {
            message: "We are confirming your payment with Sandbox. You can close this page.",
          },
        })
      } finally {
        gateway.setDown(false)
      }
      await gateway.deliver()
      await waitForState(store, back.token, "paid")
    })

    it("with a forged return that says paid: nothing is believed, by GET or by a posted form", async () => {
      const checkout = await startPaying(store)
      const lies = "status=paid&captured=true&amount=19.95&ipn_token=x&return_url=https://evil.example"
      for (const attempt of [
        await comeBack(checkout, { query: `?${lies}` }),
        await comeBack(checkout, { method: "POST", body: new URLSearchParams(lies) }),
        await comeBack(checkout, {
          method: "POST",
          headers: { "content-type": "text/xml; charset=windows-1252" },
          body: "<paid/>",
        }),
        await comeBack(checkout, { method: "POST", body: "x".repeat(300_000) }),
      ]) {
        expect(attempt.status).toBe(303)
        expect(attempt.target?.origin).toBe("https://shop.example.com")
        expect([...(attempt.target?.searchParams.keys() ?? [])]).toEqual(["ipn_token"])
        expect((await look(attempt.token)).body.state).toBe("processing")
      }
      expect(await store.ordersOf(checkout.cartId)).toEqual([])
    })

    it("after giving up: where to pay, or another way", async () => {
      const checkout = await startPaying(store)
      const back = await fetch(gateway.payment(idOf(checkout)).cancelUrl, { redirect: "manual" })
      const target = new URL(back.headers.get("location")!)
      expect(target.searchParams.get("ipn_canceled")).toBe("1")
      const token = target.searchParams.get("ipn_token")!
      // The gateway is asked first whether the buyer paid after all.
      const status = await waitForState(store, token, "awaiting_buyer")
      expect(status).toMatchObject({ next: { action: "pay" } })
    })

    it("to the page of the storefront that started the payment, if that is allowed", async () => {
      const cartId = await store.buyer.fillCart()
      const { payment_collection: collection } = await store.buyer.call<{
        payment_collection: { id: string }
      }>("POST", "/store/payment-collections", { cart_id: cartId })
      const start = (return_url: string) =>
        store.buyer.call<{ payment_collection: { payment_sessions: { id: string }[] } }>(
          "POST",
          `/store/payment-collections/${collection.id}/payment-sessions`,
          { provider_id: "pp_ipn_sandbox", data: { return_url } }
        )
      for (const elsewhere of [
        "https://evil.example/",
        "https://shop.example.com.evil.example/",
        "https://shop.example.com@evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "https:\\\\evil.example",
      ]) {
        await expect(start(elsewhere)).rejects.toThrow(/return_url must be a page of/)
      }
      const started = await start("https://eu.example.com/de/thanks?x=1")
      const [session] = started.payment_collection.payment_sessions
      const url = gateway.payment(gateway.paymentOf(session!.id).id).returnUrl
      const back = await fetch(url, { redirect: "manual" })
      expect(back.headers.get("location")).toMatch(
        /^https:\/\/eu\.example\.com\/de\/thanks\?x=1&ipn_token=[\w-]+$/
      )
    })
  })

  describe("another try", () => {
    it("after a failure: a new session on the same cart, paid once", async () => {
      const checkout = await startPaying(store)
      await tell(checkout, "payment.failed")
      await waitForState(store, tokenOf(checkout), "failed")
      const started = await retry(tokenOf(checkout))
      expect(started.status).toBe(200)
      expect(started.body.status).toMatchObject({ state: "awaiting_buyer", next: { action: "pay" } })
      const sessionId = await sessionAt(started.body.next.url)
      expect(sessionId).not.toBe(checkout.sessionId)
      await tell({ ...checkout, sessionId }, "payment.captured")
      await waitForState(store, started.body.token, "paid")
      // The old tab learns of it too.
      await waitForState(store, tokenOf(checkout), "paid")
      expect(await settledTruth(store, { ...checkout, sessionId })).toEqual(paidOnce(checkout))
    })

    it("paid in the old tab after all: both tabs are told, and nothing is placed twice", async () => {
      const checkout = await startPaying(store)
      const started = await retry(tokenOf(checkout))
      expect(started.status).toBe(200)
      await tell(checkout, "payment.captured")
      const told = await waitForState(store, started.body.token, "paid")
      expect(told).toEqual(await waitForState(store, tokenOf(checkout), "paid"))
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect((await retry(started.body.token)).status).toBe(409)
    })

    it("paid in both tabs: the buyer is told that it was twice", async () => {
      const checkout = await startPaying(store)
      const started = await retry(tokenOf(checkout))
      const sessionId = await sessionAt(started.body.next.url)
      await tell({ ...checkout, sessionId }, "payment.captured")
      await waitForState(store, started.body.token, "paid")
      await tell(checkout, "payment.captured")
      const twice = await waitUntil("the buyer is told of both", async () => {
        const { body } = await look(started.body.token)
        return body.reason?.code === "paid_twice" && body
      })
      expect(twice).toMatchObject({ state: "paid", terminal: true })
      expect(await store.ordersOf(checkout.cartId)).toHaveLength(1)
    })

    it("is refused while the payment is on its way, and once it is there, though no message came", async () => {
      const checkout = await startPaying(store)
      await tell(checkout, "payment.pending")
      await waitForState(store, tokenOf(checkout), "processing")
      const refused = await retry(tokenOf(checkout))
      expect(refused.status).toBe(409)
      expect(refused.body).toMatchObject({ type: "conflict", status: { state: "processing" } })

      const paid = await startPaying(store)
      await gateway.pay(idOf(paid))
      expect((await retry(tokenOf(paid))).status).toBe(409)
      await waitForState(store, tokenOf(paid), "paid")
      expect((await retry(tokenOf(paid))).status).toBe(409)
      expect(await settledTruth(store, paid)).toEqual(paidOnce(paid))
    })

    it("two at once start payments of which one can be paid, and refuse what they do not know", async () => {
      const checkout = await startPaying(store)
      const both = await Promise.all([retry(tokenOf(checkout)), retry(tokenOf(checkout))])
      expect(both.map(({ status }) => status)).toEqual([200, 200])
      const { rows } = await store.sql.query(
        `select 1 from payment_session where payment_collection_id = $1 and deleted_at is null`,
        [checkout.collectionId]
      )
      expect(rows).toHaveLength(1)
      expect((await retry(tokenOf(checkout), { account: "nobody" })).status).toBe(400)
      expect((await retry(tokenOf(checkout), { return_url: "https://evil.example/" })).status).toBe(400)
      expect((await retry(tokenOf(checkout), { amount: "0.01" })).status).toBe(400)
    })

    describe("for an order that was placed unpaid", () => {
      const setWhen = (value: string | undefined) =>
        value === undefined
          ? store.sql.query(`delete from ipn_setting where key = 'orders.when'`)
          : store.sql.query(
              `insert into ipn_setting (id, key, value, actor_id) values ('ipnset_spec', 'orders.when', $1, 'user_spec')`,
              [JSON.stringify({ value })]
            )
      beforeAll(() => setWhen("pending"))
      afterAll(() => setWhen(undefined))

      it("is a new payment of what it still owes: the same order, paid once", async () => {
        await waitUntil("the setting holds in the store", async () => {
          const probe = await startPaying(store)
          await tell(probe, "payment.pending")
          await settledTruth(store, probe)
          return (await store.ordersOf(probe.cartId)).length === 1
        })
        const checkout = await startPaying(store)
        await tell(checkout, "payment.pending")
        const order = await store.waitForOrder(checkout.cartId)
        const waiting = await waitForState(store, tokenOf(checkout), "processing")
        expect(waiting.order).toEqual({ id: order.id, display_id: order.display_id })
        await tell(checkout, "payment.failed")
        await waitForState(store, tokenOf(checkout), "failed")

        const started = await retry(tokenOf(checkout))
        expect(started.status).toBe(200)
        expect(started.body.status).toMatchObject({ state: "awaiting_buyer", order: { id: order.id } })
        const sessionId = await sessionAt(started.body.next.url)
        await tell({ ...checkout, sessionId }, "payment.captured")
        const paid = await waitForState(store, started.body.token, "paid")
        expect(paid.order?.id).toBe(order.id)
        await store.waitForPaidOrder(checkout.cartId)
        expect(await settledTruth(store, { ...checkout, sessionId })).toEqual(paidOnce(checkout))
      })
    })
  })

  it("asks the gateway now, at most once in ten seconds", async () => {
    const checkout = await startPaying(store)
    await gateway.pay(idOf(checkout))
    const refreshed = await callStore(store, "POST", "/store/ipn/refresh", { token: tokenOf(checkout) })
    expect(refreshed.status).toBe(200)
    await waitForState(store, tokenOf(checkout), "paid")
    const again = await callStore(store, "POST", "/store/ipn/refresh", { token: tokenOf(checkout) })
    expect(again.status).toBe(429)
    expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(0)

    const other = await startPaying(store)
    gateway.setDown(true)
    try {
      const down = await callStore(store, "POST", "/store/ipn/refresh", { token: tokenOf(other) })
      expect(down.status).toBe(503)
      expect(Number(down.headers.get("retry-after"))).toBeGreaterThan(0)
    } finally {
      gateway.setDown(false)
    }
  })

  describe("only who may know", () => {
    const key = tokenKeyOf(tokenSecret)
    const now = () => new Date()
    const longAgo = new Date(Date.now() - 400 * 86_400_000)
    let checkout: Paying
    let foreignKey: string

    beforeAll(async () => {
      checkout = await startPaying(store)
      const { sales_channel } = await store.admin<{ sales_channel: { id: string } }>(
        "POST",
        "/admin/sales-channels",
        { name: "Another shop" }
      )
      const { api_key } = await store.admin<{ api_key: { id: string; token: string } }>(
        "POST",
        "/admin/api-keys",
        { title: "Another shop", type: "publishable" }
      )
      await store.admin("POST", `/admin/api-keys/${api_key.id}/sales-channels`, { add: [sales_channel.id] })
      foreignKey = api_key.token
    })

    it("wrong, foreign and expired tokens get the same 404, in the same time", async () => {
      const own = tokenOf(checkout)
      const { sessionId } = checkout
      const cases: Record<string, () => Promise<StoreAnswer<unknown>>> = {
        none: () => callStore(store, "GET", "/store/ipn/status"),
        junk: () => callStore(store, "GET", "/store/ipn/status", { token: "junk" }),
        changed: () =>
          callStore(store, "GET", "/store/ipn/status", {
            token: `${own.slice(0, -2)}${own.endsWith("AA") ? "BB" : "AA"}`,
          }),
        "of another secret": () =>
          callStore(store, "GET", "/store/ipn/status", {
            token: issueToken(
              tokenKeyOf("another-secret-that-is-test-only-0123"),
              "status",
              sessionId,
              now()
            ),
          }),
        expired: () =>
          callStore(store, "GET", "/store/ipn/status", {
            token: issueToken(key, "status", sessionId, longAgo),
          }),
        "of another purpose": () =>
          callStore(store, "GET", "/store/ipn/status", {
            token: issueToken(key, "return", sessionId, now()),
          }),
        "of an unknown payment": () =>
          callStore(store, "GET", "/store/ipn/status", {
            token: issueToken(key, "status", "payses_unknown", now()),
          }),
        "of another sales channel": () =>
          callStore(store, "GET", "/store/ipn/status", { token: own, key: foreignKey }),
        "retry, of another sales channel": () =>
          callStore(store, "POST", "/store/ipn/retry", { token: own, key: foreignKey, body: {} }),
        "a cart of another sales channel": () =>
          callStore(store, "POST", `/store/ipn/carts/${checkout.cartId}/token`, { key: foreignKey }),
        "a cart that is none": () => callStore(store, "POST", "/store/ipn/carts/cart_none/token"),
      }
      const bodies = new Set<string>()
      const fastest: Record<string, number> = {}
      const stepMs = 150
      // Each case at the end of the same step after it came, whatever was looked up to refuse it. A busy machine makes one
      // late, and never the same one each time.
      const isSameStep = () => {
        const steps = Object.values(fastest).map((tookMs) => Math.floor((tookMs + 5) / stepMs))
        return new Set(steps).size === 1
      }
      for (let round = 0; round < 3 || (round < 5 && !isSameStep()); round++) {
        for (const [what, ask] of Object.entries(cases)) {
          const { status, body, tookMs, headers } = await ask()
          expect([what, status]).toEqual([what, 404])
          expect(headers.get("cache-control")).toBe("no-store")
          bodies.add(JSON.stringify(body))
          fastest[what] = Math.min(tookMs, fastest[what] ?? Infinity)
        }
      }
      expect([fastest, isSameStep()]).toEqual([fastest, true])
      for (const [what, tookMs] of Object.entries(fastest)) {
        expect([what, tookMs > stepMs - 5]).toEqual([what, true])
      }
      expect(bodies.size).toBe(1)
      expect((await look(own)).status).toBe(200)
    })

    it("a token of the previous secret is still good, and one of the return address is none for asking", async () => {
      const { sessionId } = checkout
      const token = issueToken(tokenKeyOf(previousSecret), "status", sessionId, now())
      expect((await look(token)).status).toBe(200)
      const returnToken = gateway.payment(idOf(checkout)).returnUrl.split("/").at(-1)!
      expect((await look(returnToken)).status).toBe(404)
      for (const path of [
        `/ipn/return/stripe/${returnToken}`,
        `/ipn/return/sandbox/${tokenOf(checkout)}`,
        "/ipn/return/sandbox/junk",
      ]) {
        const back = await fetch(`${store.baseUrl}${path}`, { redirect: "manual" })
        expect(back.status).toBe(404)
        expect(back.headers.get("location")).toBeNull()
        expect(await back.text()).toContain('href="https://shop.example.com"')
      }
    })

    it("a cart gives a token to its buyer; that of a registered customer to that customer only", async () => {
      const given = await callStore<{ token: string }>(
        store,
        "POST",
        `/store/ipn/carts/${checkout.cartId}/token`
      )
      expect((await look(given.body.token)).body.state).toBe("awaiting_buyer")
      const unpaid = await store.buyer.fillCart()
      expect((await callStore(store, "POST", `/store/ipn/carts/${unpaid}/token`)).status).toBe(409)

      const email = "registered@example.com"
      const password = "test-only-password"
      const post = async <T>(path: string, body: object, jwt?: string) =>
        (
          await callStore<T>(store, "POST", path, {
            body,
            ...(jwt ? { headers: { authorization: `Bearer ${jwt}` } } : {}),
          })
        ).body
      const registered = await post<{ token: string }>("/auth/customer/emailpass/register", {
        email,
        password,
      })
      await post("/store/customers", { email }, registered.token)
      const { token: jwt } = await post<{ token: string }>("/auth/customer/emailpass", { email, password })
      const mine = await startPaying(store)
      await post(`/store/carts/${mine.cartId}/customer`, {}, jwt)
      const path = `/store/ipn/carts/${mine.cartId}/token`
      expect((await callStore(store, "POST", path)).status).toBe(404)
      const own = await callStore(store, "POST", path, { headers: { authorization: `Bearer ${jwt}` } })
      expect(own.status).toBe(200)
    })

    it("an email's token is exchanged for one to ask with", async () => {
      const token = issueToken(key, "resume", checkout.sessionId, now())
      expect((await look(token)).status).toBe(404)
      const resumed = await callStore<{ token: string; status: BuyerStatus }>(
        store,
        "GET",
        "/store/ipn/resume",
        {
          token,
        }
      )
      expect(resumed.body.status).toMatchObject({ state: "awaiting_buyer", next: { to: checkout.next } })
      expect((await look(resumed.body.token)).status).toBe(200)
    })

    it("over the caps: 429 with Retry-After, for waiting tabs, calls, tokens, retries and guesses", async () => {
      const { body } = await look(tokenOf(checkout))
      const gone = new AbortController()
      const tabs = Array.from({ length: 9 }, () =>
        callStore(store, "GET", `/store/ipn/status?wait=25&since=${body.version}`, {
          token: tokenOf(checkout),
          signal: gone.signal,
        })
      )
      const refused = await Promise.race(tabs)
      expect(refused.status).toBe(429)
      expect(refused.headers.get("retry-after")).toBe("5")
      gone.abort()
      await Promise.allSettled(tabs)

      const isTold = ({ headers }: Readonly<{ headers: Headers }>) => Number(headers.get("retry-after")) >= 1
      const many = await Promise.all(Array.from({ length: 60 }, () => look(tokenOf(checkout))))
      const over = many.filter(({ status }) => status === 429)
      expect([over.length > 0, over.every(isTold)]).toEqual([true, true])

      const given = await Promise.all(
        Array.from({ length: 14 }, () =>
          callStore(store, "POST", `/store/ipn/carts/${checkout.cartId}/token`)
        )
      )
      const notGiven = given.filter(({ status }) => status === 429)
      expect([notGiven.length > 0, notGiven.every(isTold)]).toEqual([true, true])

      const restless = await startPaying(store)
      for (let tries = 0; tries < 5; tries++) {
        expect((await retry(tokenOf(restless), { account: "nobody" })).status).toBe(400)
      }
      const sixth = await retry(tokenOf(restless))
      expect([sixth.status, isTold(sixth)]).toEqual([429, true])

      const guesses = await Promise.all(
        Array.from({ length: 120 }, () => callStore(store, "GET", "/store/ipn/status", { token: "guess" }))
      )
      expect(guesses.filter(({ status }) => ![404, 429].includes(status))).toEqual([])
      const returns = await Promise.all(
        Array.from({ length: 60 }, () =>
          fetch(`${store.baseUrl}/ipn/return/sandbox/guess`, { redirect: "manual" })
        )
      )
      // One guess a second is allowed again, so that some of sixty are refused however slow the machine is.
      for (const answers of [guesses, returns]) {
        const tooMany = answers.filter(({ status }) => status === 429)
        expect([tooMany.length > 0, tooMany.every(isTold)]).toEqual([true, true])
      }
    })
  })
})
