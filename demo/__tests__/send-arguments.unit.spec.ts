import { readSendArguments } from "../send-arguments"

it("sends one recording once, about what the store says", () => {
  expect(readSendArguments(["stripe", "payment_intent.succeeded"])).toEqual({
    account: "stripe",
    recordings: ["payment_intent.succeeded"],
    session: undefined,
    says: {},
    times: 1,
    shuffle: false,
    url: undefined,
  })
})

it("reads what a message is to say, how often and in which order it is sent", () => {
  const says = "--amount 1.00 --currency usd --payment pay_1 --id msg_1".split(" ")
  const how = "--session payses_1 --times 10 --shuffle --url http://localhost:9000/x".split(" ")
  expect(readSendArguments(["sandbox", "payment.pending,payment.captured", ...says, ...how])).toEqual({
    account: "sandbox",
    recordings: ["payment.pending", "payment.captured"],
    session: "payses_1",
    says: { amount: "1.00", currency: "usd", payment: "pay_1", id: "msg_1" },
    times: 10,
    shuffle: true,
    url: "http://localhost:9000/x",
  })
})

it("without an account there is nothing to send", () => {
  expect(readSendArguments([])).toMatchObject({ account: undefined, recordings: [] })
})

it.each(["abc", "0", "-1", "1.5", "", "10001"])("refuses to send %j times", (times) => {
  expect(() => readSendArguments(["sandbox", "payment.captured", `--times=${times}`])).toThrow(
    `--times must be a whole number from 1 to 10000, not "${times}".`
  )
})

it("refuses what it does not know", () => {
  expect(() => readSendArguments(["sandbox", "payment.captured", "--ammount", "1.00"])).toThrow("--ammount")
})
