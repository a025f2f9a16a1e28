import fc from "fast-check"
import { WebhookSignatureValidator } from "mercadopago"
import { corrupt, emptySecrets, withOption } from "../../conformance/attacks"
import { fill, freshValues, loadRecordings } from "../../conformance/recording"
import type { Account, Message } from "../../gateway"
import mercadoPago from "../index"
import { sender } from "../recordings/sender"

const { account } = sender
const secret = account.config.webhookSecrets[0] ?? ""
const recordings = loadRecordings(`${__dirname}/..`)
const signed = (): Message => {
  const recording = recordings.find(({ name }) => name === "payment.approved")
  if (!recording) throw new Error("there is no such recording")
  const values = freshValues()
  return sender.sign(fill(recording, values), account, values.at)
}

/** Whether Mercado Pago's own package believes a message. */
function judge(message: Message, by = secret): boolean {
  try {
    WebhookSignatureValidator.validate({
      xSignature: message.headers["x-signature"],
      xRequestId: message.headers["x-request-id"],
      dataId: new URLSearchParams(message.query).get("data.id"),
      secret: by,
    })
    return true
  } catch {
    return false
  }
}

const kindOf = (message: Message) => mercadoPago.verify(message, account).kind
const withHeaders = (message: Message, change: Readonly<Record<string, string>>): Message => ({
  ...message,
  headers: { ...message.headers, ...change },
})

it("believes what Mercado Pago's own package believes", () => {
  const message = signed()
  expect(judge(message)).toBe(true)
  expect(mercadoPago.verify(message, account)).toEqual({ kind: "unproven", why: "thin" })
})

it("refuses what Mercado Pago's own package refuses: another id, request, time or signature", () => {
  const message = signed()
  const signature = message.headers["x-signature"] ?? ""
  const changed = [
    { ...message, query: "data.id=1&type=payment" },
    withHeaders(message, { "x-request-id": "other" }),
    withHeaders(message, { "x-signature": signature.replace("ts=1", "ts=2") }),
    withHeaders(message, { "x-signature": signature.replace(/.$/, (last) => (last === "0" ? "1" : "0")) }),
    withHeaders(message, { "x-signature": signature.replace("v1=", "v2=") }),
  ]
  for (const one of changed) expect([judge(one), kindOf(one)]).toEqual([false, "refused"])
})

it("agrees with the package on any id, request and time", () => {
  const part = fc.stringMatching(/^[0-9a-z-]{1,40}$/)
  fc.assert(
    fc.property(part, part, fc.nat(), fc.boolean(), (id, requestId, time, isOurs) => {
      const base = { ...signed(), query: `data.id=${id}&type=payment` }
      const at = new Date(time)
      const message = withHeaders(sender.sign(base, account, at), isOurs ? {} : { "x-request-id": requestId })
      expect(kindOf(message) !== "refused").toBe(judge(message))
    })
  )
})

it("takes ids with letters in either case, as the package and the documentation sign them", () => {
  const message = { ...signed(), query: "data.id=ORD01JQ4S4KY8HWQ6NA5PXB65B3D3&type=order" }
  const lower = sender.sign(message, account, message.receivedAt)
  expect(judge({ ...lower, query: lower.query.toLowerCase() })).toBe(true)
  expect(kindOf(lower)).toBe("unproven")
})

it("refuses, unlike the package, a signature over less than the id, the request and the time", () => {
  const message = signed()
  const { "x-request-id": _requestId, ...headers } = message.headers
  const bare = { ...message, headers }
  expect(kindOf(bare)).toBe("refused")
  expect(kindOf({ ...message, query: "" })).toBe("refused")
  expect(kindOf({ ...message, query: "type=payment" })).toBe("refused")
  expect(kindOf({ ...message, query: "data.id=1&data.id=2" })).toBe("refused")
})

it("refuses, unlike the package, whatever an empty or blank secret signs", () => {
  const message = signed()
  const forged = sender.sign(
    message,
    { ...account, config: { ...account.config, webhookSecrets: [""] } },
    message.receivedAt
  )
  expect(judge(forged, "")).toBe(true)
  for (const broken of [...emptySecrets([secret]), corrupt([secret])]) {
    const broke = withOption(account as Account<Record<string, unknown>>, "webhookSecrets", broken)
    for (const one of [message, forged])
      expect(mercadoPago.verify(one, broke as typeof account).kind).toBe("refused")
  }
})

it("believes the previous secret during a change", () => {
  const rotated = {
    ...account,
    config: { ...account.config, webhookSecrets: ["anotherSecretSignature000000", secret] },
  }
  expect(mercadoPago.verify(signed(), rotated).kind).toBe("unproven")
})

it("takes messages without a signature only where the owner says so, and never a wrong one", () => {
  const { "x-signature": signature, ...headers } = signed().headers
  const unsigned = { ...signed(), headers }
  const open = { ...account, config: { ...account.config, acceptUnsigned: true } }
  expect(mercadoPago.verify(unsigned, account)).toEqual({ kind: "refused", why: "missing" })
  expect(mercadoPago.verify(unsigned, open)).toEqual({ kind: "unproven", why: "unsigned" })
  expect(mercadoPago.verify({ ...unsigned, query: "id=17&topic=payment" }, open).kind).toBe("unproven")
  expect(mercadoPago.verify(withHeaders(unsigned, { "x-signature": `${signature}0` }), open).kind).toBe(
    "refused"
  )
})
