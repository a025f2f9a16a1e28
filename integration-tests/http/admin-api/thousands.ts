import type { AdminApi, Row } from "./opened"

const lists = [
  "messages?limit=20",
  "messages?limit=200&offset=2000",
  "messages?tab=needs_you",
  "messages?tab=done&order=received_at",
  "messages?q=nothing-like-it",
  "messages?event_type=dispute.opened",
  "message-counts",
  "lanes?limit=200",
  "issues?status=open",
  "ledger?limit=200",
  "ledger/balances",
  "overview",
  "accounts",
]

/** Several thousand messages, each sent and signed by the simulator, and taken in as always. Comes last: it fills the store. */
export function thousandsSpecs(api: AdminApi): void {
  const { get } = api

  beforeAll(async () => {
    const { sandbox } = api
    const counted = async () => (await get<{ count: number }>("messages?limit=1")).count
    while ((await counted()) < 5_000) await sandbox.deliver({ times: 10, atOnce: true })
  })

  // The fastest of five: what the list costs, and not what else runs on the machine.
  it.each(lists)("GET %s answers within 300 ms", async (path) => {
    const took: number[] = []
    for (let time = 0; time < 5; time++) {
      const started = performance.now()
      await get<Record<string, Row[]>>(path)
      took.push(performance.now() - started)
    }
    expect(Math.min(...took)).toBeLessThan(300)
  })
}
