import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { startSandboxSimulator, type SandboxSimulator } from "../../src/gateways/sandbox/simulator"
import { paidOnce, settledTruth } from "../support/invariants"
import { everythingSorted } from "../support/lanes"
import { send, signedMessage } from "../support/messages"
import { startPaying, type Paying } from "../support/paying"
import { seed as exec } from "../support/store/medusa"
import { startStore, type OwnStore } from "../support/store/start-store"

/** A store that encrypts what it stores of messages. */
describe("a customer's data", () => {
  const env = { IPN_OPTIONS: JSON.stringify({ payloadKey: randomBytes(32).toString("base64") }) }
  let sandbox: SandboxSimulator
  let store: OwnStore

  beforeAll(async () => {
    sandbox = await startSandboxSimulator()
    store = await startStore({ simulators: { sandbox: sandbox.url }, env })
  })
  afterAll(async () => {
    await store?.stop()
    await sandbox?.stop()
  })

  type Row = { id: string; body: string; body_state: string; ip: string; headers: object }

  /** Pays, tells it twice, and says which messages are about it. */
  async function pay(): Promise<Paying & { messages: () => Promise<Row[]> }> {
    const before = await all()
    const checkout = await startPaying(store)
    const message = await signedMessage(store, "sandbox", "payment.captured", checkout)
    expect([await send(message), await send(message)]).toEqual([200, 200])
    await store.waitForPaidOrder(checkout.cartId)
    await everythingSorted(store)
    const ids = (await all()).map(({ id }) => id).filter((id) => !before.some((row) => row.id === id))
    expect(ids).toHaveLength(2)
    return { ...checkout, messages: async () => (await all()).filter(({ id }) => ids.includes(id)) }
  }
  const all = async () => (await store.sql.query<Row>(`select * from ipn_message order by id`)).rows

  it("is erased from all messages about it and from no other, and the order and what was paid stay", async () => {
    const [erased, other] = [await pay(), await pay()]
    const truth = await settledTruth(store, erased)
    expect(truth).toEqual(paidOnce(erased))
    for (const row of [...(await erased.messages()), ...(await other.messages())]) {
      expect(row.body_state).toBe("sealed")
      expect(Buffer.from(row.body, "base64").toString("latin1")).not.toContain(erased.sessionId)
    }

    const { rows } = await store.sql.query<{ customer_id: string }>(
      `select customer_id from cart where id = $1`,
      [erased.cartId]
    )
    await exec(
      {
        databaseUrl: store.databaseUrl,
        env: { ...env, IPN_ERASE_CUSTOMER: rows[0]!.customer_id, MEDUSA_WORKER_MODE: "server" },
      },
      join(__dirname, "..", "support", "erase-customer.ts")
    )
    expect(await erased.messages()).toMatchObject([
      { body: "", body_state: "pruned", ip: "", headers: {} },
      { body: "", body_state: "pruned", ip: "", headers: {} },
    ])
    expect((await other.messages()).map(({ body_state }) => body_state)).toEqual(["sealed", "sealed"])
    expect(await settledTruth(store, erased)).toEqual(truth)
    const audit = await store.sql.query(`select subject, messages, actor_id from ipn_erasure`)
    expect(audit.rows).toMatchObject([
      {
        subject: { customer_id: rows[0]!.customer_id, cart_ids: [erased.cartId] },
        messages: 2,
        actor_id: "user_of_the_spec",
      },
    ])
  })
})
