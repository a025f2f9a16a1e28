import { fold } from "../../../domain/fold"
import type { Money } from "../../../domain/money"
import {
  GatewayRefusedError,
  type Account,
  type ConfirmIo,
  type Expected,
  type Operations,
} from "../../gateway"
import { openPage } from "../../simulation/open-page"
import { startReader, type Reader } from "../../simulation/reader"
import paypal from "../index"
import { options, type PaypalConfig } from "../options"
import simulation, { startPaypalSimulator, type PaypalOptions, type PaypalSimulator } from "../simulator"

const operations = paypal.operations as Required<Operations<PaypalConfig>>
const eur = (amount: string): Money => ({ amount, currency: "eur" })

type Scene = Readonly<{
  paypal: PaypalSimulator
  reader: Reader
  io: ConfirmIo
  account: Account<PaypalConfig>
  expected: Expected
  /** Creates the payment of the scene and opens PayPal's page. */
  create(money?: Money): Promise<Expected>
}>
let open: (() => Promise<void>)[] = []

async function startScene(
  config: Partial<PaypalConfig> = {},
  played: Partial<PaypalOptions> = {}
): Promise<Scene> {
  const known = new Map<string, Expected>()
  const holder: { account?: Account<PaypalConfig> } = {}
  const reader = await startReader(
    paypal,
    () => holder.account as Account<PaypalConfig>,
    async (reference) => known.get(reference)
  )
  const simulator = await startPaypalSimulator({ notifyUrl: reader.notifyUrl, ...played })
  open = [...open, simulator.stop, reader.stop]
  const account = {
    id: "paypal",
    mode: "test" as const,
    config: options.parse({ ...simulation.config(simulator.url), ...config }),
  }
  holder.account = account
  const reference = "payses_01REST"
  return {
    paypal: simulator,
    reader,
    io: reader.io,
    account,
    /** With the ids that the store learns from what it is told, as the worker does. */
    get expected() {
      const found = known.get(reference) as Expected
      const told = reader.events.flatMap(({ gatewayPayment }) => gatewayPayment ?? [])
      return { ...found, gatewayPayments: [...new Set([...found.gatewayPayments, ...told])] }
    },
    async create(money = eur("42.00")) {
      const created = await operations.create(
        {
          reference,
          money,
          notifyUrl: reader.notifyUrl,
          returnUrl: "https://shop.example/done",
          cancelUrl: "https://shop.example/cart",
        },
        account,
        reader.io
      )
      const before = known.get(reference)?.gatewayPayments ?? []
      const expected = { reference, money, gatewayPayments: [...before, created.gatewayPayment ?? ""] }
      known.set(reference, expected)
      await openPage(created.next)
      return expected
    },
  }
}

afterEach(async () => {
  for (const stop of open) await stop()
  open = []
})

const moneyMoves = ({ paypal: { calls } }: Scene) =>
  calls.filter(
    ({ method, path, status }) => method === "POST" && status < 300 && /capture$|authorize$/.test(path)
  )

