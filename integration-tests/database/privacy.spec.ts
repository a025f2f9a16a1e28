import { randomBytes } from "node:crypto"
import { ulid } from "ulid"
import { readConfiguration } from "../../src/config/configuration"
import type { ConfiguredAccount } from "../../src/gateways/configured-account"
import type { Message } from "../../src/gateways/gateway"
import type { PaymentEvent } from "../../src/domain/payment-event"
import { markConfirmed, readMessage } from "../../src/modules/ipn/inbox/lane-events"
import { entryOf } from "../../src/modules/ipn/inbox/entry"
import { createReadEntry } from "../../src/modules/ipn/inbox/read-entry"
import { Sorting } from "../../src/modules/ipn/inbox/sorting"
import { storeEvents } from "../../src/modules/ipn/inbox/store-events"
import { createStoreReceived } from "../../src/modules/ipn/inbox/store-received"
import { Erasure } from "../../src/modules/ipn/privacy/erasure"
import { Payloads } from "../../src/modules/ipn/privacy/payloads"
import type { Received } from "../../src/receiver/received"
import { createPluginDatabase, type PluginDatabase } from "../support/plugin-database"

let database: PluginDatabase
beforeAll(async () => {
  database = await createPluginDatabase()
})
afterAll(() => database?.drop())
beforeEach(async () => {
  await database.db.raw(
    "truncate ipn_message, ipn_payment_event, ipn_lane, ipn_expected_payment, ipn_erasure, ipn_difference"
  )
})

/** Test-only secrets. */
const webhookSecret = "test-only-webhook-secret-1"
const accounts = {
  main: {
    gateway: "sandbox",
    mode: "test",
    url: "http://127.0.0.1:4010",
    apiKey: "test-only-api-key-0",
    webhookSecrets: [webhookSecret],
  },
}
const newKey = () => randomBytes(32).toString("base64")
function payloadsWith(payloadKey?: string | string[]): Payloads {
  const { accounts: configured, payloadKeys } = readConfiguration({
    publicUrl: "https://shop.example.com",
    accounts,
    ...(payloadKey ? { payloadKey } : {}),
  })
  return new Payloads(configured, payloadKeys)
}
const plain = payloadsWith()

/** A published test number. */
const card = "4242424242424242"
/** An id that passes the check of card numbers. */
const id = "5555555555554444"

function captured(more: Partial<PaymentEvent> = {}): PaymentEvent {
  return {
    key: `captured:${id}`,
    type: "payment.captured",
    test: true,
    reference: "payses_1",
    gatewayPayment: id,
    money: { amount: "10.00", currency: "eur" },
    ...more,
  }
}

function received(
  body: string,
  more: Partial<Received> & { headers?: Message["headers"]; query?: string } = {}
): Received {
  const { headers = { "content-type": "application/json" }, query = "", ...rest } = more
  return {
    id: `ipnmsg_${ulid()}`,
    accountId: "main",
    gatewayId: "sandbox",
    message: {
      method: "POST",
      url: "https://shop.example.com/hooks/ipn/main",
      query,
      headers,
      body: Buffer.from(body),
      ip: "203.0.113.9",
      receivedAt: new Date(),
    },
    verdict: { kind: "proven", by: "hmac", covers: "body" },
    read: () => ({ events: [captured()] }),
    ...rest,
  }
}

async function store(one: Received, payloads = plain): Promise<string> {
  await createStoreReceived(database.pool)([entryOf(one, payloads)])
  const { rows } = await database.pool.query<{ entries: string }>(`select entries from ipn_intake`)
  asAcknowledged.set(one.id, rows.map(({ entries }) => entries).join())
  await new Sorting(database.db, createReadEntry(telling(one), payloads, log)).sort()
  return one.id
}

const nothingToSort = { sort: () => Promise.resolve() }
const log = { warn: () => undefined, error: () => undefined }

