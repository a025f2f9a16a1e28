import type { AdminApi, Row } from "./opened"

/** Settings, and how emails look. */
export function settingsSpecs(api: AdminApi): void {
  const { call, get, post } = api

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
}
