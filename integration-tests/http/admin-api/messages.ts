import type { AdminApi, Row } from "./opened"

/** Notifications: lists, filters, counts, one of them, its bytes. */
export function messagesSpecs(api: AdminApi): void {
  const { call, get, messages, orderOf, idOf } = api

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
      const order = await orderOf(api.paid)
      const [captured] = await messages(`event_type=payment.captured&reference=${api.paid.sessionId}`)
      expect(captured).toMatchObject({
        account_id: "sandbox",
        gateway_title: "Sandbox",
        mode: "test",
        state: "applied",
        proof: "proven",
        event_types: ["payment.captured"],
        amount: api.paid.amount,
        currency_code: "eur",
        payment_session_id: api.paid.sessionId,
        gateway_reference: idOf(api.paid),
        cart_id: api.paid.cartId,
        order_id: order.id,
        order_display_id: order.display_id,
        email: api.paid.email,
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
        async () => `order_id=${(await orderOf(api.disputed)).id}`,
        ({ payment_session_id }) => payment_session_id === api.disputed.sessionId,
      ],
      [
        "a reference",
        async () => `reference=${api.short.sessionId}`,
        ({ cart_id }) => cart_id === api.short.cartId,
      ],
      [
        "the gateway's reference",
        async () => `reference=${idOf(api.short)}`,
        ({ cart_id }) => cart_id === api.short.cartId,
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
        async () => `q=%23${(await orderOf(api.disputed)).display_id}`,
        ({ payment_session_id }) => payment_session_id === api.disputed.sessionId,
      ],
      [
        "an id of a message",
        async () => `q=${(await messages("amount=3"))[0]!.id}`,
        ({ amount }) => amount === "3.00",
      ],
      ["a cart", async () => `q=${api.disputed.cartId}`, ({ cart_id }) => cart_id === api.disputed.cartId],
    ])("are found by %s", async (_, query, is) => {
      const found = await messages(await query())
      expect(found.length).toBeGreaterThan(0)
      expect(found.filter((row) => !is(row))).toEqual([])
    })

    it("are found together by every filter that is given, and by none that does not hold", async () => {
      expect(await messages(`reference=${api.short.sessionId}&state=applied`)).toEqual([])
      expect(await messages("mode=live")).toEqual([])
      expect(await messages("q=nothing like it' or true --")).toEqual([])
      expect(await messages("currency_code=usd")).toEqual([])
      const [one] = await messages(
        `reference=${api.short.sessionId}&state=review&amount=3.00&account_id=sandbox`
      )
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
        `event_type=payment.captured&reference=${api.disputed.sessionId}`
      )
      const { message } = await get<{ message: Record<string, Row[]> & { verification: unknown } }>(
        `messages/${id}`
      )
      expect(message).toMatchObject({
        id,
        verification: { proof: "proven", by: "hmac", covers: "body" },
        events: [
          { type: "payment.captured", outcome: "applied", amount: api.disputed.amount, source: "message" },
        ],
        lanes: [
          {
            state: "settled",
            payment_session_id: api.disputed.sessionId,
            expected_amount: api.disputed.amount,
          },
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
      const told = await messages(`reference=${api.disputed.sessionId}&state=already_applied`)
      expect(told.map(({ event_types }) => event_types)).toContainEqual([])
      expect(told.every(({ payment_session_id }) => payment_session_id === api.disputed.sessionId)).toBe(true)
    })

    it("hand out their payload as text that nobody runs, by a route of its own", async () => {
      const [{ id } = { id: "" }] = await messages(
        `event_type=payment.captured&reference=${api.paid.sessionId}`
      )
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
}
