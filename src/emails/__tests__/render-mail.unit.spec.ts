import { fromDecimal } from "../../domain/money"
import { languages, words, wordsFor } from "../locale"
import { mailKinds, type Mail } from "../mail"
import { renderMail } from "../render-mail"
import { samples, shop } from "../sample-mails"

const all = languages.flatMap((language) => mailKinds.map((kind) => [language, kind] as const))

describe("a mail", () => {
  it.each(all)("in %s, %s: says the same in HTML and text, with nothing left out", (language, kind) => {
    const { subject, preheader, html, text } = renderMail(samples[kind], words[language], shop)
    expect(subject).not.toBe("")
    expect(preheader).not.toBe("")
    for (const written of [subject, preheader, html, text]) {
      expect(written).not.toMatch(/undefined|\[object|NaN|\{\w+\}/)
    }
    expect(html).toContain(`lang="${language}"`)
    // Each word of the text stands in the page too.
    const plain = html
      .replace(/<style[\s\S]*?<\/style>/, "")
      .replace(/<[^>]+>/g, " ")
      .replaceAll("&amp;", "&")
      .replaceAll("&#39;", "'")
    const missing = text
      .split(/[\s:(),*[\]]+/)
      .filter((word) => !/^(x|--|https|\/\/.*|)$/.test(word) && !plain.includes(word))
    expect(missing).toEqual([])
  })

  it("reads like this", () => {
    const { subject, text } = renderMail(samples["ipn.order-waiting"], words.en, shop)
    expect(`${subject}\n\n${text.replaceAll("\u202f", " ")}`.split("\n")).toEqual([
      "Order #1042: waiting for your payment",
      "",
      "Thank you for your order",
      "",
      "Your order is placed. We ship it once your payment of €60.20 has arrived.",
      "",
      "How to pay",
      "Transfer the amount to the account below.",
      "IBAN DE02 1203 0000 0000 2020 51",
      "BIC BYLADEM1001",
      "Amount: €60.20",
      "Reference: RF18 5390 0754 7034",
      "Pay by: December 1, 2026 at 5:00 PM GMT+1",
      "",
      "See your payment:",
      "https://www.example.com/checkout/return?ipn_resume=EAAAAAAAAAAAAAAAAAAA",
      "",
      "Order #1042",
      "2 x Espresso beans, 1 kg (Ground / Medium roast): €47.80",
      "1 x Porcelain cup with a rather long name that has to wrap: €12.50",
      "",
      "Items: €60.30",
      "Delivery: €4.90",
      "Discount: -€5.00",
      "Tax included: €9.61",
      "Total: €60.20",
      "Payment method: Mollie",
      "",
      "-- ",
      "Questions? Write to help@example.com.",
      "Sent by Kaffee & Söhne",
      "",
    ])
  })

  it("escapes everything that others wrote", () => {
    const nasty = `<script>alert("1")</script>&'"`
    const mail: Mail = {
      ...samples["ipn.order-waiting"],
      bought: {
        number: nasty,
        lines: [{ title: nasty, detail: nasty, quantity: "1", total: fromDecimal("1.00", "eur") }],
        totals: { total: fromDecimal("1.00", "eur") },
        method: nasty,
      },
      instructions: { lines: [nasty], reference: nasty },
    }
    const { html } = renderMail(mail, words.en, { ...shop, name: nasty, contact: nasty })
    expect(html).not.toContain("<script")
    expect(html).not.toContain(`"1"`)
    expect(html.match(/&lt;script&gt;/g)!.length).toBeGreaterThanOrEqual(8)
  })

  it("links to web pages only", () => {
    const links = { retry: "javascript:alert(1)" }
    const { html } = renderMail({ ...samples["ipn.payment-failed"], links }, words.en, shop)
    expect(html).not.toContain("<a ")
  })

  it("has a subject of one line, whatever it is made of", () => {
    const bought = { ...samples["ipn.payment-received"].bought, number: "1\r\nBcc: thief@example.com" }
    const { subject } = renderMail({ ...samples["ipn.payment-received"], bought }, words.en, shop)
    expect(subject).toBe("Order #1 Bcc: thief@example.com: payment received")
  })

  it("reads from right to left where the language does, with names and amounts kept apart", () => {
    const rtl = { ...words.en, tag: "ar", dir: "rtl" } as const
    const { html } = renderMail(samples["ipn.payment-received"], rtl, shop)
    expect(html).toContain('dir="rtl"')
    expect(html).not.toContain('<td class="card-in" align="left"')
    expect(html).toContain("<bdi>Espresso beans, 1 kg</bdi>")
  })

  it("loads nothing from anywhere", () => {
    for (const kind of mailKinds) {
      const { html } = renderMail(samples[kind], words.en, shop)
      expect(html).not.toMatch(/<img|<link|<script|url\(|@import/)
    }
  })

  it("says of a test that it is one", () => {
    const { subject, html, text } = renderMail(samples["ipn.payment-received"], words.en, {
      ...shop,
      test: true,
    })
    expect(subject).toMatch(/^\[Test\] /)
    expect(html).toContain("No real money moved")
    expect(text).toContain("No real money moved")
  })

  it("writes amounts exactly, in the digits of their currency", () => {
    const paid = (amount: string, currency: string) => {
      const mail = { ...samples["ipn.payment-received"], paid: fromDecimal(amount, currency) }
      return renderMail(mail, words.en, shop).text
    }
    expect(paid("9007199254740993.01", "usd")).toContain("$9,007,199,254,740,993.01")
    expect(paid("1050", "jpy")).toContain("¥1,050.")
    expect(paid("1.234", "kwd")).toMatch(/KWD\s1\.234/)
  })
})

describe("the language", () => {
  const fallback = "en" as const
  it.each([
    ["the first locale that is known", ["xx", "de-AT", "fr"], "fr", "de-AT"],
    ["underscores are read too", ["pt_BR"], null, "pt-BR"],
    ["what is no locale is passed over", ["not a locale", null, undefined], "at", "de-AT"],
    ["the country's language", [], "mx", "es-MX"],
    ["the fallback where a country speaks several", [], "ch", "en"],
    ["the fallback where nothing is known", [], null, "en"],
  ])("is %s", (_, locales, country, tag) => {
    expect(wordsFor(locales, { country, fallback }).tag).toBe(tag)
  })
})