/** Accounts whose gateway reads what the test says that a message tells. */
function telling({ read }: Received): ReadonlyMap<string, ConfiguredAccount> {
  const { accounts: configured } = readConfiguration({ publicUrl: "https://shop.example.com", accounts })
  const main = configured.get("main")!
  const parse = () => {
    const { events, unreadable } = read()
    if (unreadable !== undefined) throw new Error(unreadable)
    return events
  }
  return new Map([["main", { ...main, gateway: { ...main.gateway, parse } }]])
}
/** What lay in the database when a message was acknowledged. */
const asAcknowledged = new Map<string, string>()
/** All that the database holds of a message, and held before it was sorted. */
async function rowOf(messageId: string): Promise<Record<string, unknown>> {
  const row = (await database.db("ipn_message").where({ id: messageId }).first()) as Record<string, unknown>
  return { ...row, as_acknowledged: asAcknowledged.get(messageId) }
}
const reread = async (messageId: string, payloads = plain) =>
  readMessage(database.db, messageId, "https://shop.example.com/hooks/ipn/main", payloads)
const textOf = (message: { body: Uint8Array } | undefined) => Buffer.from(message!.body).toString()

describe("before a message is stored", () => {
  it("card data is taken out of its body and query, and ids that look like card numbers stay", async () => {
    const messageId = await store(
      received(`{"payment":"${id}","card":"${card}","cvc":"123"}`, { query: `card=${card}&payment=${id}` })
    )
    expect(await rowOf(messageId)).toMatchObject({ body_state: "redacted", seal_key_id: null })
    const stored = await reread(messageId)
    expect(textOf(stored)).toBe(`{"payment":"${id}","card":"xxxxxxxxxxxx4242","cvc":"xxx"}`)
    expect(stored?.query).toBe(`card=xxxxxxxxxxxx4242&payment=${id}`)
    expect(stored?.bodyState).toBe("redacted")
  })

  it("every byte stays where there is nothing to take out", async () => {
    const bytes = randomBytes(4_000)
    const messageId = await store({ ...received(""), message: { ...received("").message, body: bytes } })
    const stored = await reread(messageId)
    expect(Buffer.from(stored!.body).equals(bytes)).toBe(true)
    expect(stored?.bodyState).toBe("exact")
  })

  it("what its sender signs in with is taken out, and so are the account's own secrets, wherever they stand", async () => {
    const messageId = await store(
      received(`{"token":"${webhookSecret}"}`, {
        query: `secret=${webhookSecret}&a=1`,
        headers: {
          authorization: "Basic dGVzdDp0ZXN0",
          cookie: "session=1",
          "x-callback-token": "anything",
          "verif-hash": webhookSecret,
          "sandbox-signature": "t=1,v1=00",
        },
      })
    )
    const stored = await reread(messageId)
    expect(stored?.headers).toEqual({
      authorization: "[redacted]",
      cookie: "[redacted]",
      "x-callback-token": "[redacted]",
      "verif-hash": "[redacted]",
      "sandbox-signature": "t=1,v1=00",
    })
    expect(stored?.query).toBe("secret=[redacted]&a=1")
    expect(JSON.stringify(await rowOf(messageId))).not.toContain(webhookSecret)
    expect(textOf(stored)).not.toContain(webhookSecret)
  })

  it("card data is taken out of what it told and of why it could not be read", async () => {
    const told = captured({ reason: { code: "declined", text: `Card ${card} declined` } })
    const one = await store(received("{}", { read: () => ({ events: [told] }) }))
    const other = await store(
      received("{}", { read: () => ({ events: [], unreadable: `unexpected "${card}"` }) })
    )
    expect(JSON.stringify([await rowOf(one), await rowOf(other)])).not.toContain(card)
  })

  it("it stays exact while it must be confirmed by its bytes, and is redacted once that is done", async () => {
    const body = `{"payment":"${id}","card":"${card}"}`
    const headers = { authorization: "Basic dGVzdDp0ZXN0" }
    for (const payloads of [plain, payloadsWith(newKey())]) {
      await database.db.raw("truncate ipn_message, ipn_payment_event, ipn_lane")
      const messageId = await store(
        received(body, { headers, verdict: { kind: "unproven", why: "unsigned" } }),
        payloads
      )
      expect(await reread(messageId, payloads)).toMatchObject({ headers, proof: "unproven" })
      expect(textOf(await reread(messageId, payloads))).toBe(body)

      await storeEvents(database.db, [
        { accountId: "main", messageId, event: captured(), receivedAt: new Date() },
      ])
      await markConfirmed(database.db, messageId, payloads)
      const stored = await reread(messageId, payloads)
      expect(textOf(stored)).toBe(`{"payment":"${id}","card":"xxxxxxxxxxxx4242"}`)
      expect(stored).toMatchObject({
        headers: { authorization: "[redacted]" },
        proof: "confirmed",
        bodyState: "redacted",
      })
    }
  })
})