describe("a payment that is taken at once", () => {
  it("is captured once its buyer approved it, and told", async () => {
    const scene = await startScene()
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    expect(new Set(scene.reader.verdicts)).toEqual(new Set(["unproven"]))
    expect(scene.reader.facts()).toMatchObject({
      modes: ["test"],
      captured: [eur("42.00")],
      fees: [eur("1.00")],
      paidTimes: 1,
    })
    expect(moneyMoves(scene)).toHaveLength(1)
    await scene.paypal.deliver({ times: 3, shuffle: 5 })
    expect(scene.reader.facts()).toMatchObject({ captured: [eur("42.00")], paidTimes: 1 })
    expect(moneyMoves(scene)).toHaveLength(1)
  })

  it("is captured when the buyer is back and PayPal's message is late, and counts once when it comes", async () => {
    const scene = await startScene({}, { sendsAtOnce: false })
    const expected = await scene.create()
    await expect(operations.fetch(expected, scene.account, scene.io)).resolves.toMatchObject([
      { type: "info" },
    ])
    await scene.paypal.approve("payses_01REST")
    const fetched = await operations.fetch(expected, scene.account, scene.io)
    expect(fold(fetched)).toMatchObject({ captured: [eur("42.00")], paidTimes: 1 })
    await scene.paypal.deliver({ times: 2, shuffle: 2 })
    expect(fold([...fetched, ...scene.reader.events])).toMatchObject({
      captured: [eur("42.00")],
      paidTimes: 1,
    })
    expect(moneyMoves(scene)).toHaveLength(1)
  })

  it("is captured once when the message and the buyer come at the same time", async () => {
    const scene = await startScene({}, { sendsAtOnce: false })
    const expected = await scene.create()
    await scene.paypal.approve("payses_01REST")
    await Promise.all([
      scene.paypal.deliver(),
      operations.fetch(expected, scene.account, scene.io),
      operations.fetch(expected, scene.account, scene.io),
    ])
    expect(scene.paypal.orderOf("payses_01REST").captures).toHaveLength(1)
    const keys = moneyMoves(scene).map(({ headers }) => headers["paypal-request-id"])
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^capture-/)
  })

  it("is never captured on a message's word: not for another amount, another order, or an unknown reference", async () => {
    const scene = await startScene()
    await scene.create(eur("42.00"))
    const cheap = scene.paypal.orderOf("payses_01REST")
    await scene.create(eur("99.00"))
    await scene.paypal.tell("CHECKOUT.ORDER.APPROVED", "checkout-order", {
      ...{ id: cheap.id, status: "APPROVED", intent: "CAPTURE" },
      purchase_units: [{ custom_id: "payses_01REST", amount: { currency_code: "EUR", value: "99.00" } }],
    })
    for (const custom_id of ["payses_unknown", "payses_01REST"]) {
      await scene.paypal.tell("CHECKOUT.ORDER.APPROVED", "checkout-order", {
        id: "0UNKNOWN",
        status: "APPROVED",
        purchase_units: [{ custom_id, amount: { currency_code: "EUR", value: "99.00" } }],
      })
    }
    expect(scene.reader.facts()).toMatchObject({ captured: [], pending: false })
    expect(moneyMoves(scene)).toEqual([])
    cheap.status = "APPROVED"
    await scene.paypal.deliver()
    await operations.fetch(scene.expected, scene.account, scene.io)
    expect(cheap.captures).toEqual([])
    expect(moneyMoves(scene)).toEqual([])
  })

  it("stays open when the bank says no, and is paid by another try", async () => {
    const scene = await startScene()
    await scene.create()
    await scene.paypal.decline("payses_01REST")
    expect(scene.reader.facts()).toMatchObject({ attemptsFailed: 1, captured: [] })
    expect(scene.reader.events.at(-1)?.reason?.code).toBe("INSTRUMENT_DECLINED")
    expect(scene.reader.facts().ended).toBeUndefined()
    await scene.paypal.approve("payses_01REST")
    expect(scene.reader.facts()).toMatchObject({ captured: [eur("42.00")], attemptsFailed: 1 })
  })

  it("waits for a slow transfer, and believes its end", async () => {
    for (const [as, facts] of [
      ["COMPLETED", { captured: [eur("42.00")] }],
      ["DECLINED", { captured: [], ended: { as: "failed" } }],
    ] as const) {
      const scene = await startScene()
      await scene.create()
      await scene.paypal.payLater("payses_01REST")
      expect(scene.reader.facts()).toMatchObject({ pending: true, captured: [] })
      await scene.paypal.settle("payses_01REST", as)
      expect(scene.reader.facts()).toMatchObject(facts)
    }
  })

  it("expires when nobody took up the approval", async () => {
    const scene = await startScene()
    await scene.create()
    await scene.paypal.lapse("payses_01REST")
    expect(scene.reader.facts()).toMatchObject({ ended: { as: "expired" } })
  })

  it("is refunded in parts by the store and at PayPal, each once however often it is asked and told", async () => {
    const scene = await startScene()
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    const refund = (key: string, amount: string) =>
      operations.refund({ expected: scene.expected, money: eur(amount), key }, scene.account, scene.io)
    const first = await refund("ref_1", "5.00")
    expect(first).toMatchObject([{ type: "refund.succeeded", money: eur("5.00") }])
    await expect(refund("ref_1", "5.00")).resolves.toEqual(first)
    await scene.paypal.refund("payses_01REST", "7.00")
    expect(scene.reader.facts().refunded).toEqual([eur("12.00")])
    expect(fold([...first, ...scene.reader.events]).refunded).toEqual([eur("12.00")])
    await expect(refund("ref_2", "31.00")).rejects.toThrow("more than is left")
    await expect(refund("ref_3", "43.00")).rejects.toThrow(GatewayRefusedError)
    expect(fold(await operations.fetch(scene.expected, scene.account, scene.io))).toMatchObject({
      captured: [eur("42.00")],
      refunded: [eur("12.00")],
      paidTimes: 1,
    })
  })

  it("cannot be cancelled once it is taken, nor before it is paid", async () => {
    const scene = await startScene()
    const cancel = () =>
      operations.cancel({ expected: scene.expected, money: eur("42.00"), key: "c" }, scene.account, scene.io)
    await scene.create()
    await expect(cancel()).rejects.toThrow("has not paid")
    await scene.paypal.approve("payses_01REST")
    await expect(cancel()).rejects.toThrow("refund it instead")
  })

  it.each([
    ["RESOLVED_SELLER_FAVOUR", "won"],
    ["RESOLVED_BUYER_FAVOUR", "lost"],
    ["RESOLVED_WITH_PAYOUT", "opened"],
  ])("is disputed, with a deadline, and decided by %s as %s", async (outcome, state) => {
    const scene = await startScene()
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    await scene.paypal.dispute("payses_01REST")
    expect(scene.reader.facts().disputes).toMatchObject([{ state: "opened", money: eur("42.00") }])
    expect(scene.reader.events.at(-1)?.dueAt?.getTime()).toBeGreaterThan(Date.now())
    await scene.paypal.decide("payses_01REST", outcome)
    expect(scene.reader.facts().disputes).toMatchObject([{ state }])
  })

  it("is written without decimals where PayPal has none, and refused where there are some", async () => {
    const scene = await startScene()
    for (const money of [
      { amount: "1050", currency: "jpy" },
      { amount: "1050.00", currency: "huf" },
      { amount: "1050.00", currency: "twd" },
    ]) {
      await scene.create(money)
      expect(scene.paypal.orderOf("payses_01REST").amount).toEqual(money)
    }
    await expect(scene.create({ amount: "10.50", currency: "huf" })).rejects.toThrow("whole amounts only")
    await expect(scene.create({ amount: "10.500", currency: "kwd" })).rejects.toThrow("does not take KWD")
    await scene.create({ amount: "2050.00", currency: "huf" })
    await scene.paypal.approve("payses_01REST")
    expect(scene.reader.facts().captured).toEqual([{ amount: "2050.00", currency: "huf" }])
  })
})

