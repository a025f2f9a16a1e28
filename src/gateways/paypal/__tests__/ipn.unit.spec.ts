import type { Account, ConfirmIo, CreateInput, HttpRequest, Message } from "../../gateway"
import { encodeWindows1252 } from "../../verification/windows-1252"
import paypal from "../index"
import type { PaypalConfig } from "../options"
import { readDate } from "../ipn/read-date"
import { readFields } from "../ipn/read-fields"
import { findOtherReceiver } from "../ipn/receiver"

const config = { receivers: ["shop@example.com", "UCWM6R2TARF36"], paymentAction: "sale" as const }
const account = (mode: "live" | "test", more: Partial<PaypalConfig> = {}): Account<PaypalConfig> => {
  return { id: "paypal", mode, config: { ...config, ...more } }
}

function message(body: string | Buffer, more: Partial<Message> = {}): Message {
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/paypal",
    query: "",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: typeof body === "string" ? encodeWindows1252(body) : body,
    ip: "203.0.113.7",
    receivedAt: new Date("2026-01-15T10:30:00Z"),
    ...more,
  }
}

const paid =
  "payment_status=Completed&txn_id=T1&mc_gross=42.00&mc_currency=EUR&receiver_email=shop%40example.com&custom=s1"

describe("verify", () => {
  it.each([
    ["live", "", "unproven"],
    ["live", "&test_ipn=0", "unproven"],
    ["live", "&test_ipn=1", "wrong-account"],
    ["test", "&test_ipn=1", "unproven"],
    ["test", "", "wrong-account"],
  ] as const)("of a %s account with %j is %s", (mode, flag, verdict) => {
    expect(Object.values(paypal.verify(message(paid + flag), account(mode)))).toContain(verdict)
  })

  it.each([
    ["a GET", message(paid, { method: "GET" })],
    ["another content type", message(paid, { headers: { "content-type": "text/plain" } })],
    ["no content type", message(paid, { headers: {} })],
    ["a variable twice", message(`${paid}&mc_gross=1.00`)],
    ["a form of something else", message("hello=world")],
    ["nothing", message("")],
  ])("refuses %s as malformed", (_, odd) => {
    expect(paypal.verify(odd, account("live"))).toEqual({ kind: "refused", why: "malformed" })
  })
})

describe("reading", () => {
  it("reads names in the charset that the message names", () => {
    const read = (body: string | Buffer) => readFields(message(body)).get("first_name")
    expect(read("charset=windows-1252&first_name=J%F6rg+%80")).toBe("Jörg €")
    expect(read("first_name=J\xf6rg")).toBe("Jörg")
    expect(read("charset=UTF-8&first_name=J%C3%B6rg")).toBe("Jörg")
    expect(read("charset=gb2312&first_name=%D6%D0")).toBe("中")
    expect(read("charset=Shift_JIS&first_name=%83W")).toBe("ジ")
  })

  it("loses no payment to a charset that is unknown or wrong", () => {
    for (const charset of ["martian", "utf-8", "utf-16le", ""]) {
      const odd = message(`${paid}&charset=${charset}&first_name=J%F6rg`)
      expect(paypal.verify(odd, account("live")).kind).toBe("unproven")
      const [event] = paypal.parse(odd, account("live"))
      expect(event).toMatchObject({ type: "payment.captured", money: { amount: "42.00", currency: "eur" } })
    }
  })

  it("reads facts the same in a charset whose letters have two bytes", () => {
    const even = "txn_type=web_accept&charset=utf-16le&custom=ab&ab=ab"
    expect(readFields(message(even)).get("txn_type")).toBe("web_accept")
  })

  it("tells a new status of a payment from the same one sent again", () => {
    const key = (body: string) => paypal.parse(message(body), account("live"))[0]?.key
    const pending = paid.replace("Completed", "Pending&pending_reason=echeck")
    expect(key(paid)).toBe(key(`${paid}&ipn_track_id=other&first_name=Anna`))
    expect(new Set([paid, pending, pending.replace("echeck", "paymentreview")].map(key)).size).toBe(3)
  })

  it.each(["mc_gross=42,00", "mc_gross=1e3", "mc_gross=42.001", "mc_gross=", "mc_currency=EURO", "txn_id="])(
    "cannot read a payment with %s",
    (field) => {
      const [name = ""] = field.split("=")
      const odd = paid.replace(new RegExp(`${name}=[^&]*`), field)
      expect(() => paypal.parse(message(odd), account("live"))).toThrow(RangeError)
    }
  )

  it("reads yen without decimals and forints with none", () => {
    const money = (gross: string, currency: string) =>
      paypal.parse(message(paid.replace("42.00", gross).replace("EUR", currency)), account("live"))[0]?.money
    expect(money("1050", "JPY")).toEqual({ amount: "1050", currency: "jpy" })
    expect(money("1050", "HUF")).toEqual({ amount: "1050.00", currency: "huf" })
  })

  it("reads the dates that PayPal writes", () => {
    expect(readDate("14:07:35 Apr 09, 2014 PDT")).toEqual(new Date("2014-04-09T21:07:35Z"))
    expect(readDate("16:30:42 Feb 28, 2014 PST")).toEqual(new Date("2014-03-01T00:30:42Z"))
    for (const odd of [undefined, "", "now", "01:21:32 Abc 25, 2015 PDT", "2015-10-25 01:21:32"]) {
      expect(readDate(odd)).toBeUndefined()
    }
  })
})

