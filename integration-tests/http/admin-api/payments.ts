import { startPaying } from "../../support/paying"
import { settledTruth } from "../../support/invariants"
import type { AdminApi, Row } from "./opened"

/** Payments and the orders that they are for. */
export function paymentsSpecs(api: AdminApi): void {
  const { call, get, post, orderOf, laneOf, idOf } = api

  describe("payments", () => {
    it("are listed by state, order and reference", async () => {
      const { lanes } = await get<{ lanes: Row[] }>("lanes?state=review")
      expect(lanes.map(({ payment_session_id }) => payment_session_id)).toEqual([api.short.sessionId])
      expect(lanes[0]).toMatchObject({
        reason: "amount_short",
        expected_amount: api.short.amount,
        account_id: "sandbox",
      })
      const { lanes: ofOrder } = await get<{ lanes: Row[] }>(`lanes?order_id=${(await orderOf(api.paid)).id}`)
      expect(ofOrder.map(({ payment_session_id }) => payment_session_id)).toEqual([api.paid.sessionId])
    })

    it("tell facts, events, effects, ledger and issues of one", async () => {
      const { id } = await laneOf(api.disputed)
      const { lane } = await get<{ lane: Record<string, unknown> }>(`lanes/${id}`)
      expect(lane).toMatchObject({
        facts: {
          captured: [{ amount: api.disputed.amount, currency_code: "eur" }],
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
      const checkout = await startPaying(api.store)
      await api.sandbox.authorize(idOf(checkout))
      await api.sandbox.deliver()
      await settledTruth(api.store, checkout)
      await api.sandbox.capture(idOf(checkout))
      const { id } = await laneOf(checkout)
      const { asked } = await post<{ asked: { new_events: number } }>(`lanes/${id}/ask`)
      expect(asked.new_events).toBe(1)
      await api.store.waitForPaidOrder(checkout.cartId)
      const again = await call("POST", `lanes/${id}/ask`)
      expect(again.status).toBe(429)
      expect(again.headers.get("retry-after")).toBe("10")
      const order = await orderOf(checkout)
      expect((await call("POST", `orders/${order.id}/ask`)).status).toBe(429)
    })
  })

  describe("orders", () => {
    it.each([
      ["paid", () => api.paid, { money: "paid", next_step: null, refunded_amount: "0.00" }],
      [
        "disputed",
        () => api.disputed,
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
}
