import type { Words } from "../words"

export const en: Words = {
  tag: "en",
  dir: "ltr",
  test: "Test. No real money moved.",
  order: (number) => `Order #${number}`,
  items: "Items",
  shipping: "Delivery",
  discount: "Discount",
  tax: "Tax included",
  total: "Total",
  quantity: (count) => `Quantity ${count}`,
  method: "Payment method",
  reference: "Reference",
  payBy: "Pay by",
  amount: "Amount",
  account: "Account",
  questions: (contact) => `Questions? Write to ${contact}.`,
  sentBy: (shop) => `Sent by ${shop}`,
  received: {
    subject: (order) => `${order}: payment received`,
    title: "Thank you, your payment is in",
    captured: (amount) => `We received ${amount}. We are preparing your order.`,
    authorized: (amount) => `Your payment of ${amount} is confirmed. We are preparing your order.`,
  },
  waiting: {
    subject: (order) => `${order}: waiting for your payment`,
    title: "Thank you for your order",
    text: (amount) => `Your order is placed. We ship it once your payment of ${amount} has arrived.`,
    how: "How to pay",
    by: (date) => `Please pay by ${date}.`,
    follow: "See your payment",
  },
  reminder: {
    subject: (order) => `${order}: please pay soon`,
    title: "We have not received your payment yet",
    text: (amount) =>
      `Your order still waits for ${amount}. If you have just paid, you need not do anything.`,
    by: (amount, date) =>
      `Your order still waits for ${amount}. Please pay by ${date}, or the order may be cancelled. If you have just paid, you need not do anything.`,
    pay: "Pay now",
  },
  failed: {
    subject: "Your payment did not go through",
    title: "Your payment did not go through",
    failed: (amount) => `The payment of ${amount} did not succeed. Nothing was charged.`,
    expired: (amount) => `The payment of ${amount} was not finished in time. Nothing was charged.`,
    held: (date) => `Your items are held until ${date}.`,
    retry: "Try again",
  },
  cancelled: {
    subject: (order) => `${order} was cancelled`,
    title: "Your order was cancelled",
    text: "We did not receive a payment for this order, so it was cancelled. Nothing was charged.",
    paidAnyway:
      "Have you paid after all? Your money is not lost: we will either send your order or give the money back.",
  },
  refund: {
    subject: (order) => `${order}: your refund`,
    title: "Your refund is on its way",
    text: (amount) => `We refunded ${amount}.`,
    sofar: (amount) => `Refunded so far: ${amount}.`,
    wait: "It can take a few days until your bank shows it.",
  },
  claim: {
    subject: (shop) => `Your account at ${shop}`,
    title: "Keep this order in an account",
    text: "You ordered as a guest. Set a password to see your orders and check out faster next time. You need not do anything if you do not want an account.",
    button: "Set a password",
    until: (date) => `The link works once, until ${date}.`,
  },
  issues: {
    subject: (count, first) => (count === 1 ? `Payments: ${first}` : `Payments: ${count} new problems`),
    title: (count) => (count === 1 ? "One payment needs you" : `${count} things need you`),
    button: "Open the list",
    urgent: "Urgent",
    by: (date) => `Act by ${date}.`,
    kinds: {
      amount_mismatch: "Another amount was paid than asked for",
      currency_mismatch: "Paid in another currency",
      receiver_mismatch: "Somebody else received the money",
      mode_mismatch: "Test money and real money are mixed",
      held_by_gateway: "The gateway holds money back",
      money_without_order: "Money without an order",
      unknown_payment: "A payment that the store does not know",
      paid_twice: "Paid twice",
      paid_after_cancel_or_expiry: "Paid after the order was cancelled",
      paid_old_session: "An older checkout was paid",
      out_of_stock_after_payment: "Paid, but out of stock",
      stock_not_held: "Goods could not be held",
      needs_decision: "A payment needs a decision",
      order_unpaid_too_long: "An order is unpaid for long",
      refund_only_at_gateway: "A refund could not be recorded",
      refund_failed: "A refund failed",
      capture_reversed: "Money that was counted on did not come",
      dispute_opened: "A customer disputes a payment",
      payout_failed: "A payout failed",
      verification_burst: "Many calls could not be proven",
      gateway_silent: "A gateway is silent",
      settling_failing: "Payments could not be handled",
      email_failed: "A message could not be delivered",
      ledger_gap: "Ledger and order differ",
    },
  },
  dispute: {
    subject: {
      opened: "A customer disputes a payment",
      due: "A dispute must be answered soon",
      won: "Dispute won",
      lost: "Dispute lost",
    },
    text: {
      opened:
        "A customer has asked their bank for the money back. Answer at the gateway, with your evidence.",
      due: "This dispute is still open. Without an answer in time the money is lost.",
      won: "The dispute was decided for you. The money stays with you.",
      lost: "The dispute was decided for the customer. The money is gone.",
    },
    answerBy: "Answer by",
    button: "See the payment",
  },
  silence: {
    subject: (account) => `No message from ${account}`,
    title: "A gateway is silent",
    since: (account, date) =>
      `${account} has sent no message since ${date}, although payments were started since.`,
    never: (account) =>
      `${account} has never sent a message that could be proven, although payments were started.`,
    todo: "Check the notify address and the webhook secret at the gateway. Payments that were made meanwhile are found when the gateway is asked.",
    button: "Open the list",
  },
  daily: {
    subject: (date) => `Payments of ${date}`,
    title: (date) => `Payments of ${date}`,
    payments: "Payments",
    paid: "Paid",
    refunded: "Refunded",
    fees: "Fees",
    none: "No money moved on this day.",
    open: (count) =>
      count === 0
        ? "Nothing needs you."
        : count === 1
          ? "One problem is open."
          : `${count} problems are open.`,
    button: "Open the list",
  },
}
