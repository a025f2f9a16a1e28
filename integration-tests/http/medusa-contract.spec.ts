import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Findings } from "../support/medusa-contract-probe"
import type { Database } from "../support/store/database"
import { seed as exec } from "../support/store/medusa"
import { createSeededDatabase } from "../support/store/start-store"

/**
 * What our code relies on and Medusa does not promise: methods that its types do not have, and its tables. A red line
 * here says which words in src/workflows/settle/payment-records.ts, complete-cart.ts beside it,
 * src/workflows/decide/attach-payment.ts, src/providers/payment/capture-amount.ts,
 * src/modules/ipn/holds/reserving.ts, src/modules/ipn/payment-rows.ts or
 * src/modules/ipn/inbox/expected-payments.ts must change for a new version of Medusa.
 */
describe("Medusa as installed does what we rely on", () => {
  let database: Database
  let folder: string
  let findings: Findings

  beforeAll(async () => {
    database = await createSeededDatabase()
    folder = mkdtempSync(join(tmpdir(), "ipn-contract-"))
    const file = join(folder, "findings.json")
    await exec(
      // Nothing is settled here.
      { databaseUrl: database.url, env: { IPN_CONTRACT_FILE: file, MEDUSA_WORKER_MODE: "server" } },
      join(__dirname, "..", "support", "medusa-contract-probe.ts")
    )
    findings = JSON.parse(readFileSync(file, "utf8")) as Findings
  })
  afterAll(async () => {
    if (folder) rmSync(folder, { recursive: true, force: true })
    await database?.drop()
  })

  function found(name: keyof Findings): unknown {
    const { found, error } = findings[name]
    if (error) throw new Error(`Medusa threw: ${error}`)
    return found
  }

  it("the payment module has the methods that its types do not have", () => {
    expect(found("methods")).toEqual({
      createPayments: "function",
      updatePayments: "function",
      createPaymentSessions: "function",
      updatePaymentSessions: "function",
      deleteCaptures: "function",
      createRefunds: "function",
      deleteRefunds: "function",
      maybeUpdatePaymentCollection_: "function",
    })
  })

  it("the inventory module reserves by the methods that holds lead over", () => {
    const all = Object.values(found("inventory") as Record<string, string>)
    expect(all).toEqual(Array(8).fill("function"))
  })

  it("the payment module knows the providers it runs with, by their full names", () => {
    const providers = found("providers")
    expect(providers).toContain("pp_system_default")
    expect(providers).toContain("pp_ipn_sandbox")
  })

  it("updatePaymentSessions sets a session's status, changes nothing else of it, and asks no provider", () => {
    expect(found("sessionStatus")).toEqual({
      before: "pending",
      after: { pending_authorization: "pending_authorization", error: "error", canceled: "canceled" },
      others: 0,
      calls: [],
    })
  })

  it("createPayments makes a session's one payment, exact to the cent, and asks no provider", () => {
    expect(found("authorization")).toEqual({
      payment: {
        amount: "24.95",
        raw_amount: { value: "24.95", precision: 20 },
        currency_code: "eur",
        provider_id: "pp_system_default",
        data: { session_id: expect.stringMatching(/^payses_/) as unknown },
        canceled_at: null,
        captured_at: null,
      },
      belongs: true,
      session: { status: "authorized", authorized: true },
      collection: expect.objectContaining({ captured_amount: "0" }) as unknown,
      again: true,
      payments: 1,
      calls: [],
    })
  })

  it("maybeUpdatePaymentCollection_ adds up what is authorised", () => {
    expect(found("authorization")).toMatchObject({
      collection: { status: "authorized", authorized_amount: "19.95" },
    })
  })

  it("updatePayments takes back that a payment was cancelled", () => {
    expect(found("authorizationOfCanceled")).toEqual({ canceled: true, after: null })
  })

  it("in the container of our own completions cancelPayment and refundPayment do nothing", () => {
    expect(found("takingBack")).toEqual({
      canceled: false,
      refused: "Error: kept: the order is tried again",
      calls: [],
    })
  })

  it("capturePayment with is_captured records captures in parts under our mark, and asks no provider", () => {
    expect(found("capture")).toEqual({
      returned: [1, 2],
      row: { raw_amount: { value: "10.1", precision: 20 }, created_by: "ipn:probe" },
      hasTime: true,
      capturedAt: [false, true],
      collection: { status: "completed", captured_amount: "24.95" },
      calls: [],
    })
  })

  it("refunds and captures are recorded and taken back, and no provider is asked", () => {
    expect(found("corrections")).toEqual({
      refund: {
        raw_amount: { value: "10.1", precision: 20 },
        created_by: "ipn:probe",
        metadata: { gateway_refund_id: "re_probe" },
      },
      refunded: { status: "completed", refunded_amount: "10.1" },
      unrefunded: { refunded_amount: "0" },
      rowsLeft: 0,
      uncaptured: { status: "authorized", captured_amount: "0" },
      capturedAt: null,
      calls: [],
    })
  })

  it("a payment is voided, and no provider is asked", () => {
    expect(found("voiding")).toEqual({ canceled: true, session: "canceled", calls: [] })
  })

  it("a deleted session is there again under its own id, and no provider is asked", () => {
    expect(found("sessionAgain")).toEqual({
      gone: true,
      again: { status: "pending", raw_amount: { value: "24.95", precision: 20 } },
      belongs: true,
      calls: [],
    })
  })

  it("a capture's row is there with its amount when core asks the provider, under the idempotency key", () => {
    expect(found("captureAmount")).toEqual(["capturePayment 10.1"])
  })

  it("a session leads to its collection and cart, and only under its own provider", () => {
    expect(found("expected")).toEqual({
      found: [
        { money: { amount: "24.95", currency: "eur" }, cart: true, collection: true },
        { money: { amount: "19.95", currency: "eur" }, cart: true, collection: true },
      ],
      others: null,
    })
  })

  it("createPaymentCollections takes an id of ours, exact to the cent, and once", () => {
    expect(found("collectionOfOurs")).toEqual({
      id: true,
      row: { raw_amount: { value: "24.95", precision: 20 }, currency_code: "eur", status: "not_paid" },
      again: "refused",
      calls: [],
    })
  })

  it("core's workflow table tells a finished completion, and of which cart it was", () => {
    expect(found("completion")).toEqual({ placed: true, own: [true], since: 1 })
  })

  it("stock is released under core's lock of the goods, as core reserves it", () => {
    expect(found("stockLock")).toEqual({ lines: 1, held: 1, after: 0 })
  })

  it("its tables say of a payment, read in one statement, what its own query says row by row", () => {
    const { ours, medusas, byCollection, ofNobody } = found("paymentRows") as Record<string, unknown>
    expect(ours).toEqual(medusas)
    const entry = expect.stringMatching(/^(?:capt|ref)_/) as string
    expect(ours).toMatchObject({
      session: {
        status: "authorized",
        amount: "24.95",
        payment: {
          captures: [[entry, "24.95", "ipn:probe", expect.any(Number)]],
          refunds: [[entry, "10.1", "ipn:probe", expect.any(Number), { gateway_refund_id: "re_probe" }]],
        },
      },
      order: { captureIds: [entry], refundIds: [entry], creditLines: [{}] },
      siblings: [{ status: "authorized" }],
    })
    expect(byCollection).toBe(true)
    expect(ofNobody).toEqual({ session: null, orderId: null, order: null, siblings: [], elsewhere: [] })
  })

  it("updateCarts marks a cart as completed, and takes that back", () => {
    expect(found("completedAt")).toEqual([true, false])
  })
})
