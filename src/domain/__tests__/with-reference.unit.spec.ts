import type { PaymentEvent } from "../payment-event"
import { ofReference } from "../with-reference"

const told = (key: string, about: Partial<PaymentEvent>): PaymentEvent => ({
  key,
  type: "payment.captured",
  test: true,
  ...about,
})
const reference = "payses_01OURS"

describe("of what was asked for under an id that a buyer may have written", () => {
  it.each<[string, Partial<PaymentEvent>, readonly string[]]>([
    ["a payment that quotes nothing", { gatewayPayment: "pi_invoice" }, []],
    [
      "a payment that quotes another session",
      { reference: "payses_01OTHER", gatewayPayment: "pi_other" },
      [],
    ],
    [
      "another session's statement of a payment of ours",
      { reference: "payses_01OTHER", gatewayPayment: "pi_known" },
      ["pi_known"],
    ],
    ["what names no payment at all", {}, ["pi_known"]],
  ])("%s is dropped", (_, event, gatewayPayments) => {
    expect(ofReference([told("one", event)], { reference, gatewayPayments })).toEqual([])
  })

  it("a payment that quotes our session is kept, and what is told besides of it, as of a payment known before", () => {
    const kept = ofReference(
      [
        told("paid", { reference, gatewayPayment: "pi_ours" }),
        told("refund", { type: "refund.succeeded", gatewayPayment: "pi_ours" }),
        told("refund of before", { type: "refund.succeeded", gatewayPayment: "pi_known" }),
        told("invoice", { gatewayPayment: "pi_invoice" }),
      ],
      { reference, gatewayPayments: ["pi_known"] }
    )
    expect(kept.map((event) => [event.key, event.reference])).toEqual([
      ["paid", reference],
      ["refund", reference],
      ["refund of before", reference],
    ])
  })
})
