import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { settledTruth } from "../support/invariants"
import { waitForReview } from "../support/lanes"
import { deliver, send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { signIn } from "../support/sign-in"
import { startStore, type OwnStore } from "../support/store/start-store"
import { waitUntil } from "../support/store/wait-until"

type Row = Readonly<Record<string, unknown>> & { readonly id: string }
type Answer = Readonly<{ status: number; body: Record<string, unknown>; text: string; headers: Headers }>

/** What an admin panel stands on: every list, every single thing and every action, on payments made by the sandbox. */
describe("the admin API", () => {
  let sandbox: SandboxSimulator
  let store: OwnStore
  let token: string
  /** Paid in full; paid too little, in review; refunded in part and disputed. */
  let paid: Paying
  let short: Paying
  let disputed: Paying

  beforeAll(async () => {
    sandbox = await startSandboxSimulator({ sendsAtOnce: false })
    store = await startStore({
      simulators: { sandbox: sandbox.url },
      env: { IPN_OPTIONS: JSON.stringify({ settings: { retention: { payload_days: 30 } } }) },
    })
    token = await signIn(store)
    ;[paid, short, disputed] = [await startPaying(store), await startPaying(store), await startPaying(store)]
    await sandbox.pay(idOf(paid))
    await sandbox.pay(idOf(short), "3.00")
    await sandbox.pay(idOf(disputed))
    await sandbox.deliver()
    await settledTruth(store, paid)
    await settledTruth(store, disputed)
    await waitForReview(store, short.sessionId)
    await sandbox.refund(idOf(disputed), "5.00")
    await sandbox.dispute(idOf(disputed))
    await sandbox.fee(idOf(paid), "0.35")
    await sandbox.deliver({ times: 2 })
    await settledTruth(store, disputed)
    await settledTruth(store, paid)
    // Forged: refused and not stored.
    const forged = await signedMessage(store, "sandbox", "payment.captured", paid)
    expect(await send({ ...forged, body: Buffer.concat([Buffer.from(forged.body), Buffer.from(" ")]) })).toBe(
      401
    )
    // Proven, and without sense.
    await deliver(
      await signedMessage(store, "sandbox", "payment.captured", paid, { edit: () => `{"id":"evt_x"}` })
    )
    // PayPal's classic messages prove nothing; nobody answers for it here.
    await deliver(await signedMessage(store, "paypal", "Completed", paid))
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  const idOf = ({ sessionId }: Paying) => sandbox.paymentOf(sessionId).id

  async function call(method: "GET" | "POST", path: string, body?: unknown, as = token): Promise<Answer> {
    const response = await fetch(`${store.baseUrl}/admin/ipn/${path}`, {
      method,
      headers: { authorization: `Bearer ${as}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get("content-type")?.includes("json")
    return {
      status: response.status,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      text,
      headers: response.headers,
    }
  }

  async function get<T = Record<string, unknown>>(path: string): Promise<T> {
    const { status, body, text } = await call("GET", path)
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${text.slice(0, 500)}`)
    return body as T
  }

  async function post<T = Record<string, unknown>>(path: string, body?: unknown): Promise<T> {
    const answer = await call("POST", path, body)
    if (answer.status !== 200)
      throw new Error(`POST ${path} answered ${answer.status}: ${answer.text.slice(0, 500)}`)
    return answer.body as T
  }

  const messages = async (query: string) =>
    (await get<{ messages: Row[] }>(`messages?limit=200&${query}`)).messages
  const orderOf = async ({ cartId }: Paying) => (await store.ordersOf(cartId))[0]!
  const laneOf = async ({ sessionId }: Paying) =>
    (await get<{ lanes: Row[] }>(`lanes?reference=${sessionId}`)).lanes[0]!

  describe("messages", () => {
    it("are listed newest first with what they told and where it belongs", async () => {
      const answer = await get<{
        messages: Row[]
        count: number
        limit: number
        offset: number
        searched_to: null
      }>("messages?limit=3")
      expect(answer).toMatchObject({ limit: 3, offset: 0, searched_to: null })
      expect(answer.count).toBeGreaterThanOrEqual(9)
      expect(answer.messages).toHaveLength(3)
      const order = await orderOf(paid)
      const [captured] = await messages(`event_type=payment.captured&reference=${paid.sessionId}`)
      expect(captured).toMatchObject({
        account_id: "sandbox",
        gateway_title: "Sandbox",
        mode: "test",
        state: "applied",
        proof: "proven",
        event_types: ["payment.captured"],
        amount: paid.amount,
        currency_code: "eur",
        payment_session_id: paid.sessionId,
        gateway_reference: idOf(paid),
        cart_id: paid.cartId,
        order_id: order.id,
        order_display_id: order.display_id,
        email: paid.email,
        max_attempts: 20,
      })
      expect(Object.keys(captured!)).not.toContain("body")
      const ids = (await messages("")).map(({ id }) => id)
      expect(ids).toEqual([...ids].sort().reverse())
      expect((await messages("order=received_at")).map(({ id }) => id)).toEqual([...ids].sort())
    })

    it("are paged without a gap and without one twice", async () => {
      const all = (await messages("")).map(({ id }) => id)
      const paged: string[] = []
      for (let offset = 0; offset < all.length; offset += 4) {
        const page = await get<{ messages: Row[] }>(`messages?limit=4&offset=${offset}`)
        paged.push(...page.messages.map(({ id }) => id))
      }
      expect(paged).toEqual(all)
    })

    it("show the fields that are asked for, and no others", async () => {
      const [row] = await messages("fields=id,state")
      expect(Object.keys(row!).sort()).toEqual(["id", "state"])
    })

    it.each<[string, () => Promise<string>, (row: Row) => boolean]>([
      ["a tab", async () => "tab=needs_you", ({ state }) => state === "review"],
      [
        "a state",
        async () => "state=already_applied,ignored",
        ({ state }) => ["already_applied", "ignored"].includes(String(state)),
      ],
      ["an account", async () => "account_id=paypal", ({ account_id }) => account_id === "paypal"],
      ["a gateway", async () => "gateway_id=sandbox", ({ gateway_id }) => gateway_id === "sandbox"],
      [
        "several event types",
        async () => "event_type[]=fee&event_type[]=dispute.opened",
        ({ event_types }) => /fee|dispute/.test(String(event_types)),
      ],
      [
        "an order",
        async () => `order_id=${(await orderOf(disputed)).id}`,
        ({ payment_session_id }) => payment_session_id === disputed.sessionId,
      ],
      ["a reference", async () => `reference=${short.sessionId}`, ({ cart_id }) => cart_id === short.cartId],
      [
        "the gateway's reference",
        async () => `reference=${idOf(short)}`,
        ({ cart_id }) => cart_id === short.cartId,
      ],
      ["an amount", async () => "amount=3", ({ amount }) => amount === "3.00"],
      [
        "an amount and a currency",
        async () => "amount=5.0&currency_code=EUR",
        ({ amount }) => amount === "5.00",
      ],
      ["a proof", async () => "proof=unproven", ({ proof }) => proof === "unproven"],
      ["the mode", async () => "mode=test", ({ mode }) => mode === "test"],
      [
        "an order's number",
        async () => `q=%23${(await orderOf(disputed)).display_id}`,
        ({ payment_session_id }) => payment_session_id === disputed.sessionId,
      ],
      [
        "an id of a message",
        async () => `q=${(await messages("amount=3"))[0]!.id}`,
        ({ amount }) => amount === "3.00",
      ],
      ["a cart", async () => `q=${disputed.cartId}`, ({ cart_id }) => cart_id === disputed.cartId],
    ])("are found by %s", async (_, query, is) => {
      const found = await messages(await query())
      expect(found.length).toBeGreaterThan(0)
      expect(found.filter((row) => !is(row))).toEqual([])
    })

    it("are found together by every filter that is given, and by none that does not hold", async () => {
      expect(await messages(`reference=${short.sessionId}&state=applied`)).toEqual([])
      expect(await messages("mode=live")).toEqual([])
      expect(await messages("q=nothing like it' or true --")).toEqual([])
      expect(await messages("currency_code=usd")).toEqual([])
      const [one] = await messages(`reference=${short.sessionId}&state=review&amount=3.00&account_id=sandbox`)
      expect(one).toBeDefined()
      const at = new Date(String(one!.received_at)).toISOString()
      expect(
        (await messages(`received_at[$gte]=${at}&received_at[$lte]=${at}`)).map(({ id }) => id)
      ).toContain(one!.id)
      expect(await messages("received_at[$lte]=2020-01-01")).toEqual([])
    })

    it("are counted by tab", async () => {
      const { counts } = await get<{ counts: Record<string, number> }>("message-counts")
      expect(counts).toMatchObject({ all: (await messages("")).length, needs_you: 2, refused: 1 })
      expect(counts.waiting).toBe((await messages("tab=waiting")).length)
      expect(counts.done).toBe((await messages("tab=done")).length)
      const { counts: paypal } = await get<{ counts: Record<string, number> }>(
        "message-counts?account_id=paypal"
      )
      expect(paypal).toMatchObject({ all: 1, needs_you: 0, refused: 0 })
    })

    it("tell all about one: its proof, its events, what was done, and what else was told", async () => {
      const [{ id } = { id: "" }] = await messages(
        `event_type=payment.captured&reference=${disputed.sessionId}`
      )
      const { message } = await get<{ message: Record<string, Row[]> & { verification: unknown } }>(
        `messages/${id}`
      )
      expect(message).toMatchObject({
        id,
        verification: { proof: "proven", by: "hmac", covers: "body" },
        events: [
          { type: "payment.captured", outcome: "applied", amount: disputed.amount, source: "message" },
        ],
        lanes: [
          { state: "settled", payment_session_id: disputed.sessionId, expected_amount: disputed.amount },
        ],
      })
      const [lane] = message.lanes as unknown as { effects: { kind: string; state: string }[] }[]
      expect(lane!.effects.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(["complete_cart", "record_capture", "record_refund"])
      )
      expect(lane!.effects.every(({ state }) => state === "done")).toBe(true)
      expect(message.related!.map(({ event_types }) => String(event_types))).toEqual(
        expect.arrayContaining(["refund.succeeded", "dispute.opened"])
      )
      expect(message.related!.map(({ id: other }) => other)).not.toContain(id)
    })

    it("say that they are a duplicate when they told only what was known", async () => {
      const told = await messages(`reference=${disputed.sessionId}&state=already_applied`)
      expect(told.map(({ event_types }) => event_types)).toContainEqual([])
      expect(told.every(({ payment_session_id }) => payment_session_id === disputed.sessionId)).toBe(true)
    })

    it("hand out their payload as text that nobody runs, by a route of its own", async () => {
      const [{ id } = { id: "" }] = await messages(`event_type=payment.captured&reference=${paid.sessionId}`)
      const { status, text, headers } = await call("GET", `messages/${id}/payload`)
      expect(status).toBe(200)
      expect(JSON.parse(text)).toMatchObject({ type: "payment.captured" })
      expect(headers.get("content-type")).toBe("text/plain; charset=utf-8")
      expect(headers.get("x-content-type-options")).toBe("nosniff")
      expect(headers.get("content-disposition")).toMatch(/^attachment/)
      const { headers: sent } = await get<{ headers: Row }>(`messages/${id}/headers`)
      expect(sent).toMatchObject({
        method: "POST",
        headers: { "content-type": expect.any(String) as string },
      })
    })

    it("that were refused are listed apart", async () => {
      const { refusals, count } = await get<{ refusals: Row[]; count: number }>("refusals?account_id=sandbox")
      expect(count).toBe(1)
      expect(refusals[0]).toMatchObject({ account_id: "sandbox", why: "mismatch" })
    })
  })

  describe("payments", () => {
    it("are listed by state, order and reference", async () => {
      const { lanes } = await get<{ lanes: Row[] }>("lanes?state=review")
      expect(lanes.map(({ payment_session_id }) => payment_session_id)).toEqual([short.sessionId])
      expect(lanes[0]).toMatchObject({
        reason: "amount_short",
        expected_amount: short.amount,
        account_id: "sandbox",
      })
      const { lanes: ofOrder } = await get<{ lanes: Row[] }>(`lanes?order_id=${(await orderOf(paid)).id}`)
      expect(ofOrder.map(({ payment_session_id }) => payment_session_id)).toEqual([paid.sessionId])
    })

    it("tell facts, events, effects, ledger and issues of one", async () => {
      const { id } = await laneOf(disputed)
      const { lane } = await get<{ lane: Record<string, unknown> }>(`lanes/${id}`)
      expect(lane).toMatchObject({
        facts: {
          captured: [{ amount: disputed.amount, currency_code: "eur" }],
          refunded: [{ amount: "5.00", currency_code: "eur" }],
          disputes: [{ state: "opened" }],
        },
        decisions: [],
        issues: [{ kind: "dispute_opened", status: "open" }],
      })
      expect((lane.ledger_entries as Row[]).map(({ entry }) => entry)).toEqual(
        expect.arrayContaining(["payment", "refund"])
      )
      expect((lane.events as Row[]).length).toBeGreaterThanOrEqual(3)
    })

    it("are asked about at the gateway, once in ten seconds", async () => {
      const checkout = await startPaying(store)
      await sandbox.authorize(idOf(checkout))
      await sandbox.deliver()
      await settledTruth(store, checkout)
      await sandbox.capture(idOf(checkout))
      const { id } = await laneOf(checkout)
      const { asked } = await post<{ asked: { new_events: number } }>(`lanes/${id}/ask`)
      expect(asked.new_events).toBe(1)
      await store.waitForPaidOrder(checkout.cartId)
      const again = await call("POST", `lanes/${id}/ask`)
      expect(again.status).toBe(429)
      expect(again.headers.get("retry-after")).toBe("10")
      const order = await orderOf(checkout)
      expect((await call("POST", `orders/${order.id}/ask`)).status).toBe(429)
    })
  })

  describe("orders", () => {
    it.each([
      ["paid", () => paid, { money: "paid", next_step: null, refunded_amount: "0.00" }],
      [
        "disputed",
        () => disputed,
        { money: "disputed", refunded_amount: "5.00", next_step: { kind: "answer_dispute" } },
      ],
    ])("say %s in a word, with what was expected and received", async (_, of, expected) => {
      const checkout = of()
      const { id } = await orderOf(checkout)
      const { order_summary: summary } = await get<{ order_summary: Record<string, unknown> }>(`orders/${id}`)
      expect(summary).toMatchObject({
        order_id: id,
        expected_amount: checkout.amount,
        received_amount: checkout.amount,
        last_message: { account_id: "sandbox" },
        payments: [{ payment_session_id: checkout.sessionId }],
        ...expected,
      })
      const timeline = summary.timeline as { kind: string; what: string; at: string }[]
      expect(timeline[0]!.kind).toBe("started")
      expect(timeline.map(({ kind, what }) => `${kind} ${what}`)).toEqual(
        expect.arrayContaining(["told payment.captured", "done complete_cart", "order_placed null"])
      )
      expect(timeline.map(({ at }) => at)).toEqual(timeline.map(({ at }) => at).sort())
    })
  })

  describe("issues", () => {
    const issueOf = async (kind: string) =>
      (await get<{ issues: Row[] }>(`issues?kind=${kind}&order=-last_seen_at`)).issues[0]!

    it("are listed with how many there are in each status", async () => {
      const { issues, counts } = await get<{ issues: Row[]; counts: Record<string, number> }>(
        "issues?status=open"
      )
      expect(issues.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(["amount_mismatch", "dispute_opened"])
      )
      expect(counts.open).toBe(issues.length)
      const order = await orderOf(disputed)
      const { issues: found } = await get<{ issues: Row[] }>(`issues?q=${order.id}`)
      expect(found.map(({ kind }) => kind)).toEqual(["dispute_opened"])
    })

    it("are acknowledged, resolved, opened again and ignored, by whom and why", async () => {
      const { id } = await issueOf("amount_mismatch")
      const { issue } = await post<{ issue: Row }>(`issues/${id}/acknowledge`, { note: "asked the buyer" })
      expect(issue).toMatchObject({
        status: "acknowledged",
        note: "asked the buyer",
        actor_id: expect.stringMatching(/^user_/) as string,
      })
      const again = await call("POST", `issues/${id}/acknowledge`)
      expect(again.status).toBe(409)
      expect(again.body).toMatchObject({ type: "conflict", issue: { id, status: "acknowledged" } })
      expect((await post<{ issue: Row }>(`issues/${id}/reopen`)).issue.status).toBe("open")
      expect((await post<{ issue: Row }>(`issues/${id}/ignore`)).issue.status).toBe("ignored")
      expect((await post<{ issue: Row }>(`issues/${id}/resolve`)).issue.status).toBe("resolved")
      expect((await get<{ issue: Row }>(`issues/${id}`)).issue.status).toBe("resolved")
    })
  })

  it("ignores several issues for one reason, and leaves alone what is resolved by now", async () => {
    const { issues } = await get<{ issues: Row[] }>("issues?kind=dispute_opened,amount_mismatch&limit=2")
    const [one, other] = issues.map(({ id }) => id) as [string, string]
    await post(`issues/${one}/reopen`).catch(() => undefined)
    await post(`issues/${other}/reopen`).catch(() => undefined)
    await post(`issues/${other}/resolve`)
    const { ignored } = await post("issues/ignore", {
      issue_ids: [one, other, "ipniss_x"],
      note: "a test of ours",
    })
    expect(ignored).toEqual({
      items: [
        { issue_id: one, outcome: "ignored", status: "ignored" },
        { issue_id: other, outcome: "changed_meanwhile", status: "resolved" },
        { issue_id: "ipniss_x", outcome: "not_found", status: null },
      ],
    })
    expect((await get<{ issue: Row }>(`issues/${one}`)).issue).toMatchObject({
      status: "ignored",
      note: "a test of ours",
      actor_id: expect.stringMatching(/^user_/) as string,
    })
    expect((await call("POST", "issues/ignore", { issue_ids: [one] })).status).toBe(400)
    await post(`issues/${one}/reopen`)
    await post(`issues/${other}/reopen`)
  })

  describe("the ledger", () => {
    it("is listed, filtered and balanced", async () => {
      const order = await orderOf(disputed)
      const { ledger_entries: entries } = await get<{ ledger_entries: Row[] }>(
        `ledger?order_id=${order.id}&order=occurred_at`
      )
      expect(entries.map(({ entry, amount }) => [entry, amount])).toEqual(
        expect.arrayContaining([
          ["payment", disputed.amount],
          ["refund", "5.00"],
        ])
      )
      const { ledger_entries: fees } = await get<{ ledger_entries: Row[] }>("ledger?entry=fee")
      expect(fees.map(({ amount }) => amount)).toEqual(["0.35"])
      const { balances } = await get<{ balances: { balance: string; currency_code: string }[] }>(
        "ledger/balances?currency_code=EUR"
      )
      expect(balances.reduce((sum, { balance }) => sum + Math.round(Number(balance) * 100), 0)).toBe(0)
      expect((await get<{ drift: Row[] }>(`ledger/drift?order_id=${order.id}`)).drift).toEqual([])
    })

    it("takes an adjustment once, with who and why", async () => {
      const adjustment = {
        account_id: "sandbox",
        debit: "assets:bank",
        credit: "equity:corrections",
        amount: "1.50",
        currency_code: "EUR",
        note: "the bank's mistake",
        idempotency_key: "form-1",
      }
      const { ledger_entry: entry } = await post<{ ledger_entry: Row }>("ledger/adjustments", adjustment)
      expect(entry).toMatchObject({
        entry: "adjustment",
        amount: "1.50",
        note: "the bank's mistake",
        actor_id: expect.stringMatching(/^user_/) as string,
      })
      expect((await post<{ ledger_entry: Row }>("ledger/adjustments", adjustment)).ledger_entry.id).toBe(
        entry.id
      )
      expect((await call("POST", "ledger/adjustments", { ...adjustment, amount: "2.00" })).status).toBe(400)
      expect(
        (
          await call("POST", "ledger/adjustments", {
            ...adjustment,
            debit: "bank",
            idempotency_key: "form-2",
          })
        ).status
      ).toBe(400)
      expect((await call("POST", "ledger/adjustments", { ...adjustment, amount: "1.555" })).status).toBe(400)
      expect((await call("POST", "ledger/adjustments", { ...adjustment, note: " " })).status).toBe(400)
    })

    it("is exported as CSV and as a journal", async () => {
      const csv = await call("GET", "ledger/export?entry=fee")
      expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8")
      expect(csv.text.trim().split("\r\n")).toHaveLength(2)
      const journal = await call("GET", "ledger/export?format=journal")
      expect(journal.headers.get("content-disposition")).toContain("ledger.journal")
      expect(journal.text).toContain("decimal-mark .")
    })
  })

  it("compares a period, and a difference is pulled once", async () => {
    // Its message is never delivered.
    const lost = await startPaying(store)
    await sandbox.pay(idOf(lost))
    const period = { account_id: "sandbox", from: new Date(Date.now() - 3_600_000), to: new Date() }
    const { reconciliation, coverage } = await post<{ reconciliation: Row; coverage: string }>(
      "reconciliations",
      period
    )
    expect(coverage).toBe("both_sides")
    const done = await waitUntil("the comparison is made", async () => {
      const { reconciliation: now } = await get<{ reconciliation: Row & { items: Row[] } }>(
        `reconciliations/${reconciliation.id}`
      )
      return now.state === "done" && now
    })
    const difference = done.items.find(({ reference }) => reference === lost.sessionId)
    expect(difference).toMatchObject({
      kind: "only_at_gateway",
      state: "open",
      gateway_amount: lost.amount,
      can_pull: true,
    })
    expect(
      (await get<{ reconciliations: Row[] }>("reconciliations?account_id=sandbox")).reconciliations[0]!.id
    ).toBe(reconciliation.id)
    const { difference: pulled } = await post<{ difference: Row }>(`differences/${difference!.id}/pull`)
    expect(pulled.state).toBe("pulled")
    const placed = await store.waitForPaidOrder(lost.cartId)
    const shown = async () =>
      (await get<{ differences: Row[] }>(`reconciliations/${reconciliation.id}/differences?state=pulled`))
        .differences[0]!
    await waitUntil("it is handled", async () => (await shown()).lane_state === "settled")
    expect(await shown()).toMatchObject({ order_id: placed.id, order_display_id: placed.display_id })
    const again = await call("POST", `differences/${difference!.id}/explain`, { note: "right so" })
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({ difference: { state: "pulled" } })
    const { differences } = await get<{ differences: Row[] }>(
      `reconciliations/${reconciliation.id}/differences?state=pulled`
    )
    expect(differences.map(({ id }) => id)).toEqual([difference!.id])
    expect((await call("POST", "reconciliations", { ...period, from: new Date(0) })).status).toBe(400)
    expect((await call("POST", "reconciliations", { ...period, account_id: "paypal" })).status).toBe(400)
    expect((await call("POST", "reconciliations", { ...period, account_id: "nobody" })).status).toBe(404)
  })

  describe("accounts", () => {
    it("say how they do, and nothing of their secrets but the end", async () => {
      const { accounts } = await get<{ accounts: Row[] }>("accounts")
      const named = (id: string) => accounts.find((account) => account.id === id)!
      expect(named("sandbox")).toMatchObject({
        gateway_title: "Sandbox",
        mode: "test",
        notify_url: `${store.baseUrl}/hooks/ipn/sandbox`,
        state: "healthy",
        paused: false,
        can_compare: true,
        last_proven: { message_id: expect.stringMatching(/^ipnmsg_/) as string },
        last_refusal: { why: "mismatch" },
        last_24_hours: { refused: 1 },
      })
      expect(named("sandbox").secrets).toContainEqual({
        name: "webhookSecrets",
        is_set: true,
        is_missing: false,
        hints: ["…cret"],
      })
      expect(named("stripe")).toMatchObject({ state: "not_set_up", last_proven: null })
      const everything = JSON.stringify([accounts, await get("accounts/sandbox"), await get("overview")])
      expect(everything).not.toContain("test-only-sandbox")
      expect(everything).not.toContain("sk_test_only")
    })

    it("say what is to be done at the gateway, in how many regions they are offered, and their last 14 days", async () => {
      type Account = Row & { days: Record<string, unknown>[]; setup: Record<string, string[]> }
      const { account } = await get<{ account: Account }>("accounts/sandbox")
      expect(account.offered_in).toBe(2)
      expect(account.setup.en?.length).toBe(account.setup.de?.length)
      expect(account.setup.en?.join()).toContain("Nothing has to be pasted")
      expect(account.days).toHaveLength(14)
      // Refused calls are counted in memory and written every few seconds.
      await waitUntil("the refused call is counted", async () => {
        const { account: now } = await get<{ account: Account }>("accounts/sandbox")
        return now.days.at(-1)?.refused === 1
      })
      const { overview } = await get<{ overview: { days: { refused: number }[] } }>("overview")
      expect(overview.days.at(-1)?.refused).toBeGreaterThanOrEqual(1)
    })

    it("are sent a test message, which arrives and leaves nothing behind", async () => {
      const before = (await messages("")).length
      expect(await post("accounts/paypal/test")).toEqual({
        test: {
          outcome: "arrived",
          notify_url: `${store.baseUrl}/hooks/ipn/paypal`,
          status: 200,
          detail: null,
          took_ms: expect.any(Number) as number,
        },
      })
      expect((await messages("")).length).toBe(before)
      expect((await call("POST", "accounts/nobody/test")).status).toBe(404)
    })

    it("are paused and go on", async () => {
      expect((await post<{ account: Row }>("accounts/stripe/pause")).account).toMatchObject({
        state: "paused",
      })
      const again = await call("POST", "accounts/stripe/pause")
      expect(again.status).toBe(409)
      expect(again.body).toMatchObject({ account: { id: "stripe", paused: true } })
      expect((await post<{ account: Row }>("accounts/stripe/resume")).account).toMatchObject({
        paused: false,
      })
      expect((await call("POST", "accounts/nobody/pause")).status).toBe(404)
    })
  })

  describe("settings", () => {
    it("are listed with default, pin and who changed them, and changed all or none", async () => {
      const { settings } = await post<{ settings: (Row & { key: string })[] }>("settings", {
        values: { "orders.tolerance_percent": 1, events: { "paypal:info": "record" } },
      })
      const named = (key: string) => settings.find((setting) => setting.key === key)
      expect(named("orders.tolerance_percent")).toMatchObject({
        value: 1,
        default: 0,
        pinned: false,
        changed_by: expect.stringMatching(/^user_/) as string,
      })
      expect(named("retention.payload_days")).toMatchObject({ value: 30, pinned: true })
      const refused = await call("POST", "settings", {
        values: { "orders.tolerance_percent": 2, "retention.payload_days": 5, "orders.wen": 1 },
      })
      expect(refused.status).toBe(400)
      expect((refused.body.problems as Row[]).map(({ key }) => key)).toEqual([
        "retention.payload_days",
        "orders.wen",
      ])
      await post("settings", { values: { "orders.tolerance_percent": 0, events: {} } })
      const { setting_changes: changes, count } = await get<{ setting_changes: Row[]; count: number }>(
        "setting-changes?key=orders.tolerance_percent"
      )
      expect(count).toBe(2)
      expect(changes.map(({ from, to }) => [from, to])).toEqual([
        [1, 0],
        [0, 1],
      ])
    })
  })

  describe("emails", () => {
    it("are shown in each language as the store would write them, without sending any", async () => {
      type Shown = { email: { subject: string; html: string; text: string; language: string } }
      const { email } = await get<Shown>("emails/ipn.payment-received?language=de")
      expect(email).toMatchObject({ language: "de", subject: expect.stringContaining("1042") as string })
      expect(email.html).toContain('lang="de"')
      expect((await get<Shown>("emails/ipn.merchant-issue")).email.language).toBe("en")
      expect((await call("GET", "emails/ipn.nothing")).status).toBe(404)
      expect((await call("GET", "emails/ipn.payment-received?language=xx")).status).toBe(400)
    })

    it("say why a sample cannot be sent", async () => {
      const { status, body } = await call("POST", "emails/ipn.payment-received/sample")
      expect(status).toBe(400)
      expect(body.message).toMatch(/email/)
    })
  })

  describe("replays", () => {
    it("say for one message what they would do, and do it", async () => {
      const [{ id } = { id: "" }] = await messages(
        `event_type=payment.captured&reference=${disputed.sessionId}`
      )
      const { replay: dry } = await post<{ replay: { outcome: string; lanes: { will: Row[] }[] } }>(
        `messages/${id}/replay`,
        { dry_run: true }
      )
      expect(dry.outcome).toBe("dry_run")
      expect(dry.lanes[0]!.will).toEqual([
        { kind: "nothing", text: "nothing to do", amount: null, currency_code: null },
      ])
      const { replay } = await post<{ replay: Row }>(`messages/${id}/replay`)
      expect(replay).toMatchObject({ outcome: "replayed", new_events: 0, lanes: 1 })
      await settledTruth(store, disputed)
      const { will } = await post<{ will: Row[] }>(`lanes/${(await laneOf(disputed)).id}/dry-run`)
      expect(will.map(({ kind }) => kind)).toEqual(["nothing"])
    })

    it("are counted first, run in the background and are listed", async () => {
      const failed_since = new Date(Date.now() - 3_600_000)
      const { count } = await post<{ count: Record<string, number> }>("replays/count", { failed_since })
      expect(count).toEqual({ messages: 1, lanes: 1 })
      const { replay } = await post<{ replay: Row }>("replays", { failed_since })
      const done = await waitUntil("the replay is done", async () => {
        const { replay: now } = await get<{ replay: Row }>(`replays/${replay.id}`)
        return now.state === "done" && now
      })
      expect(done).toMatchObject({ total: 2, done: 2, failed: 1 })
      expect((await get<{ replays: Row[] }>("replays")).replays[0]!.id).toBe(replay.id)
      expect((await call("POST", "replays", { message_ids: ["x"], failed_since })).status).toBe(400)
      expect((await call("POST", "replays", {})).status).toBe(400)
      await waitForReview(store, short.sessionId)
    })
  })

  describe("decisions", () => {
    it("are previewed, made about what was seen, and refused about anything else", async () => {
      const checkout = await startPaying(store)
      await deliver(await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "4.00" }))
      await waitForReview(store, checkout.sessionId)
      const { id } = await laneOf(checkout)
      const { preview } = await post<{ preview: { seen: string; outcome: string; will: Row[]; now: Row } }>(
        `lanes/${id}/preview-decision`,
        { kind: "accept_full" }
      )
      expect(preview).toMatchObject({
        outcome: "possible",
        now: { reason: "amount_short", expected: { amount: checkout.amount, currency_code: "eur" } },
      })
      expect(preview.will.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(["complete_cart", "record_capture"])
      )
      const wish = { kind: "accept_full", note: "a friend of the house" }
      const stale = await call("POST", `lanes/${id}/decide`, { ...wish, seen: "something else" })
      expect(stale.status).toBe(409)
      expect(stale.body).toMatchObject({ type: "conflict", now: { seen: preview.seen, state: "review" } })
      expect(
        (await call("POST", `lanes/${id}/decide`, { ...wish, seen: preview.seen, note: "" })).status
      ).toBe(400)
      await post(`lanes/${id}/decide`, { ...wish, seen: preview.seen })
      await store.waitForOrder(checkout.cartId)
      await settledTruth(store, checkout)
      const { lane } = await get<{ lane: { decisions: Row[] } }>(`lanes/${id}`)
      expect(lane.decisions).toMatchObject([
        { kind: "accept_full", note: "a friend of the house", reason: "amount_short" },
      ])
      expect((await call("POST", `lanes/${id}/decide`, { ...wish, seen: preview.seen })).status).toBe(409)
      const { id: order } = await orderOf(checkout)
      const { order_summary: summary } = await get<{ order_summary: Row }>(`orders/${order}`)
      expect(summary).toMatchObject({
        money: "paid",
        received_amount: "4.00",
        expected_amount: checkout.amount,
      })
    })
  })

  describe("several payments", () => {
    const underpaid = async () => {
      const checkout = await startPaying(store)
      await deliver(await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "2.00" }))
      await waitForReview(store, checkout.sessionId)
      return (await laneOf(checkout)).id
    }

    it("are set aside for one reason, and what changed meanwhile is left alone", async () => {
      const [mine, theirs, settled] = [await underpaid(), await underpaid(), (await laneOf(paid)).id]
      const { preview } = await post<{ preview: { items: { lane_id: string; seen: string }[] } }>(
        "lanes/preview-ignore",
        { lane_ids: [mine, theirs, mine, settled, "ipnlane_x"] }
      )
      expect(preview.items).toEqual([
        { lane_id: mine, outcome: "possible", seen: expect.any(String) as string, state: "review" },
        { lane_id: theirs, outcome: "possible", seen: expect.any(String) as string, state: "review" },
        { lane_id: settled, outcome: "not_possible", seen: null, state: "settled" },
        { lane_id: "ipnlane_x", outcome: "not_found", seen: null, state: null },
      ])
      const items = preview.items.slice(0, 2).map(({ lane_id, seen }) => ({ lane_id, seen }))
      // Somebody else is quicker with one of the two.
      const { seen } = items[1]!
      await post(`lanes/${theirs}/decide`, { kind: "ignore", seen, note: "theirs" })
      expect((await call("POST", "lanes/ignore", { items, note: " " })).status).toBe(400)
      expect((await call("POST", "lanes/ignore", { items: [], note: "x" })).status).toBe(400)
      const { ignored } = await post("lanes/ignore", { items, note: "test payments of last week" })
      expect(ignored).toEqual({
        items: [
          { lane_id: mine, outcome: "ignored", state: null },
          { lane_id: theirs, outcome: "changed_meanwhile", state: expect.any(String) as string },
        ],
      })
      const decisionsOf = async (id: string) =>
        (await get<{ lane: { decisions: Row[] } }>(`lanes/${id}`)).lane.decisions
      expect(await decisionsOf(mine)).toMatchObject([
        {
          kind: "ignore",
          note: "test payments of last week",
          actor_id: expect.stringMatching(/^user_/) as string,
        },
      ])
      expect(await decisionsOf(theirs)).toMatchObject([{ kind: "ignore", note: "theirs" }])
      await waitUntil("both are settled", async () => {
        const { lanes } = await get<{ lanes: Row[] }>(`lanes?id=${mine},${theirs}`)
        return lanes.every(({ state }) => state === "settled")
      })
    })
  })

  it("gives an overview of today, of 14 days, and of what is wrong", async () => {
    const { overview } = await get<{
      overview: Record<string, unknown> & { days: Record<string, unknown>[] }
    }>("overview")
    expect(overview.days).toHaveLength(14)
    const today = overview.days.at(-1)!
    expect(today).toMatchObject({
      day: new Date().toISOString().slice(0, 10),
      received: overview.received_today,
    })
    expect(overview.received_today).toBe((await messages("")).length)
    expect(overview.needs_you).toBe((await messages("tab=needs_you")).length)
    expect(overview.banners).toContainEqual({ kind: "never_proven", account_id: "stripe", detail: null })
  })

  it("erases what was told of a payment, and says who did", async () => {
    const [{ id } = { id: "" }] = await messages(`event_type=payment.captured&reference=${paid.sessionId}`)
    const { erasure } = await post<{ erasure: { messages: number } }>(`messages/${id}/erase`)
    expect(erasure.messages).toBeGreaterThan(0)
    expect((await call("GET", `messages/${id}/payload`)).status).toBe(404)
    const { erasures } = await get<{ erasures: Row[] }>("erasures")
    expect(erasures[0]).toMatchObject({ actor_id: expect.stringMatching(/^user_/) as string })
    expect((await call("POST", "erasures", {})).status).toBe(400)
  })

  it.each([
    "messages",
    "message-counts",
    "messages/ipnmsg_x",
    "messages/ipnmsg_x/payload",
    "messages/ipnmsg_x/headers",
    "refusals",
    "lanes",
    "lanes/ipnlane_x",
    "orders/order_x",
    "issues",
    "issues/ipniss_x",
    "ledger",
    "ledger/balances",
    "ledger/drift",
    "ledger/export",
    "reconciliations",
    "reconciliations/ipnrec_x",
    "reconciliations/ipnrec_x/differences",
    "accounts",
    "accounts/nobody",
    "settings",
    "setting-changes",
    "overview",
    "erasures",
  ])(
    "GET %s is for signed-in users only, refuses what it does not know, and finds nothing that is not there",
    async (path) => {
      expect((await call("GET", path, undefined, "not-a-token")).status).toBe(401)
      expect((await call("GET", `${path}?no_such_filter=1`)).status).toBe(400)
      if (/_x$|_x\/(payload|headers)|nobody/.test(path)) expect((await call("GET", path)).status).toBe(404)
    }
  )

  it.each([
    "messages?limit=0",
    "messages?limit=1000",
    "messages?offset=-1",
    "messages?limit=ten",
    "messages?order=body",
    "messages?state=done",
    "messages?event_type=payment",
    "messages?amount=1e3",
    "messages?currency_code=euro",
    "messages?received_at[$gte]=yesterday",
    "messages?received_at=2026-01-01",
    "messages?q=%00",
    "lanes?state=open",
    "issues?kind=trouble",
    "ledger?entry=gift",
    "ledger/export?format=xlsx",
    "refusals?offset=100000",
  ])("GET %s is wrong", async (path) => {
    const { status, body } = await call("GET", path)
    expect(status).toBe(400)
    expect(body).toMatchObject({
      type: "invalid_data",
      message: expect.stringMatching(/^Invalid request/) as string,
    })
  })

  it.each<[string, unknown]>([
    ["issues/ipniss_x/resolve", { note: "" }],
    ["issues/ipniss_x/resolve", { why: "no such field" }],
    ["settings", {}],
    ["settings", { values: {} }],
    ["reconciliations", { account_id: "sandbox", from: "soon", to: "later" }],
    ["differences/ipndif_x/explain", {}],
    ["ledger/adjustments", { amount: 12 }],
    ["messages/ipnmsg_x/erase", { really: true }],
  ])("POST %s with %j is wrong", async (path, body) => {
    expect((await call("POST", path, body)).status).toBe(400)
    expect((await call("POST", path, body, "not-a-token")).status).toBe(401)
  })

  it.each([
    "issues/ipniss_x/resolve",
    "messages/ipnmsg_x/erase",
    "lanes/ipnlane_x/ask",
    "orders/order_x/ask",
    "differences/ipndif_x/pull",
    "messages/ipnmsg_x/replay",
    "lanes/ipnlane_x/dry-run",
  ])("POST %s finds nothing", async (path) => {
    expect((await call("POST", path, {})).status).toBe(404)
  })
})