describe("a payment that is reserved first", () => {
  const reserved = { paymentAction: "authorization" } as const

  it("is captured in parts by the store and at PayPal, and is one payment", async () => {
    const scene = await startScene(reserved)
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    expect(scene.reader.facts()).toMatchObject({ authorized: [eur("42.00")], captured: [] })
    const capture = (key: string, amount: string) =>
      operations.capture({ expected: scene.expected, money: eur(amount), key }, scene.account, scene.io)
    const first = await capture("cap_1", "30.00")
    await expect(capture("cap_1", "30.00")).resolves.toEqual(first)
    await scene.paypal.capture("payses_01REST", "12.00")
    expect(scene.reader.facts()).toMatchObject({ captured: [eur("42.00")], paidTimes: 1 })
    const fetched = await operations.fetch(scene.expected, scene.account, scene.io)
    const all = [...first, ...fetched, ...scene.reader.events]
    expect(fold(all)).toMatchObject({ authorized: [eur("42.00")], captured: [eur("42.00")], paidTimes: 1 })
    await expect(capture("cap_2", "1.00")).resolves.toMatchObject([{}, {}, {}])
    await operations.refund(
      { expected: scene.expected, money: eur("12.00"), key: "r" },
      scene.account,
      scene.io
    )
    await scene.paypal.settled()
    expect(scene.reader.facts().refunded).toEqual([eur("12.00")])
  })

  it("is released by the store and at PayPal", async () => {
    for (const at of ["store", "PayPal"]) {
      const scene = await startScene(reserved)
      await scene.create()
      await scene.paypal.approve("payses_01REST")
      if (at === "PayPal") await scene.paypal.void("payses_01REST")
      const input = { expected: scene.expected, money: eur("42.00"), key: "c" }
      await expect(operations.cancel(input, scene.account, scene.io)).resolves.toMatchObject([
        { type: "payment.canceled" },
      ])
      await scene.paypal.settled()
      expect(scene.reader.facts()).toMatchObject({ authorized: [], ended: { as: "canceled" } })
    }
  })
})

describe("an account with both kinds of messages", () => {
  const both = { receivers: ["shop@example.com", "258DLEHY2BDK6"] }

  it.each([7, 8, 9])("counts once what both tell, in any order (%i)", async (shuffle) => {
    const scene = await startScene({ ...both }, { tellsClassicToo: true })
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    await scene.paypal.refund("payses_01REST", "5.00")
    await scene.paypal.dispute("payses_01REST")
    await scene.paypal.decide("payses_01REST", "RESOLVED_SELLER_FAVOUR")
    const forms = scene.paypal.letters.filter(({ body }) =>
      body.toString("latin1").includes("payment_status=")
    )
    expect(forms).toHaveLength(2)
    const told = {
      captured: [eur("42.00")],
      refunded: [eur("5.00")],
      fees: [eur("1.00")],
      paidTimes: 1,
      refunds: [{ state: "succeeded" }],
      disputes: [{ state: "won" }],
      otherReceivers: [],
    }
    expect(scene.reader.facts()).toMatchObject(told)
    await scene.paypal.deliver({ times: 2, shuffle })
    expect(scene.reader.facts()).toMatchObject(told)
    expect(scene.reader.facts().refunds).toHaveLength(1)
    expect(scene.reader.facts().disputes).toHaveLength(1)
  })

  it("counts a reserved payment once, its parts and its release", async () => {
    const scene = await startScene({ ...both, paymentAction: "authorization" }, { tellsClassicToo: true })
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    await scene.paypal.capture("payses_01REST", "30.00")
    await scene.paypal.capture("payses_01REST", "12.00")
    await scene.paypal.refund("payses_01REST", "4.00")
    await scene.paypal.deliver({ shuffle: 3 })
    expect(scene.reader.facts()).toMatchObject({
      authorized: [eur("42.00")],
      captured: [eur("42.00")],
      refunded: [eur("4.00")],
      paidTimes: 1,
    })
  })

  it("knows a slow payment that failed by both", async () => {
    const scene = await startScene({ ...both }, { tellsClassicToo: true })
    await scene.create()
    await scene.paypal.payLater("payses_01REST")
    await scene.paypal.settle("payses_01REST", "DECLINED")
    expect(scene.reader.facts()).toMatchObject({ captured: [], ended: { as: "failed" } })
  })
})

