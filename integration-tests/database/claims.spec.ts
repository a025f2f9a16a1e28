import type { PaymentEvent } from "../../src/domain/payment-event"
import {
  claimLanes,
  endClaim,
  renewClaims,
  type Claim,
  type Settlement,
} from "../../src/modules/ipn/inbox/claim-lanes"
import {
  findExpected,
  learnGatewayPayments,
  type ExpectedPayment,
} from "../../src/modules/ipn/inbox/expected-payments"
import { storeEvents } from "../../src/modules/ipn/inbox/store-events"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(async () => database?.drop())
beforeEach(async () => {
  await database.pool.query(`truncate ipn_lane, ipn_payment_event, ipn_expected_payment`)
  await database.pool.query(
    `insert into ipn_lane (id, account_id, key, first_due_at, due_at)
     select 'ipnlane_' || n, 'main', 'ref:' || n, now(), now() - n * interval '1 second' from generate_series(1, 40) n`
  )
})

it("a worker claims as many lanes as it asked for, those that wait longest", async () => {
  const claims = await claimLanes(database.db, 3, 30_000)
  expect(claims.map(({ laneId }) => laneId).sort()).toEqual(["ipnlane_38", "ipnlane_39", "ipnlane_40"])
})

it("workers that claim at once share the lanes: each is one worker's, and none waits for another", async () => {
  const claims = await Promise.all(Array.from({ length: 8 }, () => claimLanes(database.db, 5, 30_000)))
  for (const mine of claims) expect(mine.length).toBeLessThanOrEqual(5)
  const all = claims.flat().map(({ laneId }) => laneId)
  expect(new Set(all).size).toBe(all.length)
  expect(all.length + (await claimLanes(database.db, 40, 30_000)).length).toBe(40)
})

it("a lane that another worker is just claiming is left to it", async () => {
  const another = await database.pool.connect()
  try {
    await another.query(`begin; select 1 from ipn_lane where id = 'ipnlane_40' for update`)
    const claims = await claimLanes(database.db, 2, 30_000)
    expect(claims.map(({ laneId }) => laneId).sort()).toEqual(["ipnlane_38", "ipnlane_39"])
  } finally {
    await another.query("rollback")
    another.release()
  }
})

const lapse = async ({ laneId }: Claim) => {
  await database
    .db("ipn_lane")
    .where({ id: laneId })
    .update({ lease_until: database.db.raw("now() - interval '1 second'") })
}
const lane = async ({ laneId }: Pick<Claim, "laneId">) => {
  const [row] = await database.db("ipn_lane").where({ id: laneId })
  return row as {
    state: string
    reason: string | null
    fence: number
    due_at: Date | null
    lease_until: Date | null
  }
}

describe("a worker that lost its claim to another", () => {
  let lost: Claim
  let held: Claim
  beforeEach(async () => {
    ;[lost] = (await claimLanes(database.db, 1, 30_000)) as [Claim]
    await lapse(lost)
    ;[held] = (await claimLanes(database.db, 1, 30_000)) as [Claim]
    expect(held.laneId).toBe(lost.laneId)
  })

  it("writes nothing of how its work ended; the other does", async () => {
    const before = await lane(lost)
    expect(await endClaim(database.db, lost, { state: "settled", reason: "late" })).toBe(false)
    expect(await lane(lost)).toEqual(before)
    expect(await endClaim(database.db, held, { state: "review", reason: "amount_short" })).toBe(true)
    expect(await endClaim(database.db, lost, { state: "settled", reason: "late" })).toBe(false)
    expect(await lane(lost)).toMatchObject({ state: "review", reason: "amount_short", lease_until: null })
  })

  it("cannot hold it for longer; the other can, until it has ended", async () => {
    const before = await lane(lost)
    expect(await renewClaims(database.db, [lost], 600_000)).toEqual(new Set())
    expect(await lane(lost)).toEqual(before)
    expect(await renewClaims(database.db, [lost, held], 600_000)).toEqual(new Set([held.laneId]))
    expect((await lane(held)).lease_until!.getTime()).toBeGreaterThan(before.lease_until!.getTime())
    await endClaim(database.db, held, { state: "settled" })
    expect(await renewClaims(database.db, [held], 600_000)).toEqual(new Set())
    expect(await lane(held)).toMatchObject({ lease_until: null })
  })
})

describe("what is told while a lane is being settled", () => {
  const told = (key: string, about: Partial<PaymentEvent> = {}): PaymentEvent => ({
    key,
    type: "refund.succeeded",
    test: true,
    gatewayPayment: "pi_1",
    ...about,
  })
  const store = async (...events: PaymentEvent[]) =>
    storeEvents(
      database.db,
      events.map((event) => ({ accountId: "main", event, receivedAt: new Date() }))
    )
  const claimPayment = async (): Promise<Claim> => {
    const claim = (await claimLanes(database.db, 100, 30_000)).find(({ key }) => key === "pay:pi_1")
    if (!claim) throw new Error("the payment's lane is not due")
    return claim
  }
  const done = { state: "settled", outcome: "applied", seen: ["first"] } satisfies Settlement

  it("has no outcome of a round that did not see it, and is settled next", async () => {
    await store(told("first"))
    const claim = await claimPayment()
    await store(told("second"))
    await endClaim(database.db, claim, done)
    const outcomes = await database.db("ipn_payment_event").select("key", "outcome").orderBy("key")
    expect(outcomes).toEqual([
      { key: "first", outcome: "applied" },
      { key: "second", outcome: null },
    ])
    expect(await claimPayment()).toMatchObject({ laneId: claim.laneId })
  })

  const readExpected = async () => (await findExpected(database.db, "main", "payses_1"))!
  const learn = async (expected: ExpectedPayment, ...ids: string[]) =>
    learnGatewayPayments(database.db, expected, ids)

  describe("or settled already, whose payment it is", () => {
    let claim: Claim
    beforeEach(async () => {
      await database.db("ipn_expected_payment").insert({
        id: "ipnexp_1",
        account_id: "main",
        reference: "payses_1",
        amount: "42",
        currency_code: "eur",
        gateway_payment_ids: "[]",
      })
      await store(told("first"))
      claim = await claimPayment()
    })

    it("has it settled again, though this round ends as done", async () => {
      expect(await learn(await readExpected(), "pi_1")).toEqual([claim.laneId])
      await endClaim(database.db, claim, done)
      expect(await claimPayment()).toMatchObject({ laneId: claim.laneId })
    })

    it("wakes what is done, also where that was known before, and only while it holds something", async () => {
      await endClaim(database.db, claim, done)
      await learn(await readExpected(), "pi_1")
      const known = await readExpected()
      expect(known.gatewayPayments).toEqual(["pi_1"])
      await endClaim(database.db, await claimPayment(), done)
      expect(await learn(known, "pi_1", "pi_2")).toEqual([claim.laneId])
      expect((await readExpected()).gatewayPayments).toEqual(["pi_1", "pi_2"])
      await database.db("ipn_payment_event").del()
      expect(await learn(known, "pi_1")).toEqual([])
    })
  })
})
