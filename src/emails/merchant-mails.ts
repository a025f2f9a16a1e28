import type { Content } from "./content"
import { spellDay, spellMoment, spellMoney } from "./format"
import type { Mail, Shop } from "./mail"
import type { Words } from "./words"

type Of<K extends Mail["kind"]> = Extract<Mail, { kind: K }>

/** So many problems are shown; the list in the admin has all. */
const shown = 25

export function merchantIssue(mail: Of<"ipn.merchant-issue">, words: Words, shop: Shop): Content {
  const { issues } = words
  const first = mail.issues[0]
  const items = mail.issues.slice(0, shown).map((issue) => {
    const money = issue.money && spellMoney(issue.money, words.tag)
    const about = [money, issue.orderNumber && words.order(issue.orderNumber)].filter((part) => part)
    return {
      title: issues.kinds[issue.kind],
      urgent: issue.severity === "urgent" ? issues.urgent : undefined,
      lines: [
        // The sentence is told in English only; who reads another language sees what it is made of.
        ...(words.tag.startsWith("en") ? [issue.message] : []),
        ...(about.length > 0 ? [about.join(" · ")] : []),
        ...(issue.dueAt ? [issues.by(spellMoment(issue.dueAt, words.tag, shop.timeZone))] : []),
      ],
    }
  })
  const more = mail.issues.length - items.length
  return {
    subject: issues.subject(mail.issues.length, first ? issues.kinds[first.kind] : ""),
    preheader: items.map(({ title }) => title).join(", "),
    title: issues.title(mail.issues.length),
    blocks: [
      { kind: "list", items },
      ...(more > 0 ? [{ kind: "muted", text: `+ ${more}` } as const] : []),
      { kind: "button", text: issues.button, url: mail.adminUrl },
    ],
  }
}

export function merchantDispute(mail: Of<"ipn.merchant-dispute">, words: Words, shop: Shop): Content {
  const { dispute } = words
  const rows: [string, string][] = []
  if (mail.money) rows.push([words.amount, spellMoney(mail.money, words.tag)])
  if (mail.dueAt && (mail.stage === "opened" || mail.stage === "due")) {
    rows.push([dispute.answerBy, spellMoment(mail.dueAt, words.tag, shop.timeZone)])
  }
  rows.push([words.account, mail.account])
  const subject = dispute.subject[mail.stage]
  const about = mail.orderNumber && words.order(mail.orderNumber)
  return {
    subject: about ? `${subject}: ${about}` : subject,
    preheader: rows.map(([name, value]) => `${name}: ${value}`).join(", "),
    title: subject,
    blocks: [
      { kind: "text", text: dispute.text[mail.stage] },
      { kind: "facts", ...(about ? { title: about } : {}), lines: [], rows },
      { kind: "button", text: dispute.button, url: mail.adminUrl },
    ],
  }
}

export function merchantSilence(mail: Of<"ipn.merchant-silence">, words: Words, shop: Shop): Content {
  const { silence } = words
  const told = mail.since
    ? silence.since(mail.account, spellMoment(mail.since, words.tag, shop.timeZone))
    : silence.never(mail.account)
  return {
    subject: silence.subject(mail.account),
    preheader: told,
    title: silence.title,
    blocks: [
      { kind: "text", text: told },
      { kind: "text", text: silence.todo },
      { kind: "button", text: silence.button, url: mail.adminUrl },
    ],
  }
}

export function merchantDaily(mail: Of<"ipn.merchant-daily">, words: Words, shop: Shop): Content {
  const { daily } = words
  const day = spellDay(mail.day, words.tag, shop.timeZone)
  const open = daily.open(mail.openIssues)
  return {
    subject: daily.subject(day),
    preheader: open,
    title: daily.title(day),
    blocks: [
      ...(mail.totals.length === 0 ? [{ kind: "text", text: daily.none } as const] : []),
      ...mail.totals.map(
        ({ account, payments, paid, refunded, fees }) =>
          ({
            kind: "facts",
            title: account,
            lines: [],
            rows: [
              [daily.payments, new Intl.NumberFormat(words.tag).format(payments)],
              [daily.paid, spellMoney(paid, words.tag)],
              [daily.refunded, spellMoney(refunded, words.tag)],
              [daily.fees, spellMoney(fees, words.tag)],
            ],
          }) as const
      ),
      { kind: "text", text: open },
      ...(mail.openIssues > 0 ? [{ kind: "button", text: daily.button, url: mail.adminUrl } as const] : []),
    ],
  }
}
