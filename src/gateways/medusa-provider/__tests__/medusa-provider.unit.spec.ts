import { BigNumber } from "@medusajs/framework/utils"
import Stripe from "stripe"
import { fold } from "../../../domain/fold"
import { fromDecimal, type Money } from "../../../domain/money"
import { readStatement, writeStatement } from "../../../modules/ipn/inbox/statement"
import type { Account, ConfirmIo, Message } from "../../gateway"
import medusaProvider from "../index"
import type { TakenOverOptions } from "../options"
import { readAmount } from "../read-amount"

const account = { id: "acme_acme", mode: "live" as const, config: { provider: "pp_acme_acme" } }
const message: Message = {
  method: "POST",
  url: "https://shop.example/hooks/payment/acme_acme",
  query: "",
  headers: { "content-type": "application/json" },
  body: Buffer.from("{}"),
  ip: "203.0.113.7",
  receivedAt: new Date("2026-01-15T10:30:00.000Z"),
}
const eur = (amount: string) => fromDecimal(amount, "eur")

/** Confirms the message with a provider that gives the answer, for a session that expects the money. */
function confirm(answer: unknown, money: Money = eur("42.00"), by: Account<TakenOverOptions> = account) {
  let asked = 0
  const io: ConfirmIo = {
    now: () => message.receivedAt,
    remember: (_key, _forMs, make) => make(),
    request: () => Promise.reject(new Error("this gateway makes no calls of its own")),
    expected: (reference) =>
      Promise.resolve(reference === "payses_1" ? { reference, money, gatewayPayments: [] } : undefined),
    askProvider: () => {
      asked++
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
  }
  const confirmation = medusaProvider.confirm!(message, by, io)
  return confirmation.finally(() => expect(asked).toBe(1))
}

const signer = new Stripe("sk_test_onlyForTests0000000000")

const told = (action: string, amount: unknown) => ({ action, data: { session_id: "payses_1", amount } })

const signed = { payload: "{}", secret: "whsec_onlyForTests00000000000000" }

/** What Medusa's Stripe provider throws for a message of which Stripe's SDK says no. */
function stripeError(header: string): Error {
  try {
    signer.webhooks.constructEvent(signed.payload, header, signed.secret)
  } catch (error) {
    return new Error(`An error occurred in constructWebhookEvent: ${(error as Error).message}. `)
  }
  throw new Error("Stripe's SDK takes this message for genuine")
}

describe("an amount that a provider reports", () => {
  it.each<[string, unknown, string | undefined]>([
    ["a number", 42, "42"],
    ["a number with noise", 0.1 + 0.2, "0.3"],
    ["minor units made by floating point", 19.95 * 100, "1995"],
    ["text", "42.50", "42.5"],
    ["an integer of any size", 10n ** 20n, "100000000000000000000"],
    ["Medusa's BigNumber", new BigNumber("42.5"), "42.5"],
    ["Medusa's raw BigNumber", new BigNumber("42.5").raw, "42.5"],
    ["bignumber.js", new BigNumber("42.5").bigNumber, "42.5"],
    ["a value without precision", { value: "42.50" }, "42.5"],
    ["a negative amount", "-1.00", "-1"],
    ["nothing", undefined, undefined],
    ["null", null, undefined],
    ["not a number", NaN, undefined],
    ["more than numbers hold", 1e21, undefined],
    ["an exponent", "1e3", undefined],
    ["separators", "1,000.00", undefined],
    ["words", "free", undefined],
    ["an empty object", {}, undefined],
  ])("is read from %s", (_, reported, amount) => {
    expect(readAmount(reported)).toBe(amount)
  })

  it.each<[unknown, Money, Money]>([
    [42, eur("42.00"), eur("42.00")],
    ["42.004", eur("42.00"), eur("42.00")],
    [41.99, eur("42.00"), eur("41.99")],
    [0.42, eur("42.00"), eur("0.42")],
    [4200, eur("42.00"), eur("4200.00")],
    [500, fromDecimal("500", "jpy"), fromDecimal("500", "jpy")],
  ])("of %s, where %j is expected, is %j", async (amount, expected, money) => {
    await expect(confirm(told("captured", amount), expected)).resolves.toMatchObject({
      kind: "confirmed",
      events: [{ type: "payment.captured", money }],
    })
  })

  it.each<[TakenOverOptions, unknown, Money]>([
    [{ provider: "pp_acme", amountsIn: "minor" }, 4200, eur("42.00")],
    [{ provider: "pp_acme", amountsIn: "minor" }, 42, eur("0.42")],
    [{ provider: "pp_acme", amountsIn: "minor" }, 4, eur("0.04")],
    [{ provider: "pp_acme", amountsIn: "minor" }, "4200.5", eur("42.01")],
    [{ provider: "pp_acme", amountsIn: "minor" }, 500, fromDecimal("500", "jpy")],
    [{ provider: "pp_acme", amountsIn: "minor" }, 1500, fromDecimal("1.500", "kwd")],
    [{ provider: "pp_acme", amountsIn: "hundredths" }, 50000, fromDecimal("500", "jpy")],
    [{ provider: "pp_paystack_paystack" }, 4200, eur("42.00")],
    [{ provider: "pp_paystack" }, 42, eur("0.42")],
    [{ provider: "pp_paystack", amountsIn: "major" }, 42, eur("42.00")],
    [{ provider: "pp_paystackish" }, 42, eur("42.00")],
  ])("of %j that tells %s is %j", async (config, amount, money) => {
    const { currency } = money
    const asked = fromDecimal("42", currency)
    await expect(confirm(told("captured", amount), asked, { ...account, config })).resolves.toMatchObject({
      events: [{ money }],
    })
  })

  it("of a hundredth of what is asked for is never taken for the whole, in whatever unit it is told", async () => {
    for (const [config, hundredth] of [
      [{ provider: "pp_acme" }, 0.42],
      [{ provider: "pp_acme", amountsIn: "minor" }, 42],
      [{ provider: "pp_paystack" }, 42],
    ] satisfies [TakenOverOptions, number][]) {
      const confirmation = await confirm(told("captured", hundredth), eur("42.00"), { ...account, config })
      expect(confirmation).toMatchObject({ events: [{ money: eur("0.42") }] })
    }
  })
})

describe("a provider's answer", () => {
  it("ends no payment by saying that something failed", async () => {
    await expect(confirm(told("failed", 42))).resolves.toMatchObject({
      events: [{ type: "payment.attempt_failed", reference: "payses_1" }],
    })
  })

  it.each([
    ["failed without a session", { action: "failed" }],
    ["failed with an empty session", { action: "failed", data: { session_id: "", amount: 0 } }],
    ["money without an amount", told("captured", undefined)],
    ["money of nothing", told("captured", 0)],
    ["money below nothing", told("authorized", -42)],
    ["no answer", undefined],
    ["an answer without an action", { data: { session_id: "payses_1", amount: 42 } }],
    ["an outage", new Error("connect ECONNREFUSED 127.0.0.1:443")],
    [
      "an outage while checking the signature",
      new Error("invalid signature: request failed with status code 503"),
    ],
    [
      "a message too old to prove",
      stripeError(signer.webhooks.generateTestHeaderString({ ...signed, timestamp: 1 })),
    ],
    ["a missing provider", new Error("Unable to retrieve the payment provider with id: pp_acme_acme")],
  ])("is asked for again: %s", async (_, answer) => {
    await expect(confirm(answer)).rejects.toThrow()
  })

  it.each([
    ["not supported", { action: "not_supported" }],
    ["not supported, though with a session", told("not_supported", 42)],
    ["money for no session", { action: "captured", data: { session_id: null, amount: 42 } }],
  ])("drops the message, which may be genuine: %s", async (_, answer) => {
    await expect(confirm(answer)).resolves.toMatchObject({ kind: "denied", maybeGenuine: true })
  })

  it.each([
    ["a signature that does not match", stripeError(`t=1,v1=${"0".repeat(64)}`)],
    ["a signature without a time", stripeError("nonsense")],
    ["no signature", stripeError("")],
  ])("drops the message as a forgery: %s", async (_, answer) => {
    await expect(confirm(answer)).resolves.toEqual({
      kind: "denied",
      why: "the signature does not match the webhook secret of pp_acme_acme",
    })
  })

  it("tells only the reference of a session that the store does not have", async () => {
    const confirmation = await confirm({ action: "captured", data: { session_id: "payses_2", amount: 42 } })
    expect(confirmation).toMatchObject({ events: [{ reference: "payses_2", type: "payment.captured" }] })
    expect(confirmation).not.toHaveProperty("events.0.money")
  })

  it("tells no time, so that it counts from when its message came: whatever came last stands", async () => {
    const came = async (action: string, second: number) => {
      const confirmation = await confirm(told(action, 42))
      if (confirmation.kind !== "confirmed") throw new Error("the answer was not believed")
      const receivedAt = new Date(message.receivedAt.getTime() + second * 1_000)
      return confirmation.events.map((event) => readStatement(writeStatement(event, receivedAt)))
    }
    const paidAgain = fold([...(await came("canceled", 0)), ...(await came("authorized", 5))])
    expect(paidAgain).toMatchObject({ authorized: [eur("42.00")] })
    expect(paidAgain.ended).toBeUndefined()
    const givenUp = fold([...(await came("canceled", 5)), ...(await came("authorized", 0))])
    expect(givenUp).toMatchObject({ authorized: [], ended: { as: "canceled" } })
  })

  it("is the same statement however the same amount is written, and another for another amount", async () => {
    const keyOf = async (amount: unknown) => {
      const confirmation = await confirm(told("captured", amount))
      return confirmation.kind === "confirmed" ? confirmation.events[0]?.key : undefined
    }
    expect(new Set([await keyOf(42), await keyOf("42.00"), await keyOf({ value: "42" })]).size).toBe(1)
    expect(await keyOf(43)).not.toBe(await keyOf(42))
  })
})

it.each(["live", "test"] as const)("believes the mode of the account: %s", async (mode) => {
  await expect(confirm(told("captured", 42), eur("42.00"), { ...account, mode })).resolves.toMatchObject({
    events: [{ test: mode === "test" }],
  })
})

it("takes POST only, as Medusa's own route does", () => {
  expect(medusaProvider.verify({ ...message, method: "GET" }, account)).toMatchObject({ kind: "refused" })
  expect(medusaProvider.verify(message, account)).toMatchObject({ kind: "unproven" })
})

it("is not configured as an account", () => {
  expect(medusaProvider.check?.(account)).toEqual([])
  expect(medusaProvider.check?.({ ...account, id: "main" })).toEqual([expect.stringContaining("takeOver")])
})
