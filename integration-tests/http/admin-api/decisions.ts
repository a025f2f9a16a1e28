import { startPaying } from "../../support/paying"
import { settledTruth } from "../../support/invariants"
import { waitForReview } from "../../support/lanes"
import { waitUntil } from "../../support/store/wait-until"
import { deliver, signedMessage } from "../../support/messages"
import type { AdminApi, Row } from "./opened"

/** Decisions about one payment and about several. */
export function decisionsSpecs(api: AdminApi): void {
  const { call, get, post, orderOf, laneOf } = api

  describe("decisions", () => {
    it("are previewed, made about what was seen, and refused about anything else", async () => {
      const checkout = await startPaying(api.store)
      await deliver(
        await signedMessage(api.store, "sandbox", "payment.captured", checkout, { amount: "4.00" })
      )
      await waitForReview(api.store, checkout.sessionId)
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
      await api.store.waitForOrder(checkout.cartId)
      await settledTruth(api.store, checkout)
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
      const checkout = await startPaying(api.store)
      await deliver(
        await signedMessage(api.store, "sandbox", "payment.captured", checkout, { amount: "2.00" })
      )
      await waitForReview(api.store, checkout.sessionId)
      return (await laneOf(checkout)).id
    }

    it("are set aside for one reason, and what changed meanwhile is left alone", async () => {
      const [mine, theirs, settled] = [await underpaid(), await underpaid(), (await laneOf(api.paid)).id]
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
}
