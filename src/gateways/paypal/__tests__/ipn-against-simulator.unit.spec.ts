import { startPaypalIpnSimulator, type PaypalIpnSimulator } from "../simulator"
import { startReader, type Reader } from "../../simulation/reader"
import type { Account } from "../../gateway"
import paypal from "../index"
import type { PaypalConfig } from "../options"

let simulator: PaypalIpnSimulator
let reader: Reader
const account = (paymentAction: "sale" | "authorization" = "sale"): Account<PaypalConfig> => ({
  id: "paypal",
  mode: "test",
  config: { receivers: ["shop@example.com", "258DLEHY2BDK6"], paymentAction, simulator: simulator.url },
})
const eur = (amount: string) => ({ amount, currency: "eur" })

beforeEach(async () => {
  simulator = await startPaypalIpnSimulator()
  reader = await startReader(paypal, account)
})
afterEach(async () => {
  await simulator.stop()
  await reader.stop()
})

/** The buyer's browser posts the form; comes back with PayPal's page. */
async function openPage(
  reference: string,
  paymentAction: "sale" | "authorization" = "sale"
): Promise<string> {
  const input = {
    reference,
    money: eur("42.00"),
    notifyUrl: reader.notifyUrl,
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
  }
  const created = await paypal.operations?.create(input, account(paymentAction), reader.io)
  if (created?.next.kind !== "form") throw new Error("a form is expected")
  const { url, fields } = created.next
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" })
  expect(response.status).toBe(303)
  return `${simulator.url}${response.headers.get("location")}`
}

it("carries a buyer from the form to a confirmed payment in windows-1252", async () => {
  const page = await openPage("payses_1")
  const response = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ action: "pay" }),
    redirect: "manual",
  })
  expect(response.headers.get("location")).toBe("https://shop.example/done")
  await simulator.settled()
  expect(simulator.letters[0]?.body.toString("latin1")).toContain("first_name=J%F6rg&last_name=O%92Brien+%80")
  expect(reader.verdicts).toEqual(["unproven"])
  expect(reader.events).toMatchObject([
    { type: "payment.captured", reference: "payses_1", money: eur("42.00"), test: true },
  ])
  expect(simulator.calls).toMatchObject([{ path: "/cgi-bin/webscr", status: 200 }])
})

it("reads a whole life in any order and however often it is told", async () => {
  await openPage("payses_1", "authorization")
  const { id } = simulator.checkoutOf("payses_1")
  await simulator.pay(id)
  await simulator.capture(id, "30.00")
  await simulator.capture(id, "12.00")
  await simulator.refund(id, "5.00")
  await simulator.openCase(id)
  await simulator.reverse(id)
  await simulator.closeCase(id)
  await simulator.cancelReversal(id)
  const told = reader.facts()
  expect(told).toMatchObject({
    authorized: [eur("42.00")],
    captured: [eur("42.00")],
    refunded: [eur("5.00")],
    disputes: [{ state: "won" }],
    otherReceivers: [],
  })
  await simulator.deliver({ times: 2, shuffle: 7 })
  expect(reader.facts()).toEqual(told)
})

it("waits for an eCheck, and believes its end", async () => {
  await openPage("payses_1")
  const { id } = simulator.checkoutOf("payses_1")
  await simulator.pend(id)
  expect(reader.facts()).toMatchObject({ pending: true, captured: [] })
  await simulator.complete(id)
  expect(reader.facts().captured).toEqual([eur("42.00")])
})

it("believes nothing that PayPal did not send, and names whoever else was paid", async () => {
  await openPage("payses_1")
  await simulator.pay(simulator.checkoutOf("payses_1").id)
  const genuine = simulator.letters[0]
  const forged = genuine?.body.toString("latin1").replace("mc_gross=42.00", "mc_gross=43.00") ?? ""
  await fetch(reader.notifyUrl, { method: "POST", headers: genuine?.headers(new Date()) ?? {}, body: forged })
  expect(reader.events).toHaveLength(1)
  await simulator.payOtherReceiver(reader.notifyUrl, {
    mc_gross: "42.00",
    mc_currency: "EUR",
    custom: "payses_1",
  })
  expect(reader.facts().otherReceivers).toEqual(["aaaaaaaaaaaaa"])
})

it("neither believes nor denies while PayPal is down, and is told again", async () => {
  await openPage("payses_1")
  simulator.setDown(true)
  await simulator.pay(simulator.checkoutOf("payses_1").id)
  expect(reader.events).toEqual([])
  simulator.setDown(false)
  await simulator.redeliver()
  expect(reader.facts().captured).toEqual([eur("42.00")])
})

it("cannot be paid twice for one session", async () => {
  await openPage("payses_1")
  await simulator.pay(simulator.checkoutOf("payses_1").id)
  await expect(openPage("payses_1")).rejects.toThrow()
  expect(simulator.checkouts()).toHaveLength(1)
})
