import type { Block, Content } from "./content"
import { html, safeUrl, type Html } from "./html"
import { spellMoney } from "./format"
import type { Bought, Shop } from "./mail"
import { totalRows } from "./total-rows"
import type { Words } from "./words"

const font = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/**
 * Dark colours for those who read in the dark. All else is inline, because some mail programs drop style sheets; those
 * never show dark mode by it either (https://www.caniemail.com/features/css-at-media-prefers-color-scheme/).
 */
const darkStyles = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#101113!important}
.card{background:#1b1d20!important;border-color:#2c2f34!important}
.ink{color:#f2f3f5!important}
.soft{color:#a6abb3!important}
.rule{border-color:#2c2f34!important}
.box{background:#24272b!important}
.button{background:#f2f3f5!important}
.button a{color:#16181b!important}
.urgent{background:#5c1d1d!important;color:#ffd9d6!important}
.test{background:#4a3a10!important;color:#ffe9b0!important}
}
@media (max-width:480px){.card-in{padding:24px 20px!important}}`

/** A mail as one HTML page of tables, readable from 320 pixels on, in the language's direction. */
export function writeHtml(content: Content, words: Words, shop: Shop): string {
  const { dir } = words
  const align = dir === "rtl" ? "right" : "left"
  const page = html`<html lang="${words.tag}" dir="${dir}" xmlns="http://www.w3.org/1999/xhtml">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width,initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      <meta name="format-detection" content="telephone=no,date=no,address=no,email=no" />
      <title>${content.subject}</title>
      <style>
        ${trusted(darkStyles)}
      </style>
    </head>
    <body class="page" dir="${dir}" style="margin:0;padding:0;background:#f4f5f7">
      <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${content.preheader}${filler}</div>
      <table
        role="presentation"
        class="page"
        width="100%"
        cellpadding="0"
        cellspacing="0"
        border="0"
        style="background:#f4f5f7"
      >
        <tr>
          <td align="center" style="padding:24px 12px">
            <table
              role="presentation"
              width="100%"
              cellpadding="0"
              cellspacing="0"
              border="0"
              style="max-width:560px"
            >
              <tr>
                <td
                  class="soft"
                  align="${align}"
                  style="${font};font-size:14px;line-height:20px;font-weight:600;color:#5c636d;padding:0 4px 12px"
                >
                  <bdi>${shop.name}</bdi>
                </td>
              </tr>
              <tr>
                <td class="card" style="background:#ffffff;border:1px solid #e3e5e9;border-radius:12px">
                  <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
                    <tr>
                      <td class="card-in" align="${align}" style="padding:32px">
                        ${shop.test ? testNote(words) : undefined}
                        <h1
                          class="ink"
                          style="${font};margin:0 0 16px;font-size:22px;line-height:28px;font-weight:600;color:#16181b;text-wrap:balance"
                        >
                          ${content.title}
                        </h1>
                        ${content.blocks.map((block, index) => writeBlock(block, words, align, index === content.blocks.length - 1))}
                      </td>
                    </tr>
                  </table>
                </td>
              </tr>
              <tr>
                <td
                  class="soft"
                  align="${align}"
                  style="${font};font-size:13px;line-height:20px;color:#5c636d;padding:16px 4px 0"
                >
                  ${shop.contact ? html`<bdi>${words.questions(shop.contact)}</bdi><br />` : undefined}<bdi
                    >${words.sentBy(shop.name)}</bdi
                  >
                </td>
              </tr>
            </table>
          </td>
        </tr>
      </table>
    </body>
  </html>`
  return `<!doctype html>\n${page.source.replace(/^\s+/gm, "")}\n`
}

/** So that a list of mails does not show the mail's first words after the preheader. */
const filler = "\u200c\u00a0".repeat(60)

function testNote(words: Words): Html {
  return html`<p
    class="test"
    style="${font};margin:0 0 20px;padding:8px 12px;font-size:13px;line-height:20px;background:#fff3cf;color:#5a4300;border-radius:6px"
  >
    ${words.test}
  </p>`
}

function writeBlock(block: Block, words: Words, align: string, isLast: boolean): Html {
  switch (block.kind) {
    case "text":
      return html`<p
        class="ink"
        dir="auto"
        align="${align}"
        style="${font};margin:0 0 16px;font-size:16px;line-height:24px;color:#16181b"
      >
        ${block.text}
      </p>`
    case "muted":
      return html`<p
        class="soft"
        style="${font};margin:0 0 16px;font-size:14px;line-height:20px;color:#5c636d"
      >
        ${block.text}
      </p>`
    case "button":
      return writeButton(block.text, block.url, isLast)
    case "facts":
      return writeFacts(block, align)
    case "bought":
      return writeBought(block.bought, words, align)
    case "list":
      return html`${block.items.map(
        ({ title, urgent, lines }) =>
          html`<div
            class="box"
            style="margin:0 0 16px;padding:14px 16px;background:#f4f5f7;border-radius:8px"
          >
            <p
              class="ink"
              style="${font};margin:0;font-size:16px;line-height:24px;font-weight:600;color:#16181b"
            >
              ${title}
              ${urgent ? html`<span class="urgent" style="display:inline-block;padding:0 8px;font-size:12px;line-height:20px;font-weight:600;background:#fde1df;color:#8f1d14;border-radius:10px">${urgent}</span>` : undefined}
            </p>
            ${lines.map((line) => html`<p class="soft" dir="auto" align="${align}" style="${font};margin:4px 0 0;font-size:14px;line-height:20px;color:#5c636d">${line}</p>`)}
          </div>`
      )}`
  }
}

function writeButton(text: string, url: string, isLast: boolean): Html {
  const href = safeUrl(url)
  if (!href) return html``
  return html`<table
    role="presentation"
    cellpadding="0"
    cellspacing="0"
    border="0"
    style="margin:8px 0 ${isLast ? "0" : "24px"}"
  >
    <tr>
      <td class="button" style="background:#16181b;border-radius:8px">
        <a
          href="${href}"
          style="${font};display:inline-block;padding:12px 20px;font-size:16px;line-height:24px;font-weight:600;color:#ffffff;text-decoration:none"
          >${text}</a
        >
      </td>
    </tr>
  </table>`
}

function writeFacts({ title, lines, rows }: Extract<Block, { kind: "facts" }>, align: string): Html {
  const gap = align === "left" ? "4px 16px 4px 0" : "4px 0 4px 16px"
  return html`<div class="box" style="margin:0 0 20px;padding:16px;background:#f4f5f7;border-radius:8px">
    ${title ? html`<p class="ink" style="${font};margin:0 0 8px;font-size:16px;line-height:24px;font-weight:600;color:#16181b">${title}</p>` : undefined}
    ${lines.map((line) => html`<p class="ink" dir="auto" align="${align}" style="${font};margin:0 0 4px;font-size:15px;line-height:22px;color:#16181b;word-break:break-word">${line}</p>`)}
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
      ${rows.map(
        ([name, value]) =>
          html`<tr>
            <td
              class="soft"
              align="${align}"
              valign="top"
              style="${font};padding:${gap};font-size:14px;line-height:22px;color:#5c636d;width:1%;white-space:nowrap"
            >
              ${name}
            </td>
            <td
              class="ink"
              align="${align}"
              valign="top"
              style="${font};padding:4px 0;font-size:15px;line-height:22px;font-weight:600;color:#16181b;word-break:break-word"
            >
              <bdi>${value}</bdi>
            </td>
          </tr>`
      )}
    </table>
  </div>`
}

function writeBought(bought: Bought, words: Words, align: string): Html {
  const end = align === "left" ? "right" : "left"
  const line = "border-top:1px solid #e3e5e9"
  return html`<table
    role="presentation"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    border="0"
    style="margin:8px 0 0"
  >
    ${
      bought.number
        ? html`<tr>
            <td
              class="ink"
              colspan="2"
              align="${align}"
              style="${font};padding:0 0 12px;font-size:16px;line-height:24px;font-weight:600;color:#16181b"
            >
              ${words.order(bought.number)}
            </td>
          </tr>`
        : undefined
    }
    ${bought.lines.map(
      ({ title, detail, quantity, total }) =>
        html`<tr>
          <td
            class="ink rule"
            align="${align}"
            valign="top"
            style="${font};${line};padding:12px 0;font-size:15px;line-height:22px;color:#16181b;word-break:break-word"
          >
            <bdi>${title}</bdi><br /><span class="soft" style="font-size:13px;line-height:20px;color:#5c636d"
              >${detail ? html`<bdi>${detail}</bdi>, ` : undefined}${words.quantity(quantity)}</span
            >
          </td>
          <td
            class="ink rule"
            align="${end}"
            valign="top"
            style="${font};${line};padding:12px 0;font-size:15px;line-height:22px;color:#16181b;white-space:nowrap"
          >
            <bdi>${spellMoney(total, words.tag)}</bdi>
          </td>
        </tr>`
    )}
    ${totalRows(bought, words).map(({ name, value, isTotal }, index, rows) => {
      const border = isTotal || index === 0 ? line : "border-top:0"
      const weight = isTotal ? "font-weight:600;font-size:16px" : "font-weight:400;font-size:14px"
      const tone = isTotal ? "ink" : "soft"
      const colour = isTotal ? "#16181b" : "#5c636d"
      const above = isTotal || index === 0 ? "12px" : "4px"
      const below = isTotal || rows[index + 1]?.isTotal ? "12px" : "4px"
      const space = `${above} 0 ${below}`
      return html`<tr>
        <td
          class="${tone} rule"
          align="${align}"
          style="${font};${border};${weight};padding:${space};line-height:22px;color:${colour}"
        >
          ${name}
        </td>
        <td
          class="${tone} rule"
          align="${end}"
          style="${font};${border};${weight};padding:${space};line-height:22px;color:${colour};white-space:nowrap"
        >
          <bdi>${value}</bdi>
        </td>
      </tr>`
    })}
    ${
      bought.method
        ? html`<tr>
            <td
              class="soft"
              colspan="2"
              align="${align}"
              style="${font};padding:4px 0 0;font-size:14px;line-height:22px;color:#5c636d"
            >
              ${words.method}: <bdi>${bought.method}</bdi>
            </td>
          </tr>`
        : undefined
    }
  </table>`
}

function trusted(css: string): Html {
  return html([css] as unknown as TemplateStringsArray)
}
