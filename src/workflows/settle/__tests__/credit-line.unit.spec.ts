import { creditLine, pendingDifference } from "../credit-line"

it.each([
  // What the gateway says, what the order waits for, the credit line.
  ["10", "10", "10"],
  ["10", "24.95", "10"],
  ["10", "4", "4"],
  // A total of 26.6965, asked for as 26.70, of which 10.00 came back, or all of it.
  ["10.00", "9.9965", "9.9965"],
  ["26.70", "26.6965", "26.6965"],
  // A total of 29.6905, asked for as 29.69.
  ["29.69", "29.6905", "29.6905"],
  // A cent that was left by the refund before.
  ["0.01", "0.02", "0.02"],
  ["2.00", "2.011", "2.00"],
  // Back, when the refund failed after all.
  ["-9.9965", "-10", "-9.9965"],
  ["-29.6905", "-29.69", "-29.69"],
  ["-4", "-10", "-4"],
])("%s of %s is written as %s", (amount, owed, line) => {
  expect(Number(creditLine(amount, owed, "eur"))).toBe(Number(line))
})

it.each([
  ["0", "10"],
  ["10", "0"],
  ["10", "-10"],
  ["-10", "10"],
])("%s of %s is not written", (amount, owed) => {
  expect(creditLine(amount, owed, "eur")).toBeUndefined()
})

it.each([
  ["0.01", "eur", "0"],
  ["-0.01", "eur", "0"],
  ["0.0101", "eur", "0.0101"],
  ["1", "jpy", "0"],
  ["2", "jpy", "2"],
  ["0.010", "kwd", "0"],
  ["0.011", "kwd", "0.011"],
])("an order that waits for %s %s waits for %s", (difference, currency, owed) => {
  expect(pendingDifference(difference, currency)).toBe(owed)
})
