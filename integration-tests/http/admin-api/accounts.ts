import { waitUntil } from "../../support/store/wait-until"
import type { AdminApi, Row } from "./opened"

/** Gateways' accounts. */
export function accountsSpecs(api: AdminApi): void {
  const { call, get, post, messages } = api

  describe("accounts", () => {
    it("say how they do, and nothing of their secrets but the end", async () => {
      const { accounts } = await get<{ accounts: Row[] }>("accounts")
      const named = (id: string) => accounts.find((account) => account.id === id)!
      expect(named("sandbox")).toMatchObject({
        gateway_title: "Sandbox",
        mode: "test",
        notify_url: `${api.store.baseUrl}/hooks/ipn/sandbox`,
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
          notify_url: `${api.store.baseUrl}/hooks/ipn/paypal`,
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
}
