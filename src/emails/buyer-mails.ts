import type { Block, Content } from "./content"
import { spellMoment, spellMoney } from "./format"
import type { Bought, Instructions, Mail, Shop } from "./mail"
import type { Words } from "./words"

type Of<K extends Mail["kind"]> = Extract<Mail, { kind: K }>

export function paymentReceived(mail: Of<"ipn.payment-received">, words: Words): Content {
  const { received } = words
  const amount = spellMoney(mail.paid, words.tag)
  const text = mail.captured ? received.captured(amount) : received.authorized(amount)
  return {
    subject: received.subject(nameOf(mail.bought, words)),
    preheader: text,
    title: received.title,
    blocks: [
      { kind: "text", text },
      ...button(words.waiting.follow, mail.links.resume),
      { kind: "bought", bought: mail.bought },
    ],
  }
}

export function orderWaiting(mail: Of<"ipn.order-waiting">, words: Words, shop: Shop): Content {
  const { waiting } = words
  const amount = spellMoney(mail.due, words.tag)
  const by = mail.dueAt && spellMoment(mail.dueAt, words.tag, shop.timeZone)
  return {
    subject: waiting.subject(nameOf(mail.bought, words)),
    preheader: waiting.text(amount),
    title: waiting.title,
    blocks: [
      { kind: "text", text: waiting.text(amount) },
      ...howToPay(mail.instructions, amount, by, words),
      ...(by && !mail.instructions ? [text(waiting.by(by))] : []),
      ...button(waiting.follow, mail.links.resume),
      { kind: "bought", bought: mail.bought },
    ],
  }
}

export function paymentReminder(mail: Of<"ipn.payment-reminder">, words: Words, shop: Shop): Content {
  const { reminder } = words
  const amount = spellMoney(mail.due, words.tag)
  const by = mail.dueAt && spellMoment(mail.dueAt, words.tag, shop.timeZone)
  const told = by ? reminder.by(amount, by) : reminder.text(amount)
  return {
    subject: reminder.subject(nameOf(mail.bought, words)),
    preheader: told,
    title: reminder.title,
    blocks: [
      text(told),
      ...howToPay(mail.instructions, amount, by, words),
      ...button(reminder.pay, mail.links.retry ?? mail.links.resume),
      { kind: "bought", bought: mail.bought },
    ],
  }
}

export function paymentFailed(mail: Of<"ipn.payment-failed">, words: Words, shop: Shop): Content {
  const { failed } = words
  const told = failed[mail.ended](spellMoney(mail.amount, words.tag))
  const held = mail.heldUntil && failed.held(spellMoment(mail.heldUntil, words.tag, shop.timeZone))
  return {
    subject: failed.subject,
    preheader: told,
    title: failed.title,
    blocks: [
      text(held ? `${told} ${held}` : told),
      ...button(failed.retry, mail.links.retry ?? mail.links.resume),
      { kind: "bought", bought: mail.bought },
    ],
  }
}

export function orderCancelled(mail: Of<"ipn.order-cancelled-unpaid">, words: Words): Content {
  const { cancelled } = words
  return {
    subject: cancelled.subject(nameOf(mail.bought, words)),
    preheader: cancelled.text,
    title: cancelled.title,
    blocks: [text(cancelled.text), text(cancelled.paidAnyway), { kind: "bought", bought: mail.bought }],
  }
}

export function refundCompleted(mail: Of<"ipn.refund-completed">, words: Words): Content {
  const { refund } = words
  const told = refund.text(spellMoney(mail.refunded, words.tag))
  const isFirst = mail.refunded.amount === mail.total.amount
  return {
    subject: refund.subject(nameOf(mail.bought, words)),
    preheader: told,
    title: refund.title,
    blocks: [
      text(
        [told, ...(isFirst ? [] : [refund.sofar(spellMoney(mail.total, words.tag))]), refund.wait].join(" ")
      ),
      { kind: "bought", bought: mail.bought },
    ],
  }
}

export function accountClaim(mail: Of<"ipn.account-claim">, words: Words, shop: Shop): Content {
  const { claim } = words
  return {
    subject: claim.subject(shop.name),
    preheader: claim.text,
    title: claim.title,
    blocks: [
      text(claim.text),
      ...button(claim.button, mail.links.claim),
      { kind: "muted", text: claim.until(spellMoment(mail.until, words.tag, shop.timeZone)) },
      { kind: "bought", bought: mail.bought },
    ],
  }
}

function howToPay(
  instructions: Instructions | undefined,
  amount: string,
  by: string | undefined,
  words: Words
): Block[] {
  if (!instructions) return []
  const rows: [string, string][] = [[words.amount, amount]]
  if (instructions.reference) rows.push([words.reference, instructions.reference])
  if (by) rows.push([words.payBy, by])
  return [{ kind: "facts", title: words.waiting.how, lines: instructions.lines, rows }]
}

function nameOf({ number }: Bought, words: Words): string {
  return number === undefined ? words.total : words.order(number)
}

function text(text: string): Block {
  return { kind: "text", text }
}

function button(text: string, url: string | undefined): Block[] {
  return url ? [{ kind: "button", text, url }] : []
}
