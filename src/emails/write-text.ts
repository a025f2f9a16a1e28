import type { Block, Content } from "./content"
import { spellMoney } from "./format"
import type { Bought, Shop } from "./mail"
import { totalRows } from "./total-rows"
import type { Words } from "./words"

/** A mail as plain text: the same words in the same order as in its HTML. */
export function writeText(content: Content, words: Words, shop: Shop): string {
  const footer = [...(shop.contact ? [words.questions(shop.contact)] : []), words.sentBy(shop.name)]
  const parts = [
    ...(shop.test ? [words.test] : []),
    content.title,
    ...content.blocks.map((block) => writeBlock(block, words)),
    `-- \n${footer.map(clean).join("\n")}`,
  ]
  return `${parts.join("\n\n")}\n`
}

function writeBlock(block: Block, words: Words): string {
  switch (block.kind) {
    case "text":
    case "muted":
      return clean(block.text)
    case "button":
      return `${clean(block.text)}:\n${block.url}`
    case "facts":
      return [
        ...(block.title ? [block.title] : []),
        ...block.lines,
        ...block.rows.map(([name, value]) => `${name}: ${value}`),
      ]
        .map(clean)
        .join("\n")
    case "bought":
      return writeBought(block.bought, words)
    case "list":
      return block.items
        .map(({ title, urgent, lines }) =>
          [
            `* ${urgent ? `[${urgent}] ` : ""}${clean(title)}`,
            ...lines.map((line) => `  ${clean(line)}`),
          ].join("\n")
        )
        .join("\n\n")
  }
}

function writeBought(bought: Bought, words: Words): string {
  const lines = bought.lines.map(({ title, detail, quantity, total }) =>
    clean(`${quantity} x ${title}${detail ? ` (${detail})` : ""}: ${spellMoney(total, words.tag)}`)
  )
  const totals = totalRows(bought, words).map(({ name, value }) => `${name}: ${value}`)
  const method = bought.method ? [`${words.method}: ${clean(bought.method)}`] : []
  return [...(bought.number ? [words.order(bought.number)] : []), ...lines, "", ...totals, ...method].join(
    "\n"
  )
}

/** Text of others has no line breaks and no control characters: nothing of it can pretend to be ours. */
function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, " ")
}
