import { paidOnce, settledTruth } from "../support/invariants"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { waitForLane, makeDue } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { pauseAt, type Moment } from "../support/pause-at"
import { startPaying } from "../support/paying"
import { borrowStore, type LentStore } from "../support/store/kept-store"
import { startStore, type OwnStore } from "../support/store/start-store"
import { endLockOf, takeLock } from "../support/subject-lock"

describe("applies a payment once", () => {
  let simulator: SandboxSimulator
  let store: LentStore
  let second: OwnStore

  beforeAll(async () => {
    simulator = await startSandboxSimulator()
    store = await borrowStore({ simulators: { sandbox: simulator.url } })
    // A second process on the same database, on Medusa's default modules: their locks do not reach across processes.
    second = await startStore({
      simulators: { sandbox: simulator.url },
      database: { url: store.databaseUrl },
    })
  })
  afterAll(async () => {
    await second?.stop()
    await store?.stop()
    await simulator?.stop()
  })

  it("however often a message is sent at once", async () => {
    const checkout = await startPaying(store)
    const message = await signedMessage(store, "sandbox", "payment.captured", checkout)
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(message)))
    expect(answers).toEqual(Array(10).fill(200))
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    expect(await send(message)).toBe(200)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("however many different messages tell of it, in any order", async () => {
    const checkout = await startPaying(store)
    for (const told of ["payment.captured", "payment.authorized", "payment.captured", "payment.pending"]) {
      expect(await send(await signedMessage(store, "sandbox", told, checkout))).toBe(200)
    }
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("when a failure comes before the success", async () => {
    const checkout = await startPaying(store)
    for (const told of ["payment.attempt_failed", "payment.failed", "payment.captured", "payment.expired"]) {
      expect(await send(await signedMessage(store, "sandbox", told, checkout))).toBe(200)
    }
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("authorised first, captured later", async () => {
    const checkout = await startPaying(store)
    expect(await send(await signedMessage(store, "sandbox", "payment.authorized", checkout))).toBe(200)
    expect(await settledTruth(store, checkout)).toEqual({
      ...paidOnce(checkout),
      payment_status: "authorized",
      counted: "0.00",
      captured: "0.00",
      captures: 0,
      transactions: "0.00",
    })
    expect(await send(await signedMessage(store, "sandbox", "payment.captured", checkout))).toBe(200)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it.each([1, 2, 3])("when the buyer's browser completes the cart at the same moment (%i)", async () => {
    const checkout = await startPaying(store)
    const message = await signedMessage(store, "sandbox", "payment.captured", checkout)
    const [status, completed] = await Promise.all([
      send(message),
      store.buyer.completeCart(checkout.cartId).catch((error: Error) => error),
    ])
    expect(status).toBe(200)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    if (!(completed instanceof Error) && completed.type === "order") {
      expect(completed.order.id).toBe((await store.ordersOf(checkout.cartId))[0]?.id)
    }
  })

  it("when the browser comes after the message: it gets the same order", async () => {
    const checkout = await startPaying(store)
    await send(await signedMessage(store, "sandbox", "payment.captured", checkout))
    const order = await store.waitForPaidOrder(checkout.cartId)
    expect(await store.buyer.completeCart(checkout.cartId)).toMatchObject({
      type: "order",
      order: { id: order.id },
    })
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it("when the browser comes before any message, nothing is placed; the message places it", async () => {
    const checkout = await startPaying(store)
    await expect(store.buyer.completeCart(checkout.cartId)).rejects.toThrow(/not authorized/)
    expect(await store.ordersOf(checkout.cartId)).toEqual([])
    await send(await signedMessage(store, "sandbox", "payment.captured", checkout))
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  it.each([1, 2, 3, 4])("on two processes at once, message and browser (%i)", async () => {
    const checkout = await startPaying(store)
    const here = await signedMessage(store, "sandbox", "payment.captured", checkout, {
      id: `two_${checkout.cartId}`,
    })
    const there = await signedMessage(second, "sandbox", "payment.captured", checkout, {
      id: `too_${checkout.cartId}`,
    })
    await Promise.all([
      ...[here, there, here, there, here, there].map(send),
      store.buyer.completeCart(checkout.cartId).catch(() => undefined),
      second.buyer.completeCart(checkout.cartId).catch(() => undefined),
    ])
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
  })

  describe("when the connection of its lock ends in the middle", () => {
    /** Somebody else has the lock, and who had it goes on. */
    async function losesLock(
      cartId: string,
      moment: Moment,
      begin: () => Promise<unknown>,
      meanwhile = async () => {}
    ) {
      const pause = await pauseAt(store.databaseUrl, store.sql, [moment])
      const begun = begin()
      begun.catch(() => undefined)
      await pause.reached()
      await endLockOf(store.sql, cartId)
      const other = await takeLock(store.databaseUrl, cartId)
      await meanwhile()
      await pause.release()
      return { begun, other }
    }

    it("settling ends before the next change, and is tried again", async () => {
      const checkout = await startPaying(store)
      const { cartId, sessionId } = checkout
      const moment = {
        name: "the payment is made",
        table: "payment",
        on: "insert",
        when: `new.payment_session_id = '${sessionId}'`,
      } as const
      const message = await signedMessage(store, "sandbox", "payment.captured", checkout)
      const { other } = await losesLock(cartId, moment, () => send(message))
      try {
        await waitForLane(store, `ref:${sessionId}`, "was given up", ({ error }) => {
          return error?.startsWith(`the lock of ${cartId} was lost`) ?? false
        })
        expect(await store.ordersOf(cartId)).toEqual([])
      } finally {
        await other.release()
      }
      await makeDue(store, `ref:${sessionId}`)
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })

    it("a browser that had not begun to place the order is answered an error, and places none", async () => {
      const checkout = await startPaying(store)
      const { cartId } = checkout
      const moment = {
        name: "the completion is announced",
        table: "ipn_effect",
        on: "insert",
        when: `new.lane_id = 'cart:${cartId}'`,
      } as const
      const { begun, other } = await losesLock(
        cartId,
        moment,
        () => store.buyer.completeCart(cartId),
        // From here on core would place the order.
        () => simulator.pay(simulator.paymentOf(checkout.sessionId).id)
      )
      try {
        await expect(begun).rejects.toThrow("500")
        expect(await store.ordersOf(cartId)).toEqual([])
      } finally {
        await other.release()
      }
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    })
  })

  it("although a message stored before it tells what no column takes: that one waits for review, alone", async () => {
    const checkout = await startPaying(store)
    const poison = {
      account_id: "sandbox",
      gateway_id: "sandbox",
      method: "POST",
      query: "",
      headers: {},
      body: "e30=",
      body_state: "exact",
      ip: "",
      proof: "proven",
      proof_detail: { keyId: "\u0000" },
      received_at: new Date(),
      told: [{ statement: { key: "k", occurredAt: "soon" } }],
    }
    await store.sql.query(`insert into ipn_intake (id, entries) values ('ipnint_0', $1)`, [
      JSON.stringify([
        { ...poison, id: "ipnmsg_0" },
        { ...poison, id: "ipnmsg_1", proof_detail: {}, told: [] },
      ]),
    ])
    expect(await send(await signedMessage(store, "sandbox", "payment.captured", checkout))).toBe(200)
    expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    const { rows } = await store.sql.query(
      `select id, body, unreadable from ipn_message where id in ('ipnmsg_0', 'ipnmsg_1') order by id`
    )
    expect(rows).toEqual([
      { id: "ipnmsg_0", body: "e30=", unreadable: expect.stringContaining("cannot be sorted") as string },
      { id: "ipnmsg_1", body: "e30=", unreadable: null },
    ])
  })

  it("makes no call to the gateway that moves money", () => {
    expect(simulator.calls.filter(({ path }) => /captures|refunds|cancel/.test(path))).toEqual([])
  })
})
