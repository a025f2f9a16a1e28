import fc from "fast-check"
import { fromMinorUnits } from "../../../domain/money"
import type { Message } from "../../gateway"
import paypal from "../index"
import { sender } from "../recordings/sender"
import { write } from "../simulator/books"

function message(type: string, resource: object): Message {
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/paypal",
    query: "",
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ id: "WH-1", event_type: type, resource })),
    ip: "173.0.81.140",
    receivedAt: new Date("2026-01-15T10:30:00Z"),
  }
}
const read = (type: string, resource: object) => paypal.parse(message(type, resource), sender.account)
const amount = { currency_code: "EUR", value: "42.00" }
const capture = { id: "C1", status: "COMPLETED", amount, custom_id: "payses_1" }

it("reads every amount exactly, with the decimals that PayPal writes", () => {
  const currency = fc.constantFrom("eur", "usd", "huf", "jpy", "twd")
  fc.assert(
    fc.property(currency, fc.bigInt({ min: 1n, max: 10n ** 15n }), (code, units) => {
      const whole = code === "huf" || code === "twd" ? units * 100n : units
      const money = fromMinorUnits(whole, code)
      const [event] = read("PAYMENT.CAPTURE.COMPLETED", { ...capture, amount: write(money) })
      expect(event?.money).toEqual(money)
    })
  )
})

it.each([1e21, "42,00", "1e3", "", null, "42.001", "-42.00"])("cannot read a payment of %j", (value) => {
  const odd = { ...capture, amount: { currency_code: "EUR", value } }
  expect(() => read("PAYMENT.CAPTURE.COMPLETED", odd)).toThrow()
})

it("reads nothing from fields that it does not know", () => {
  const known = read("PAYMENT.CAPTURE.COMPLETED", capture)
  // A message with this key is refused as a whole, in whatever field it is.
  const value = fc.jsonValue({ maxDepth: 2 }).filter((json) => !JSON.stringify(json).includes("__proto__"))
  fc.assert(
    fc.property(fc.stringMatching(/^x_[a-z]{1,9}$/), value, (name, value) => {
      expect(read("PAYMENT.CAPTURE.COMPLETED", { ...capture, [name]: value })).toEqual(known)
    })
  )
})

it("takes a status that it does not know for waiting, never for a success or a failure", () => {
  const typeOf = (type: string, resource: object) => read(type, resource)[0]?.type
  const odd = { ...capture, status: "SOMETHING_NEW" }
  expect(typeOf("PAYMENT.CAPTURE.COMPLETED", odd)).toBe("payment.pending")
  expect(typeOf("PAYMENT.AUTHORIZATION.CREATED", odd)).toBe("payment.pending")
  expect(typeOf("PAYMENT.CAPTURE.REFUNDED", odd)).toBe("refund.pending")
})

it("tells a payment by the same ids as the classic message about it", () => {
  const classic = (body: string) =>
    paypal.parse(
      {
        ...message("", {}),
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: Buffer.from(`test_ipn=1&receiver_id=258DLEHY2BDK6&mc_currency=EUR&custom=payses_1&${body}`),
      },
      sender.account
    )[0]
  const ids = (event: { gatewayPayment?: string; resource?: string; type?: string } | undefined) => [
    event?.type,
    event?.gatewayPayment,
    event?.resource,
  ]
  const up = (kind: string, id: string) => ({
    links: [{ rel: "up", href: `https://api.paypal.com/v2/payments/${kind}/${id}` }],
  })
  const pairs = [
    [
      read("PAYMENT.CAPTURE.COMPLETED", capture)[0],
      classic("payment_status=Completed&txn_id=C1&mc_gross=42.00"),
    ],
    [
      read("PAYMENT.CAPTURE.COMPLETED", { ...capture, ...up("authorizations", "A1") })[0],
      classic("payment_status=Completed&txn_id=C1&mc_gross=42.00&parent_txn_id=A1&auth_id=A1"),
    ],
    [
      read("PAYMENT.AUTHORIZATION.CREATED", { ...capture, id: "A1", status: "CREATED" })[0],
      classic("payment_status=Pending&pending_reason=authorization&txn_id=A1&auth_id=A1&mc_gross=42.00"),
    ],
    [
      read("PAYMENT.CAPTURE.REFUNDED", { ...capture, id: "R1", ...up("captures", "C1") })[0],
      classic("payment_status=Refunded&txn_id=R1&parent_txn_id=C1&mc_gross=-42.00"),
    ],
    [
      read("PAYMENT.CAPTURE.REVERSED", { ...capture, id: "R1", ...up("captures", "C1") })[0],
      classic("payment_status=Reversed&txn_id=R1&parent_txn_id=C1&mc_gross=-42.00&reason_code=chargeback"),
    ],
    [
      read("CUSTOMER.DISPUTE.CREATED", {
        dispute_id: "PP-D-1",
        dispute_amount: amount,
        disputed_transactions: [{ seller_transaction_id: "C1", custom: "payses_1" }],
      })[0],
      classic("txn_type=new_case&case_id=PP-D-1&case_type=dispute&txn_id=C1"),
    ],
  ] as const
  for (const [rest, form] of pairs) {
    expect(ids(rest)).not.toContain(undefined)
    expect(ids(form)).toEqual(ids(rest))
  }
})
