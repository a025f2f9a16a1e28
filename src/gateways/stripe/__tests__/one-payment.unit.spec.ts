import { join } from "node:path"
import fc from "fast-check"
import { fold } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import { fill, freshValues, loadRecordings } from "../../conformance/recording"
import gateway from "../index"
import { sender } from "../recordings/sender"

const recordings = new Map(
  loadRecordings(join(__dirname, "..")).map((recording) => [recording.name, recording])
)
const payment = freshValues()
let count = 0

/** The payment events of Stripe's messages about one payment, each message with an id of its own. */
function told(...names: string[]): PaymentEvent[] {
  return names.flatMap((name) => {
    const recording = recordings.get(name)
    if (!recording) throw new Error(`there is no recording ${name}`)
    const message = fill(recording, { ...payment, id: `evt_${++count}` })
    return gateway.parse(message, sender.account)
  })
}

const all = { amount: "42.00", currency: "eur" }

describe("one payment told by several of Stripe's messages", () => {
  const happy = told(
    "payment_intent.created",
    "payment_intent.requires_action",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "charge.updated"
  )

  it("is one captured amount, in any order and however often", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...happy, ...happy], { minLength: happy.length * 2 }), (events) => {
        expect(fold(events)).toMatchObject({
          captured: [all],
          refunded: [],
          fees: [{ amount: "1.52", currency: "usd" }],
          modes: ["test"],
        })
      })
    )
  })

  it.each(["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed", "charge.updated"])(
    "is captured in full when only %s arrives",
    (name) => expect(fold(told(name)).captured).toEqual([all])
  )

  it("is pending and then captured when the money takes days", () => {
    const pending = told("checkout.session.completed.unpaid", "payment_intent.processing", "charge.pending")
    expect(fold(pending)).toMatchObject({ pending: true, captured: [], authorized: [] })
    expect(fold([...pending, ...told("checkout.session.async_payment_succeeded")]).captured).toEqual([all])
    expect(fold([...pending, ...told("checkout.session.async_payment_failed")]).ended?.as).toBe("failed")
  })

  it("is authorised and not captured while the money is held, also when the session says paid", () => {
    const held = told(
      "payment_intent.amount_capturable_updated",
      "charge.succeeded.uncaptured",
      "checkout.session.completed.manual"
    )
    expect(fold(held)).toMatchObject({ authorized: [all], captured: [] })
    expect(fold([...held, ...told("payment_intent.canceled")])).toMatchObject({
      authorized: [],
      ended: { as: "canceled" },
    })
  })

  it("is authorised since the charge was made, not since that was told", () => {
    const recording = recordings.get("charge.succeeded.uncaptured")
    if (!recording) throw new Error("no recording")
    const message = fill(recording, payment)
    const event = JSON.parse(Buffer.from(message.body).toString()) as { created: number }
    const later = Buffer.from(
      JSON.stringify({ ...event, type: "charge.updated", created: event.created + 3600 })
    )
    const [authorized] = gateway.parse({ ...message, body: later }, sender.account)
    expect(authorized).toMatchObject({ type: "payment.authorized", occurredAt: payment.at })
  })

  it("stays captured when an older attempt failed, and when the session is told expired", () => {
    const events = [
      ...happy,
      ...told("payment_intent.payment_failed", "checkout.session.expired", "charge.failed"),
    ]
    expect(fold(events).captured).toEqual([all])
    expect(fold(events).ended).toBeUndefined()
  })

  it("counts what a partial capture released neither as captured nor as refunded", () => {
    const held = told("charge.succeeded.uncaptured", "charge.captured")
    expect(fold(held)).toMatchObject({
      authorized: [all],
      captured: [{ amount: "20.00", currency: "eur" }],
      refunded: [],
    })
  })

  it("counts a refund once, told by the refund and by the charge", () => {
    expect(fold([...happy, ...told("refund.created", "charge.refunded")]).refunded).toEqual([all])
  })

  it("keeps a dispute's last word", () => {
    const lost = told(
      "charge.dispute.created",
      "charge.dispute.funds_withdrawn",
      "charge.dispute.closed.lost"
    )
    expect(fold([...happy, ...lost]).disputes).toMatchObject([{ state: "lost" }])
  })

  it("reads a payment although a field that it never reads has a number of many digits", () => {
    const [recording] = [recordings.get("charge.updated")]
    if (!recording) throw new Error("no recording")
    const message = fill(recording, payment)
    const text = Buffer.from(message.body)
      .toString()
      .replace(/"exchange_rate":[\d.]+/, '"exchange_rate":1.05230000000000000217')
    expect(text).toContain("1.05230000000000000217")
    expect(gateway.parse({ ...message, body: Buffer.from(text) }, sender.account)).toHaveLength(1)
  })
})