describe("PayPal's side", () => {
  it("asks PayPal about messages while its certificate cannot be had", async () => {
    const scene = await startScene({}, { hidesCertificate: true })
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    expect(scene.reader.facts().captured).toEqual([eur("42.00")])
    expect(scene.paypal.calls.some(({ path }) => path.endsWith("/verify-webhook-signature"))).toBe(true)
  })

  it("is believed for an older webhook of the account too, and for no other", async () => {
    const scene = await startScene({ webhookIds: ["7TESTONLY00000002", "7TESTONLY00000001"] })
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    expect(scene.reader.facts().captured).toEqual([eur("42.00")])
    const other = await startScene({ webhookIds: ["7TESTONLY00000002"] })
    await other.create()
    await other.paypal.approve("payses_01REST")
    expect(other.reader.events).toEqual([])
  })

  it("that is down loses nothing: the message is told again and the payment taken once", async () => {
    const scene = await startScene()
    await scene.create()
    scene.paypal.setDown(true)
    await scene.paypal.approve("payses_01REST")
    expect(scene.reader.facts().captured).toEqual([])
    const outage = operations.fetch(scene.expected, scene.account, scene.io).catch((error: unknown) => error)
    expect(await outage).not.toBeInstanceOf(GatewayRefusedError)
    expect(await outage).toBeInstanceOf(Error)
    scene.paypal.setDown(false)
    await scene.paypal.redeliver()
    await scene.paypal.settled()
    expect(scene.reader.facts()).toMatchObject({ captured: [eur("42.00")], paidTimes: 1 })
    expect(moneyMoves(scene)).toHaveLength(1)
  })

  it("lists what it told in a period, page by page, as the messages say it", async () => {
    const scene = await startScene()
    const from = new Date()
    await scene.create()
    await scene.paypal.approve("payses_01REST")
    await scene.paypal.refund("payses_01REST", "5.00")
    await scene.paypal.dispute("payses_01REST")
    const to = new Date(Date.now() + 1000)
    const pages = []
    for await (const page of operations.list({ from, to }, scene.account, scene.io)) pages.push(page)
    expect(pages.length).toBeGreaterThan(1)
    expect(fold(pages.flat())).toEqual(fold(scene.reader.events))
    const none = []
    const before = { from: new Date(0), to: from }
    for await (const page of operations.list(before, scene.account, scene.io)) none.push(...page)
    expect(none).toEqual([])
  })

  it("does not accept a wrong secret, and says what to do", async () => {
    const scene = await startScene({ clientSecret: "test-only-another-secret" })
    await expect(scene.create()).rejects.toThrow(/does not accept clientId and clientSecret .* Sandbox/)
    await expect(scene.create()).rejects.toBeInstanceOf(GatewayRefusedError)
  })
})

it("is asked nothing for an account that has only classic messages", async () => {
  const account = {
    id: "p",
    mode: "test" as const,
    config: options.parse({ receivers: ["shop@example.com"] }),
  }
  const io = {
    request: () => Promise.reject(new Error("no call")),
    now: () => new Date(),
  } as unknown as ConfirmIo
  const expected = { reference: "r", money: eur("42.00"), gatewayPayments: ["T1"] }
  await expect(operations.fetch(expected, account, io)).resolves.toEqual([])
  for await (const page of operations.list({ from: new Date(0), to: new Date() }, account, io))
    expect(page).toEqual([])
  for (const call of [operations.capture, operations.refund, operations.cancel]) {
    await expect(call({ expected, money: eur("1.00"), key: "k" }, account, io)).rejects.toThrow(
      /has no clientId.*do it at PayPal/
    )
  }
})
