import { startPaying } from "../../support/paying"
import { waitUntil } from "../../support/store/wait-until"
import type { AdminApi, Row } from "./opened"

/** The ledger, and comparing a period with what the gateway says. */
export function ledgerSpecs(api: AdminApi): void {
  const { call, get, post, orderOf, idOf } = api

  describe("the ledger", () => {
    it("is listed, filtered and balanced", async () => {
      const order = await orderOf(api.disputed)
      const { ledger_entries: entries } = await get<{ ledger_entries: Row[] }>(
        `ledger?order_id=${order.id}&order=occurred_at`
      )
      expect(entries.map(({ entry, amount }) => [entry, amount])).toEqual(
        expect.arrayContaining([
          ["payment", api.disputed.amount],
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
    const lost = await startPaying(api.store)
    await api.sandbox.pay(idOf(lost))
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
    const placed = await api.store.waitForPaidOrder(lost.cartId)
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
}
