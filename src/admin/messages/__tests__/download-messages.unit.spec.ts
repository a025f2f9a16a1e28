import { expect, it } from "@jest/globals"
import type { Message } from "../../queries/message"
import { writeMessages } from "../download-messages"

const message = {
  id: "ipnmsg_1",
  received_at: "2026-11-22T20:56:55.321Z",
  account_id: "stripe-eu",
  gateway_id: "stripe",
  mode: "live",
  state: "applied",
  event_types: ["payment.captured", "fee"],
  amount: "24.95",
  currency_code: "eur",
  gateway_reference: 'pi_"1",2',
  payment_session_id: null,
  cart_id: null,
  order_id: "order_1",
  order_display_id: 1001,
  proof: "proven",
} as Partial<Message> as Message

it("writes one line for each message below a head", () => {
  const [head, first, ...rest] = writeMessages([message]).split("\r\n")
  expect(head).toMatch(/^id,received_at,account_id,/)
  expect(first).toBe(
    'ipnmsg_1,2026-11-22T20:56:55.321Z,stripe-eu,stripe,live,applied,payment.captured fee,24.95,eur,"pi_""1"",2",,,order_1,1001,proven'
  )
  expect(rest).toEqual([""])
})

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])("lets no spreadsheet calculate %j", (gateway_reference) => {
  expect(writeMessages([{ ...message, gateway_reference }])).toContain(`,'${gateway_reference},`)
})