describe("the receiver", () => {
  const other = (fields: Record<string, string>, receivers: readonly string[]) =>
    findOtherReceiver(new Map(Object.entries(fields)), receivers)

  it("is ours by any of our addresses, whatever the case", () => {
    expect(other({ receiver_email: "SHOP@example.com" }, ["shop@Example.com"])).toBeUndefined()
    expect(
      other({ receiver_email: "main@example.com", business: "shop@example.com" }, ["shop@example.com"])
    ).toBeUndefined()
    expect(other({ receiver_id: "ucwm6r2tarf36" }, ["UCWM6R2TARF36"])).toBeUndefined()
  })

  it("is somebody else's by another address, by none, and by another merchant ID whatever address stands beside it", () => {
    expect(other({ receiver_email: "thief@example.com" }, ["shop@example.com"])).toBe("thief@example.com")
    expect(other({}, ["shop@example.com"])).toBe("(nobody named)")
    expect(
      other({ receiver_id: "AAAAAAAAAAAAA", business: "shop@example.com" }, [
        "shop@example.com",
        "UCWM6R2TARF36",
      ])
    ).toBe("aaaaaaaaaaaaa")
  })
})

describe("confirm", () => {
  const io = (calls: HttpRequest[]): ConfirmIo => ({
    now: () => new Date(),
    remember: (_key, _forMs, make) => make(),
    expected: async () => undefined,
    askProvider: async () => undefined,
    request: async (request) => {
      calls.push(request)
      return { status: 200, headers: {}, body: Buffer.from("VERIFIED") }
    },
  })

  it("sends back the very bytes, in any charset, to the host of the account's mode", async () => {
    const body = Buffer.concat([
      Buffer.from(`${paid}&first_name=`),
      Buffer.from([0xf6, 0x80, 0xff]),
      Buffer.from("&x=%e1"),
    ])
    const calls: HttpRequest[] = []
    await paypal.confirm?.(message(body), account("live"), io(calls))
    await paypal.confirm?.(message(body), account("test"), io(calls))
    await paypal.confirm?.(message(body), account("test", { simulator: "http://127.0.0.1:4242" }), io(calls))
    await paypal.confirm?.(message(body), account("live", { simulator: "http://127.0.0.1:4242" }), io(calls))
    expect(calls.map((call) => call.url)).toEqual([
      "https://ipnpb.paypal.com/cgi-bin/webscr",
      "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr",
      "http://127.0.0.1:4242/cgi-bin/webscr",
      "https://ipnpb.paypal.com/cgi-bin/webscr",
    ])
    for (const call of calls) {
      expect(call.body).toEqual(Buffer.concat([Buffer.from("cmd=_notify-validate&"), body]))
      expect(call.headers).toMatchObject({ "user-agent": "medusa-plugin-ipn" })
    }
  })

  it("asks once about a message that PayPal verifies and nobody can read", async () => {
    const calls: HttpRequest[] = []
    const odd = message(paid.replace("42.00", "much"))
    await expect(paypal.confirm?.(odd, account("live"), io(calls))).resolves.toEqual({
      kind: "unreadable",
      why: expect.stringContaining("much") as unknown,
    })
    expect(calls).toHaveLength(1)
  })

  it("names a receiver that is not ours on every event, even when PayPal verifies it", async () => {
    const foreign = message(paid.replace("shop%40example.com", "thief%40example.com"))
    await expect(
      paypal.confirm?.(foreign, account("live", { receivers: ["shop@example.com"] }), io([]))
    ).resolves.toMatchObject({
      kind: "confirmed",
      events: [{ type: "payment.captured", otherReceiver: "thief@example.com" }],
    })
  })
})

