import { knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { stateOfMessage } from "../../src/modules/ipn/browsing/message-state"
import { entryOf } from "../../src/modules/ipn/inbox/entry"
import { createReadEntry } from "../../src/modules/ipn/inbox/read-entry"
import { Sorting } from "../../src/modules/ipn/inbox/sorting"
import { Payloads } from "../../src/modules/ipn/privacy/payloads"
import type { Replay } from "../../src/modules/ipn/replays/replays"
import type { DryRun } from "../../src/workflows/replay/dry-run"
import type { DryReplay, Replayed } from "../../src/workflows/replay/replay-message"
import { paidOnce, settledTruth, truthOf } from "../support/invariants"
import { everythingSorted, laneOf, waitForLane, waitForReview } from "../support/lanes"
import { send, signedMessage, type SignedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { waitUntil } from "../support/store/wait-until"

/** What a dry run may not touch: our own tables, whole. */
const ours = [
  "ipn_message",
  "ipn_lane",
  "ipn_payment_event",
  "ipn_effect",
  "ipn_expected_payment",
  "ipn_replay",
]

describe("replays harmlessly", () => {
  let sandbox: SandboxSimulator
  let store: LentStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator()
    store = await borrowStore({ simulators: { sandbox: sandbox.url } })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  const dryRun = (messageId: string) =>
    store.desk.run<DryReplay>("ipn-dry-run-message", { message_id: messageId })
  const replay = (messageId: string) =>
    store.desk.run<Replayed>("ipn-replay-message", { message_id: messageId, actor_id: "user_1" })

  /** Sends a message and says under which id it is stored. */
  async function keep(message: SignedMessage): Promise<string> {
    const before = await messageIds()
    expect(await send(message)).toBe(200)
    const id = (await messageIds()).find((one) => !before.includes(one))
    if (!id) throw new Error("the message is not stored")
    return id
  }
  async function messageIds(): Promise<string[]> {
    await everythingSorted(store)
    const { rows } = await store.sql.query<{ id: string }>(`select id from ipn_message`)
    return rows.map(({ id }) => id)
  }

  async function paid(): Promise<Paying & { messageId: string }> {
    const checkout = await startPaying(store)
    const messageId = await keep(await signedMessage(store, "sandbox", "payment.captured", checkout))
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    return { ...checkout, messageId }
  }

  /** Sends what today's parser cannot read; `repair` makes it readable, as an upgrade of the parser would. */
  async function unreadable(checkout: Paying): Promise<{ messageId: string; repair: () => Promise<void> }> {
    const edit = (body: string) => body.replaceAll(/"captured":\s*"[^"]+"/g, '"captured":"a lot"')
    const messageId = await keep(
      await signedMessage(store, "sandbox", "payment.captured", checkout, { edit })
    )
    const readable = await signedMessage(store, "sandbox", "payment.captured", checkout)
    const repair = async () => {
      await store.sql.query(`update ipn_message set body = $2 where id = $1`, [
        messageId,
        Buffer.from(readable.body).toString("base64"),
      ])
    }
    return { messageId, repair }
  }

  async function price(checkout: Paying, amount: string): Promise<void> {
    const { rowCount } = await store.sql.query(
      `update cart_line_item set unit_price = $2::numeric, raw_unit_price = jsonb_build_object('value', $2::text, 'precision', 20)
        where cart_id = $1`,
      [checkout.cartId, amount]
    )
    expect(rowCount).toBe(1)
  }

  async function ourRows(): Promise<unknown> {
    const columns = ours.map(
      (table) => `(select jsonb_agg(t order by t::text) from "${table}" t) as "${table}"`
    )
    return (await store.sql.query<Record<string, unknown>>(`select ${columns.join(", ")}`)).rows[0]
  }

  it("a settled payment: nothing to do is said before, and nothing happens, however often", async () => {
    const checkout = await paid()
    const before = await ourRows()
    expect(await dryRun(checkout.messageId)).toMatchObject({
      kind: "dry_run",
      lanes: [{ key: `ref:${checkout.sessionId}`, will: [{ kind: "nothing", text: "nothing to do" }] }],
    })
    expect(await ourRows()).toEqual(before)
    for (let time = 0; time < 3; time++) {
      expect(await replay(checkout.messageId)).toEqual({ kind: "replayed", new_events: 0, lanes: 1 })
    }
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    const { rows } = await store.sql.query(
      `select state, done, actor_id from ipn_replay where selection->'message_ids' ? $1`,
      [checkout.messageId]
    )
    expect(rows).toEqual(Array(3).fill({ state: "done", done: 1, actor_id: "user_1" }))
  })

  it("says of a payment in review what would have to be decided, and what it would do once that has changed", async () => {
    const checkout = await startPaying(store)
    await price(checkout, "29.95")
    const messageId = await keep(await signedMessage(store, "sandbox", "payment.captured", checkout))
    const lane = await waitForReview(store, checkout.sessionId)
    const say = async () => {
      const said = await store.desk.run<DryRun>("ipn-dry-run", { lane_id: lane.id })
      return said.kind === "dry_run" ? said.will.map(({ text }) => text) : []
    }
    expect(await say()).toEqual([
      `would need a decision: the cart costs another amount than was paid (expected 34.95 EUR, told ${checkout.amount} EUR)`,
    ])
    await price(checkout, "19.95")
    const before = await ourRows()
    expect(await say()).toEqual([
      "will record the payment as authorised",
      `will place the order of cart ${checkout.cartId}`,
      `will record ${checkout.amount} EUR as captured`,
    ])
    expect(await ourRows()).toEqual(before)
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0 })
    expect(await replay(messageId)).toMatchObject({ kind: "replayed", lanes: 1 })
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(await store.desk.run("ipn-dry-run", { lane_id: "ipnlane_none" })).toEqual({ kind: "not_found" })
  })

  it("a message that could not be read: it is read after an upgrade, and only then", async () => {
    const checkout = await startPaying(store)
    const { messageId, repair } = await unreadable(checkout)
    expect(await dryRun(messageId)).toMatchObject({ kind: "unreadable" })
    expect(await replay(messageId)).toMatchObject({ kind: "unreadable" })
    await repair()
    expect(await dryRun(messageId)).toMatchObject({
      kind: "dry_run",
      lanes: [
        {
          key: `ref:${checkout.sessionId}`,
          will: [{ kind: "authorize_payment" }, { kind: "complete_cart" }, { kind: "record_capture" }],
        },
      ],
    })
    expect(await truthOf(store, checkout)).toMatchObject({ orders: 0, lane: "none" })
    expect(await replay(messageId)).toEqual({ kind: "replayed", new_events: 1, lanes: 1 })
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    const { rows } = await store.sql.query(`select unreadable, about from ipn_message where id = $1`, [
      messageId,
    ])
    expect(rows).toEqual([{ unreadable: null, about: [`ref:${checkout.sessionId}`] }])
  })

  describe("a message that was sorted where its account is not known, as while a deploy is under way", () => {
    /** Has a message stored and sorted by a process that knows no account. */
    async function sortElsewhere({ method, headers, body }: SignedMessage): Promise<string> {
      const entry = entryOf(
        {
          id: `ipnmsg_${ulid()}`,
          accountId: "sandbox",
          gatewayId: "sandbox",
          message: { method, url: "", query: "", headers, body, ip: "203.0.113.9", receivedAt: new Date() },
          verdict: { kind: "proven", by: "hmac", covers: "body" },
          read: () => ({ events: [] }),
        },
        payloads
      )
      const db = knex({ client: "pg", connection: store.databaseUrl, pool: { min: 0, max: 1 } })
      const log = { warn: () => undefined, error: () => undefined }
      try {
        // In one commit, so that the store does not come first.
        await db.transaction(async (trx) => {
          await trx.raw(`insert into ipn_intake (id, entries) values (?, ?)`, [
            `ipnint_${ulid()}`,
            `[${entry}]`,
          ])
          await new Sorting(trx, createReadEntry(new Map(), payloads, log)).sort()
        })
      } finally {
        await db.destroy()
      }
      return (JSON.parse(entry) as { id: string }).id
    }
    const payloads = new Payloads(new Map(), [])
    const stateOf = async (id: string) =>
      (
        await store.sql.query(
          `select unreadable, about, ${stateOfMessage} as state from ipn_message message where id = $1`,
          [id]
        )
      ).rows

    it("is read where it is known, and its order is placed", async () => {
      const checkout = await startPaying(store)
      const id = await sortElsewhere(await signedMessage(store, "sandbox", "payment.captured", checkout))
      await waitForLane(store, `msg:${id}`, "is read", ({ isDue }) => !isDue)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      expect(await laneOf(store, `msg:${id}`)).toMatchObject({ state: "settled", reason: "read" })
      expect(await stateOf(id)).toEqual([
        { unreadable: null, about: [`ref:${checkout.sessionId}`], state: "applied" },
      ])
    })

    it("waits for review when it cannot be read there either", async () => {
      const checkout = await startPaying(store)
      const edit = (body: string) => body.replaceAll(/"captured":\s*"[^"]+"/g, '"captured":"a lot"')
      const id = await sortElsewhere(
        await signedMessage(store, "sandbox", "payment.captured", checkout, { edit })
      )
      await waitForLane(store, `msg:${id}`, "was tried", ({ isDue }) => !isDue)
      expect(await stateOf(id)).toEqual([
        { unreadable: expect.stringContaining("captured") as string, about: null, state: "review" },
      ])
    })

    it("waits, and is tried again, while no process knows it", async () => {
      const checkout = await startPaying(store)
      const id = await sortElsewhere(await signedMessage(store, "sandbox", "payment.captured", checkout))
      await waitForLane(store, `msg:${id}`, "is read", ({ isDue }) => !isDue)
      await store.sql.query(`update ipn_message set account_id = 'gone', about = null where id = $1`, [id])
      await store.sql.query(
        `update ipn_lane set account_id = 'gone', state = 'waiting', due_at = now() where key = $1`,
        [`msg:${id}`]
      )
      const lane = await waitForLane(store, `msg:${id}`, "failed once", ({ error }) => error !== null)
      expect(lane).toMatchObject({
        isDue: true,
        error: expect.stringContaining('No account "gone"') as string,
      })
    })
  })

  it("a message that is read otherwise after an upgrade: what was told stays, and that is said before and after", async () => {
    const checkout = await paid()
    // As if the parser that read it had been wrong, and were mended now.
    const wasRead = async (path: string, as: unknown) => {
      const { rowCount } = await store.sql.query(
        `update ipn_payment_event set statement = jsonb_set(statement, $2, $3) where message_id = $1`,
        [checkout.messageId, path, JSON.stringify(as)]
      )
      expect(rowCount).toBe(1)
    }
    await wasRead("{money,amount}", "0.01")
    const before = await ourRows()
    const of = `of ${checkout.sessionId}`
    const amount = `${checkout.amount} EUR`
    const stays = "What was told once stays: ask the gateway, or adjust the ledger"
    expect(await dryRun(checkout.messageId)).toMatchObject({
      lanes: [
        {
          key: `ref:${checkout.sessionId}`,
          will: [
            {
              kind: "stays",
              text: `nothing corrected: it was read as payment.captured 0.01 EUR ${of}; today it is read as payment.captured ${amount} ${of}. ${stays}`,
            },
            {},
          ],
        },
      ],
    })
    expect(await ourRows()).toEqual(before)
    await wasRead("{money,amount}", checkout.amount)
    await wasRead("{reason}", { text: "something else" })
    expect(await replay(checkout.messageId)).toEqual({
      kind: "replayed",
      new_events: 0,
      lanes: 1,
      stays: [
        `nothing corrected: it was read as payment.captured ${amount} ${of}, and is read otherwise today. ${stays}`,
      ],
    })
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("a message whose bytes are gone: its payment is settled again from what it told", async () => {
    const checkout = await paid()
    await store.sql.query(`update ipn_message set body = '', body_state = 'pruned' where id = $1`, [
      checkout.messageId,
    ])
    expect(await replay(checkout.messageId)).toEqual({
      kind: "replayed",
      new_events: 0,
      lanes: 1,
      kept: "its bytes were dropped after their time",
    })
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(await replay("ipnmsg_none")).toEqual({ kind: "not_found" })
  })

  it("everything that failed or is in review since a time, in the background, with its progress", async () => {
    const from = await waitUntil("the database's time", async () => {
      const { rows } = await store.sql.query<{ now: string }>(`select now()::text as now`)
      return rows[0]?.now
    })
    const [failed, review, unread] = [
      await startPaying(store),
      await startPaying(store),
      await startPaying(store),
    ]
    for (const checkout of [failed, review]) {
      await price(checkout, "29.95")
      await send(await signedMessage(store, "sandbox", "payment.captured", checkout))
      await waitForReview(store, checkout.sessionId)
    }
    await store.sql.query(
      `update ipn_lane set state = 'failed', attempts = 20, updated_at = now() where key = $1`,
      [`ref:${failed.sessionId}`]
    )
    const { repair } = await unreadable(unread)
    await Promise.all([price(failed, "19.95"), price(review, "19.95"), repair()])

    const selection = { failed_since: from, account_id: "sandbox" }
    const started = await store.desk.run<Replay>("ipn-start-replay", { selection, actor_id: "user_1" })
    expect(started).toMatchObject({ state: "waiting", total: 3, done: 0 })
    await waitUntil("the replay is done", async () => (await progress(started.id)).state === "done")
    expect(await progress(started.id)).toEqual({ state: "done", total: 3, done: 3, failed: 0 })
    for (const checkout of [failed, review, unread]) {
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    }
    // Nothing is left of it to replay.
    const again = await store.desk.run<Replay>("ipn-start-replay", { selection, actor_id: "user_1" })
    expect(again.total).toBe(0)
    const nowhere = { ...selection, account_id: "paypal" }
    expect(
      (await store.desk.run<Replay>("ipn-start-replay", { selection: nowhere, actor_id: "user_1" })).total
    ).toBe(0)
  })

  it("a selection that a crash cut goes on from where it was", async () => {
    const checkouts = [await paid(), await paid(), await paid()]
    const ids = checkouts.map(({ messageId }) => messageId).sort()
    await store.sql.query(
      `insert into ipn_replay (id, selection, state, cursor, total, done, actor_id, lease_until)
       values ('ipnrep_cut', $1, 'running', $2, 3, 1, 'user_1', now() - interval '1 minute')`,
      [JSON.stringify({ message_ids: ids }), `m:${ids[0]}`]
    )
    const versionsBefore = await versions(checkouts)
    await waitUntil("the replay is done", async () => (await progress("ipnrep_cut")).state === "done", {
      withinMs: 100_000,
    })
    expect(await progress("ipnrep_cut")).toEqual({ state: "done", total: 3, done: 3, failed: 0 })
    const after = await versions(checkouts)
    const again = checkouts.map(({ messageId, sessionId }) => {
      return { messageId, isReplayed: after[sessionId]! > versionsBefore[sessionId]! }
    })
    for (const { messageId, isReplayed } of again) expect(isReplayed).toBe(messageId !== ids[0])
    for (const checkout of checkouts) expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("leaves what a person set aside alone", async () => {
    const checkout = await startPaying(store)
    const messageId = await keep(
      await signedMessage(store, "sandbox", "payment.captured", checkout, { amount: "1.00" })
    )
    const { id } = await waitForReview(store, checkout.sessionId)
    const wish = { lane_id: id, kind: "ignore" }
    const { now } = await store.desk.run<{ now: { seen: string } }>("ipn-preview-decision", wish)
    await store.desk.run("ipn-decide", { ...wish, seen: now.seen, actor_id: "user_1", note: "a test" })
    const key = `ref:${checkout.sessionId}`
    await waitForLane(store, key, "is set aside", ({ state, isDue }) => state === "settled" && !isDue)
    expect(await dryRun(messageId)).toMatchObject({ lanes: [{ will: [{ kind: "ignored" }] }] })
    await replay(messageId)
    await waitForLane(store, key, "is settled again", ({ isDue }) => !isDue)
    expect(await laneOf(store, key)).toMatchObject({ state: "settled", reason: "ignored" })
  })

  async function progress(id: string): Promise<Pick<Replay, "state" | "total" | "done" | "failed">> {
    const { rows } = await store.sql.query<Replay>(
      `select state, total, done, failed from ipn_replay where id = $1`,
      [id]
    )
    return rows[0]!
  }

  async function versions(checkouts: readonly Paying[]): Promise<Record<string, number>> {
    const { rows } = await store.sql.query<{ key: string; version: number }>(
      `select key, version from ipn_lane where key = any($1)`,
      [checkouts.map(({ sessionId }) => `ref:${sessionId}`)]
    )
    return Object.fromEntries(rows.map(({ key, version }) => [key.slice("ref:".length), version]))
  }

  it("makes no call to the gateway that moves money", () => {
    expect(sandbox.calls.filter(({ path }) => /captures|refunds|cancel/.test(path))).toEqual([])
  })
})
