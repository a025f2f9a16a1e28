import type { Facts } from "../fold"
import { fromDecimal, type Money } from "../money"
import { orderMoney, type MoneyWord } from "../money-word"

const eur = (amount: string): Money => fromDecimal(amount, "eur")
type Payment = Parameters<typeof orderMoney>[2][number]
const payment = (told: Partial<Payment> = {}): Payment => ({
  pending: false,
  authorized: [],
  captured: [],
  refunded: [],
  disputes: [],
  ...told,
})
const captured = (amount: string, more: Partial<Payment> = {}) =>
  payment({ pending: true, captured: [eur(amount)], ...more })
const ended = (as: NonNullable<Facts["ended"]>["as"]) => payment({ pending: true, ended: { as, at: 1 } })
const disputed = (state: "opened" | "won") => captured("42", { disputes: [{ resource: "d", state, at: 1 }] })

describe("the word for an order's money", () => {
  it.each<[MoneyWord, string, Payment[]]>([
    ["not_paid", "nothing was started", []],
    ["not_paid", "nothing was told", [payment()]],
    ["not_paid", "the buyer gave up", [ended("canceled")]],
    ["waiting", "the gateway has it in hand", [payment({ pending: true })]],
    ["waiting", "a first try failed, a second is under way", [ended("failed"), payment({ pending: true })]],
    ["authorized", "it is authorised", [payment({ pending: true, authorized: [eur("42")] })]],
    ["paid", "all of it came", [captured("42")]],
    ["paid", "it came in two payments", [captured("20"), captured("22")]],
    ["paid", "what is missing is within the tolerance", [captured("41.60")]],
    ["paid", "a dispute was won", [disputed("won")]],
    ["part_paid", "a part came", [captured("41.57")]],
    ["paid", "what is too much is within the tolerance", [captured("42.42")]],
    ["overpaid", "more came", [captured("42.43")]],
    ["refunded", "all went back", [captured("42", { refunded: [eur("42")] })]],
    ["part_refunded", "a part went back", [captured("42", { refunded: [eur("0.01")] })]],
    ["failed", "it failed", [ended("failed")]],
    ["expired", "the last try expired", [ended("failed"), ended("expired")]],
    ["disputed", "a dispute is open", [disputed("opened")]],
    [
      "not_paid",
      "money of another currency waits for a person",
      [payment({ captured: [fromDecimal("42", "usd")] })],
    ],
  ])("is %s when %s", (word, _, payments) => {
    expect(orderMoney(eur("42"), eur("41.58"), payments).word).toBe(word)
  })
})
