import { readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { readDemoAccounts, writeDemoAccounts } from "../demo/accounts"
import { findGateway, listGateways } from "../src/gateways/find-gateway"

const root = resolve(__dirname, "..")
const readme = join(root, "README.md")
const markers = ["<!-- gateways: written by `npm run gateways` -->", "<!-- /gateways -->"] as const

/** The README as it stands, and as it must be for the gateways that there are. Equal when the table is up to date. */
export function readTable(): { written: string; wanted: string } {
  const written = readFileSync(readme, "utf8")
  const [start, end] = markers.map((marker) => written.indexOf(marker)) as [number, number]
  if (start < 0 || end < start) {
    throw new Error(`README.md has lost the marks around its table of gateways: ${markers.join(" ... ")}`)
  }
  const before = written.slice(0, start + markers[0].length)
  return { written, wanted: `${before}\n\n${gatewayTable()}\n\n${written.slice(end)}` }
}

/** The table of the built-in gateways in Markdown, padded as Prettier pads it: read from their code and their pages. */
function gatewayTable(): string {
  const head = ["gateway", "name", "starts payments", "from Medusa's admin", "a message is proven"]
  const rows = [head, ...listGateways().map(describe)]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`
  const [first, ...rest] = rows.map(line)
  return [first, line(widths.map((width) => "-".repeat(width))), ...rest].join("\n")
}

function describe(id: string): string[] {
  const { operations, confirm } = findGateway(id)
  const calls = (["capture", "refund", "cancel"] as const).filter((name) => operations?.[name])
  const page = readFileSync(join(root, "docs", "gateways", `${id}.md`), "utf8")
  const heading = /^# (.+)$/m.exec(page)?.[1]
  if (!heading) throw new Error(`docs/gateways/${id}.md has no heading`)
  return [
    `[${heading}](docs/gateways/${id}.md)`,
    `\`${id}\``,
    operations ? "yes" : "-",
    calls.join(", ") || "-",
    confirm ? "by asking back" : "by its signature",
  ]
}

async function main(): Promise<void> {
  const table = readTable()
  if (table.written !== table.wanted) writeFileSync(readme, table.wanted)
  const accounts = await readDemoAccounts()
  if (accounts.written !== accounts.wanted) writeDemoAccounts(accounts.wanted)
  for (const [what, { written, wanted }] of [
    ["README.md's table of gateways", table],
    ["demo/accounts.json", accounts],
  ] as const) {
    console.log(`${what} ${written === wanted ? "is up to date" : "is written"}.`)
  }
}

if (require.main === module) void main()
