import type { MailServer, TakenMail } from "../integration-tests/support/mail/mail-server"
import { startHttpServer, type Answer, type Call } from "../src/gateways/simulation/http-server"
import { escapeHtml, page } from "../src/gateways/simulation/page"

/** How wide a mail is shown: in the page's own width, or as on a phone. */
const phonePixels = 390

/** Shows the mails that a mail server took, in the browser. Nobody is let in: it listens on loopback only. */
export async function startMailbox(
  mailServer: Pick<MailServer, "mails">
): ReturnType<typeof startHttpServer> {
  return startHttpServer((call) => answer(mailServer.mails, call))
}

function answer(mails: readonly TakenMail[], { path, query }: Call): Answer {
  const [, number, part] = /^\/(\d+)(\/html)?$/.exec(path) ?? []
  const mail = number === undefined ? undefined : mails[Number(number) - 1]
  if (path === "/") return listPage(mails)
  if (!mail) return { ...page("There is no such mail", `<p><a href="/">All mails</a></p>`), status: 404 }
  return part ? asSent(mail) : mailPage(mail, Number(number), query.get("width") === "phone")
}

function listPage(mails: readonly TakenMail[]): Answer {
  const items = mails.map(
    ({ subject, to, at }, index) =>
      `<li style="padding:.75rem 0;border-top:1px solid var(--line)"><a href="/${index + 1}">${escapeHtml(subject)}</a><br>
<span style="color:var(--soft)">To ${escapeHtml(to.join(", "))} at <time datetime="${at.toISOString()}">${clock(at)}</time></span></li>`
  )
  const list = `<ul style="margin:0;padding:0;list-style:none">${items.reverse().join("")}</ul>`
  const none = "<p>No mail yet. Buy something, or let a payment fail.</p>"
  return page(
    "Mailbox",
    `<p>What the store mailed, the newest first. Of test payments the merchant gets what the customer would get.</p>
${mails.length > 0 ? list : none}
<p style="margin:1rem 0 0"><a href="/">Look again</a></p>`,
    { wide: true }
  )
}

function mailPage(mail: TakenMail, number: number, onPhone: boolean): Answer {
  const { subject, from, to, at, text } = mail
  const other = onPhone ? [`/${number}`, "As on a computer"] : [`/${number}?width=phone`, "As on a phone"]
  const shown = page(
    subject,
    `<p>From ${escapeHtml(from)} to ${escapeHtml(to.join(", "))} at ${clock(at)}</p>
<p><a href="/">All mails</a> · <a href="${other[0]}">${other[1]}</a></p>
<iframe src="/${number}/html" title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox"
  style="display:block;width:100%;max-width:${onPhone ? `${phonePixels}px` : "none"};height:75vh;margin:0 auto 1rem;border:1px solid var(--line);border-radius:.5rem"></iframe>
<details><summary>As text</summary><pre style="white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(text)}</pre></details>`,
    { wide: true }
  )
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'"
  return { ...shown, headers: { ...shown.headers, "content-security-policy": policy } }
}

/** The mail's HTML as it was sent; its links open in tabs of their own. */
function asSent({ html }: TakenMail): Answer {
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
      "x-content-type-options": "nosniff",
    },
    body: html.replace("<head>", `<head><base target="_blank">`),
  }
}

function clock(at: Date): string {
  return at.toLocaleTimeString("en-GB")
}