describe("create", () => {
  const input: CreateInput = {
    reference: "payses_01",
    money: { amount: "42.00", currency: "eur" },
    notifyUrl: "https://shop.example/hooks/ipn/paypal",
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
  }
  const io = {
    now: () => new Date(),
    remember: (_key: string, _forMs: number, make: () => Promise<string>) => make(),
    request: () => Promise.reject(new Error("no call is needed")),
  }
  const create = (more: Partial<CreateInput>, of = account("live")) =>
    paypal.operations?.create({ ...input, ...more }, of, io)

  it("gives the form that sends the buyer to PayPal with our reference and notify address", async () => {
    await expect(create({ description: "Order 7", email: "buyer@example.com" })).resolves.toEqual({
      next: {
        kind: "form",
        url: "https://www.paypal.com/cgi-bin/webscr",
        fields: expect.objectContaining({
          cmd: "_xclick",
          business: "shop@example.com",
          amount: "42.00",
          currency_code: "EUR",
          custom: "payses_01",
          invoice: "payses_01",
          notify_url: input.notifyUrl,
          return: input.returnUrl,
          cancel_return: input.cancelUrl,
          charset: "utf-8",
          paymentaction: "sale",
        }),
      },
    })
    await expect(create({}, account("test"))).resolves.toMatchObject({
      next: { url: "https://www.sandbox.paypal.com/cgi-bin/webscr" },
    })
  })

  it("writes whole amounts where PayPal has no decimals, and says so when there are some", async () => {
    const field = async (amount: string, currency: string) => {
      const created = await create({ money: { amount, currency } })
      return created?.next.kind === "form" && created.next.fields.amount
    }
    await expect(field("1050", "jpy")).resolves.toBe("1050")
    await expect(field("1050.00", "huf")).resolves.toBe("1050")
    await expect(field("1050.50", "huf")).rejects.toThrow(
      "PayPal takes HUF in whole amounts only, not 1050.50."
    )
    await expect(field("10.500", "kwd")).rejects.toThrow("PayPal does not take KWD.")
  })
})

it("is acknowledged with an empty 200", () => {
  expect(paypal.acknowledge?.({ kind: "stored" }, message(paid), account("live"))).toEqual({ status: 200 })
})

it("stops the boot of a live account with a simulator, and says how to write receivers", () => {
  expect(paypal.check?.(account("live", { simulator: "http://127.0.0.1:1" }))).toHaveLength(1)
  expect(paypal.config.safeParse({ receivers: ["not an address"] }).error?.issues[0]?.message).toMatch(
    /merchant ID of 13/
  )
  expect(paypal.config.safeParse({ receivers: "x" }).error?.issues[0]?.message).toMatch(
    /^List the PayPal account's/
  )
})
