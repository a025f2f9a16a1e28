import type { AdminApi } from "./opened"

/** What no route takes. */
export function refusalsSpecs(api: AdminApi): void {
  const { call } = api

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
}
