import type { AdminApi, Row } from "./opened"

/** What is so today, and erasing. */
export function overviewSpecs(api: AdminApi): void {
  const { call, get, post, messages } = api

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
    const [{ id } = { id: "" }] = await messages(
      `event_type=payment.captured&reference=${api.paid.sessionId}`
    )
    const { erasure } = await post<{ erasure: { messages: number } }>(`messages/${id}/erase`)
    expect(erasure.messages).toBeGreaterThan(0)
    expect((await call("GET", `messages/${id}/payload`)).status).toBe(404)
    const { erasures } = await get<{ erasures: Row[] }>("erasures")
    expect(erasures[0]).toMatchObject({ actor_id: expect.stringMatching(/^user_/) as string })
    expect((await call("POST", "erasures", {})).status).toBe(400)
  })
}
