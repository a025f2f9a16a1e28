import { settledTruth } from "../../support/invariants"
import { waitForReview } from "../../support/lanes"
import { waitUntil } from "../../support/store/wait-until"
import type { AdminApi, Row } from "./opened"

/** Replays. */
export function replaysSpecs(api: AdminApi): void {
  const { call, get, post, messages, laneOf } = api

  describe("replays", () => {
    it("say for one message what they would do, and do it", async () => {
      const [{ id } = { id: "" }] = await messages(
        `event_type=payment.captured&reference=${api.disputed.sessionId}`
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
      await settledTruth(api.store, api.disputed)
      const { will } = await post<{ will: Row[] }>(`lanes/${(await laneOf(api.disputed)).id}/dry-run`)
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
      await waitForReview(api.store, api.short.sessionId)
    })
  })
}
