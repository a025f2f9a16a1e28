import {
  accountClaim,
  orderCancelled,
  orderWaiting,
  paymentFailed,
  paymentReceived,
  paymentReminder,
  refundCompleted,
} from "./buyer-mails"
import type { Content } from "./content"
import type { Mail, Shop } from "./mail"
import { merchantDaily, merchantDispute, merchantIssue, merchantSilence } from "./merchant-mails"
import { writeHtml } from "./write-html"
import { writeText } from "./write-text"
import type { Words } from "./words"

/** A mail, ready to be sent. `html` and `text` say the same. */
export type RenderedMail = Readonly<{ subject: string; preheader: string; html: string; text: string }>

/** Writes a mail in one language. The subject has no line breaks, whatever it is made of. */
export function renderMail(mail: Mail, words: Words, shop: Shop): RenderedMail {
  const content = contentOf(mail, words, shop)
  const subject = oneLine(shop.test ? `[Test] ${content.subject}` : content.subject)
  return {
    subject,
    preheader: content.preheader,
    html: writeHtml(content, words, shop),
    text: writeText(content, words, shop),
  }
}

function contentOf(mail: Mail, words: Words, shop: Shop): Content {
  switch (mail.kind) {
    case "ipn.payment-received":
      return paymentReceived(mail, words)
    case "ipn.order-waiting":
      return orderWaiting(mail, words, shop)
    case "ipn.payment-reminder":
      return paymentReminder(mail, words, shop)
    case "ipn.payment-failed":
      return paymentFailed(mail, words, shop)
    case "ipn.order-cancelled-unpaid":
      return orderCancelled(mail, words)
    case "ipn.refund-completed":
      return refundCompleted(mail, words)
    case "ipn.account-claim":
      return accountClaim(mail, words, shop)
    case "ipn.merchant-issue":
      return merchantIssue(mail, words, shop)
    case "ipn.merchant-dispute":
      return merchantDispute(mail, words, shop)
    case "ipn.merchant-silence":
      return merchantSilence(mail, words, shop)
    case "ipn.merchant-daily":
      return merchantDaily(mail, words, shop)
  }
}

function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim()
}