describe("with a payload key", () => {
  const body = '{"buyer":"Jane Doe"}'

  it("nothing of body and query can be read in the database, and all of it by us", async () => {
    const payloads = payloadsWith(newKey())
    const messageId = await store(received(body, { query: "buyer=Jane" }), payloads)
    const row = await rowOf(messageId)
    expect(row).toMatchObject({ body_state: "sealed" })
    const stored = Buffer.from(row.body as string, "base64").toString("latin1") + JSON.stringify(row)
    expect(stored).not.toMatch(/Jane|SmFuZ/)
    expect(await reread(messageId, payloads)).toMatchObject({ query: "buyer=Jane", bodyState: "sealed" })
    expect(textOf(await reread(messageId, payloads))).toBe(body)
  })

  it("a key can be replaced: the first seals, all of them open; without the old one its messages say so", async () => {
    const [old, current] = [newKey(), Buffer.from(newKey(), "base64").toString("hex")]
    const before = await store(received(body), payloadsWith(old))
    const rotated = payloadsWith([current, old])
    const after = await store(received(body, { read: () => ({ events: [] }) }), rotated)
    const unsealed = await store(received(body, { read: () => ({ events: [] }) }))
    expect((await rowOf(after)).seal_key_id).not.toBe((await rowOf(before)).seal_key_id)
    for (const messageId of [before, after, unsealed]) {
      expect(textOf(await reread(messageId, rotated))).toBe(body)
    }
    await expect(reread(before, payloadsWith(current))).rejects.toThrow(
      /is sealed with the key [0-9a-f]{12}, which is not configured: add it back under `payloadKey`/
    )
  })

  it("a changed byte, and a body put into another message, are not opened", async () => {
    const payloads = payloadsWith(newKey())
    const [one, other] = [
      await store(received(body), payloads),
      await store(received(body, { read: () => ({ events: [] }) }), payloads),
    ]
    const sealed = Buffer.from((await rowOf(one)).body as string, "base64")
    await database
      .db("ipn_message")
      .where({ id: other })
      .update({ body: sealed.toString("base64") })
    await expect(reread(other, payloads)).rejects.toThrow()
    for (const at of [0, 12, sealed.length - 1]) {
      const changed = Buffer.from(sealed)
      changed[at]! ^= 1
      await database
        .db("ipn_message")
        .where({ id: one })
        .update({ body: changed.toString("base64") })
      await expect(reread(one, payloads)).rejects.toThrow()
    }
  })
})

