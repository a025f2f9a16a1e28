import { freePort } from "../../scripts/free-port"
import { paidOnce, settledTruth } from "../support/invariants"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { deliver, send, signedMessage, type SignedMessage } from "../support/messages"
import { pauseAt, type Moment } from "../support/pause-at"
import { startPaying, type Paying } from "../support/paying"
import { startStore, type OwnStore } from "../support/store/start-store"

/** Each write on the way from a message to a paid order, of one checkout. */
const moments: Record<string, (checkout: Paying) => Omit<Moment, "name">> = {
  "the message is stored": ({ sessionId }) => ({
    table: "ipn_intake",
    on: "insert",
    when: `exists (select 1 from json_array_elements(new.entries::json) entry
             where position('${sessionId}'::bytea in decode(entry->>'body', 'base64')) > 0)`,
  }),
  "what it told is sorted": ({ sessionId }) => ({
    table: "ipn_payment_event",
    on: "insert",
    when: `new.statement->>'reference' = '${sessionId}'`,
  }),
  "the lane is claimed": ({ sessionId }) => ({
    table: "ipn_lane",
    on: "update",
    when: `new.key = 'ref:${sessionId}' and new.fence > old.fence`,
  }),
  "the authorisation is announced": (checkout) => effect(checkout, "authorize_payment", "insert"),
  "the payment is made": ({ sessionId }) => ({
    table: "payment",
    on: "insert",
    when: `new.payment_session_id = '${sessionId}'`,
  }),
  "the session is authorised": ({ sessionId }) => ({
    table: "payment_session",
    on: "update",
    when: `new.id = '${sessionId}' and new.status = 'authorized'`,
  }),
  "the authorisation is counted": ({ collectionId }) => ({
    table: "payment_collection",
    on: "update",
    when: `new.id = '${collectionId}' and new.status = 'authorized' and old.status <> 'authorized'`,
  }),
  "the authorisation is done": (checkout) => effect(checkout, "authorize_payment", "update"),
  "the completion is announced": (checkout) => effect(checkout, "complete_cart", "insert"),
  "the cart is marked": ({ cartId }) => ({
    table: "cart",
    on: "update",
    when: `new.id = '${cartId}' and new.metadata ? 'ipn_completion' and new.completed_at is null`,
  }),
  "the order is made": ({ email }) => ({ table: "order", on: "insert", when: `new.email = '${email}'` }),
  "the order is linked to its cart": ({ cartId }) => ({
    table: "order_cart",
    on: "insert",
    when: `new.cart_id = '${cartId}'`,
  }),
  "the cart is closed": ({ cartId }) => ({
    table: "cart",
    on: "update",
    when: `new.id = '${cartId}' and new.completed_at is not null`,
  }),
  "the stock is reserved": ({ email }) => ({
    table: "reservation_item",
    on: "insert",
    when: `exists (select 1 from order_item item join "order" o on o.id = item.order_id where item.item_id = new.line_item_id and o.email = '${email}')`,
  }),
  "the order is linked to its payment": ({ collectionId }) => ({
    table: "order_payment_collection",
    on: "insert",
    when: `new.payment_collection_id = '${collectionId}'`,
  }),
  "the completion is done": (checkout) => effect(checkout, "complete_cart", "update"),
  "the capture is announced": (checkout) => effect(checkout, "record_capture", "insert"),
  "the capture is recorded": ({ sessionId }) => ({
    table: "capture",
    on: "insert",
    when: `exists (select 1 from payment p where p.id = new.payment_id and p.payment_session_id = '${sessionId}')`,
  }),
  "the payment is captured in full": ({ sessionId }) => ({
    table: "payment",
    on: "update",
    when: `new.payment_session_id = '${sessionId}' and new.captured_at is not null and old.captured_at is null`,
  }),
  "the capture is counted": ({ collectionId }) => ({
    table: "payment_collection",
    on: "update",
    when: `new.id = '${collectionId}' and new.captured_amount > 0`,
  }),
  "the order learns of the capture": ({ email }) => ({
    table: "order_transaction",
    on: "insert",
    when: `exists (select 1 from "order" o where o.id = new.order_id and o.email = '${email}')`,
  }),
  "the capture is done": (checkout) => effect(checkout, "record_capture", "update"),
  "the lane is settled": ({ sessionId }) => ({
    table: "ipn_lane",
    on: "update",
    when: `new.key = 'ref:${sessionId}' and new.state = 'settled' and old.state <> 'settled'`,
  }),
}

