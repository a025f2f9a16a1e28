import fc from "fast-check"
import { exponentOf } from "../../../domain/money"
import { GatewayRefusedError } from "../../gateway"
import { fill, freshValues, loadRecordings } from "../../conformance/recording"
import { join } from "node:path"
import gateway from "../index"
import { fromRazorpayAmount, toRazorpayAmount } from "../minor-units"
import { sender } from "../recordings/sender"

describe("Razorpay's amounts", () => {
  it("have the digits that Razorpay lists, which are those of ISO 4217", () => {
    // https://razorpay.com/docs/payments/international-payments/#supported-currencies, read 2026-11-22
    const listed = {
      0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
      2: "AED AUD CAD CHF CNY COP EUR GBP HUF IDR INR MGA MYR SGD TWD USD UYU",
      3: "BHD IQD JOD KWD OMR TND",
    }
    for (const [digits, codes] of Object.entries(listed)) {
      for (const code of codes.split(" ")) expect([code, exponentOf(code)]).toEqual([code, Number(digits)])
    }
  })

  it("are read exactly with none, two and three digits, and written back as they came", () => {
    fc.assert(
      fc.property(fc.constantFrom("jpy", "inr", "kwd"), fc.nat(1e12), (currency, count) => {
        const units = currency === "kwd" ? count * 10 : count
        expect(toRazorpayAmount(fromRazorpayAmount(BigInt(units), currency))).toBe(units)
      })
    )
    expect(fromRazorpayAmount(295990n, "KWD")).toEqual({ amount: "295.990", currency: "kwd" })
    expect(fromRazorpayAmount(295n, "JPY")).toEqual({ amount: "295", currency: "jpy" })
  })

  it("are refused in words where Razorpay could not take them", () => {
    expect(() => toRazorpayAmount({ amount: "99.991", currency: "kwd" })).toThrow(GatewayRefusedError)
  })

  it.each(["29995.0", "-1", "1e3", '"29995"', "29995.5", "null"])("are not read from %s", (written) => {
    const recording = loadRecordings(join(__dirname, "..")).find(({ name }) => name === "payment.captured")!
    const message = fill(recording, freshValues())
    const text = Buffer.from(message.body)
      .toString()
      .replace(/"amount":4200/, `"amount":${written}`)
    const read = () => gateway.parse({ ...message, body: Buffer.from(text) }, sender.account)
    if (written === '"29995"') expect(read()[0]?.money?.amount).toBe("299.95")
    else expect(read).toThrow()
  })
})