describe("erasing a customer", () => {
  const personal = '{"buyer":"Jane Doe"}'

  async function expectPayment(reference: string, cartId: string, paymentIds: string[] = []) {
    await database.db("ipn_expected_payment").insert({
      id: `ipnexp_${ulid()}`,
      account_id: "main",
      reference,
      amount: "10.00",
      currency_code: "eur",
      cart_id: cartId,
      gateway_payment_ids: JSON.stringify(paymentIds),
    })
  }

  it("empties every message of the carts and orders, also those that told again what was known, and no other", async () => {
    const reason = { code: "buyer", text: "Jane Doe asked for it" }
    await expectPayment("payses_1", "cart_1", ["pay_1"])
    await expectPayment("payses_2", "cart_2")
    const first = await store(received(personal, { read: () => ({ events: [captured({ reason })] }) }))
    const again = await store(received(personal, { read: () => ({ events: [captured({ reason })] }) }))
    const unmatched = await store(
      received(personal, {
        read: () => ({ events: [{ key: "k1", type: "info", test: true, gatewayPayment: "pay_1" }] }),
      })
    )
    const ofOrder = await store(
      received(personal, { read: () => ({ events: [captured({ key: "k2", reference: "payses_3" })] }) })
    )
    const others = await store(
      received(personal, {
        read: () => ({ events: [captured({ key: "k3", reference: "payses_2", reason })] }),
      })
    )
    await database.db("ipn_lane").where({ key: "ref:payses_3" }).update({ order_id: "order_3" })

    const erasure = new Erasure(database.db, nothingToSort)
    const subject = { customerId: "cus_1", cartIds: ["cart_1"], orderIds: ["order_3"] }
    const erased = await erasure.erase(subject, "user_1")
    expect(erased).toMatchObject({ lanes: 3, messages: 4, events: 1 })
    for (const messageId of [first, again, unmatched, ofOrder]) {
      expect(await rowOf(messageId)).toMatchObject({
        body: "",
        query: "",
        headers: {},
        ip: "",
        body_state: "pruned",
      })
      expect(await reread(messageId)).toMatchObject({ bodyState: "pruned" })
    }
    expect(textOf(await reread(others))).toBe(personal)

    const events = await database.db("ipn_payment_event").select("key", "statement")
    const statements = new Map(events.map(({ key, statement }) => [key, statement]))
    expect(statements.get(`captured:${id}`)).toMatchObject({
      money: { amount: "10.00", currency: "eur" },
      gatewayPayment: id,
      reason: { code: "buyer" },
    })
    expect(JSON.stringify(statements.get(`captured:${id}`))).not.toContain("Jane")
    expect(statements.get("k3")).toMatchObject({ reason })

    expect(await erasure.list()).toMatchObject({
      count: 1,
      erasures: [
        {
          id: erased.id,
          subject: { customer_id: "cus_1", cart_ids: ["cart_1"], order_ids: ["order_3"] },
          messages: 4,
          actor_id: "user_1",
        },
      ],
    })
    expect(await erasure.erase(subject, "user_1")).toMatchObject({ lanes: 3, messages: 4, events: 0 })
  })

  it("finds nothing, and says so, for somebody who never paid", async () => {
    await store(received(personal))
    expect(
      await new Erasure(database.db, nothingToSort).erase({ cartIds: ["cart_9"], orderIds: [] }, "user_1")
    ).toMatchObject({
      lanes: 0,
      messages: 0,
      events: 0,
    })
    expect(
      await new Erasure(database.db, nothingToSort).erase({ cartIds: [], orderIds: [] }, "user_1")
    ).toMatchObject({
      messages: 0,
    })
  })

  it("finds the messages about a payment by an index, among many of its account", async () => {
    const { db } = database
    await db.raw(
      `insert into ipn_message (id, account_id, gateway_id, method, query, headers, body, ip, proof, proof_detail, received_at, about)
       select 'ipnmsg_' || n, 'main', 'sandbox', 'POST', '', '{}', '', '', 'proven', '{}', now(), jsonb_build_array('ref:payses_' || n)
       from generate_series(1, 20000) n`
    )
    await db.raw("analyze ipn_message")
    await expectPayment("payses_7", "cart_7")
    const seen: { sql: string; bindings: string[] }[] = []
    const note = (query: { sql: string; bindings: string[] }) => seen.push(query)
    db.on("query", note)
    const erased = await new Erasure(db, nothingToSort).erase({ cartIds: ["cart_7"], orderIds: [] }, "user_1")
    db.removeListener("query", note)
    expect(erased.messages).toBe(1)

    const asked = seen.filter(({ sql }) => /(?:from|update) ipn_message/.test(sql))
    expect(asked).toHaveLength(2)
    for (const { sql, bindings } of asked) {
      const question = sql.replace("?|", "\\?|").replace(/\$\d+/g, "?")
      const { rows } = await db.raw(`explain ${question}`, bindings)
      expect(JSON.stringify(rows)).toMatch(/IDX_ipn_message_about|ipn_message_pkey/)
      expect(JSON.stringify(rows)).not.toContain("Seq Scan on ipn_message")
    }
  })
})