function effect({ sessionId }: Paying, kind: string, on: "insert" | "update"): Omit<Moment, "name"> {
  const done = on === "update" ? " and new.state = 'done'" : ""
  return {
    table: "ipn_effect",
    on,
    when: `new.kind = '${kind}'${done} and exists (select 1 from ipn_lane l where l.id = new.lane_id and l.key = 'ref:${sessionId}')`,
  }
}

/** Whoever stands here keeps the whole process from sorting and claiming: they are stopped alone, or after all others. */
const alone = "what it told is sorted"
const last = ["the lane is claimed", "the message is stored"]

/** Checkouts that are stopped by one crash, one at each moment: those of a step at the same time, one step after the other. */
const crashes: readonly (readonly string[][])[] = [
  [[alone]],
  [
    Object.keys(moments).filter((name) => name !== alone && !last.includes(name)),
    ...last.map((name) => [name]),
  ],
]
const atOnce = Object.keys(moments).length

describe("survives a crash", () => {
  let simulator: SandboxSimulator
  let store: OwnStore
  let ownPort: number

  beforeAll(async () => {
    simulator = await startSandboxSimulator()
    ownPort = await freePort()
    store = await startStore({
      simulators: { sandbox: simulator.url },
      env: {
        IPN_OPTIONS: JSON.stringify({
          worker: { leaseMs: 1_500, concurrency: atOnce },
          receiver: { port: ownPort, host: "127.0.0.1" },
        }),
        // Whoever is stopped holds a connection.
        DB_POOL_MAX: String(2 * atOnce),
      },
    })
  })
  afterAll(async () => {
    await store?.stop()
    await simulator?.stop()
  })

  const throughMedusa = (message: SignedMessage) => message
  const throughOwnPort = (message: SignedMessage): SignedMessage => ({
    ...message,
    url: message.url.replace(/:\d+\//, `:${ownPort}/`),
  })

  describe.each([
    ["just before it is written", "cutOff", throughMedusa],
    ["just after it was written, on the own port", "release", throughOwnPort],
  ] as const)("SIGKILL %s", (_, end, through) => {
    describe.each(crashes.map((steps) => ({ steps })))("%#", ({ steps }) => {
      const names = steps.flat()
      const checkouts = new Map<string, Paying>()

      beforeAll(async () => {
        for (const name of names) {
          // Core reserves one inventory item at a time: who is stopped there must not keep the others from theirs.
          const product = name === "the stock is reserved" ? "coffee-mug" : "t-shirt"
          checkouts.set(name, await startPaying(store, { product }))
        }
        const paused = names.map((name) => ({ name, ...moments[name]!(checkouts.get(name)!) }))
        const pause = await pauseAt(store.databaseUrl, store.sql, paused)
        const messages: SignedMessage[] = []
        const sending: Promise<number>[] = []
        for (const step of steps) {
          for (const name of step) {
            const checkout = checkouts.get(name)!
            const message = through(await signedMessage(store, "sandbox", "payment.captured", checkout))
            messages.push(message)
            sending.push(send(message))
          }
          await pause.reached(step)
        }
        store.kill("SIGKILL")
        await store.exited()
        await pause[end]()
        const answers = await Promise.all(sending)
        store = await store.restart()
        // What was not acknowledged, the gateway sends again.
        await Promise.all(messages.filter((_, index) => answers[index] !== 200).map(deliver))
      })

      it.each(names)("%s: one paid order, once", async (name) => {
        const checkout = checkouts.get(name)!
        expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
      })
    })
  })

  it("makes no call to the gateway that moves money", () => {
    expect(simulator.calls.filter(({ path }) => /captures|refunds|cancel/.test(path))).toEqual([])
  })

  it("SIGTERM: finishes what is in hand, and leaves the rest to the next start", async () => {
    const sendOne = async (checkout: Paying) =>
      send(throughOwnPort(await signedMessage(store, "sandbox", "payment.captured", checkout)))
    const [inHand, waiting] = [await startPaying(store), await startPaying(store)]
    const pause = await pauseAt(store.databaseUrl, store.sql, [
      { name: "the order is made", ...moments["the order is made"]!(inHand) },
    ])
    expect(await sendOne(inHand)).toBe(200)
    await pause.reached()
    expect(await sendOne(waiting)).toBe(200)
    store.kill("SIGTERM")
    await pause.release()
    expect(await store.exited()).toBe(0)
    const { rows } = await store.sql.query(`select state from ipn_lane where key = $1`, [
      `ref:${inHand.sessionId}`,
    ])
    expect(rows).toEqual([{ state: "settled" }])
    store = await store.restart()
    for (const checkout of [inHand, waiting]) {
      expect(await settledTruth(store, checkout)).toEqual(paidOnce(checkout))
    }
  })
})
