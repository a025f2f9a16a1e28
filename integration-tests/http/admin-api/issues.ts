import type { AdminApi, Row } from "./opened"

/** What needs a person. */
export function issuesSpecs(api: AdminApi): void {
  const { call, get, post, orderOf } = api

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
      const order = await orderOf(api.disputed)
      const { issues: found } = await get<{ issues: Row[] }>(`issues?q=${order.id}`)
      expect(found.map(({ kind }) => kind)).toEqual(["dispute_opened"])
      expect(found[0]).toMatchObject({ order_display_id: order.display_id })
      const { issues: byNumber } = await get<{ issues: Row[] }>(`issues?q=%23${order.display_id}`)
      expect(byNumber).toEqual(found)
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
}
