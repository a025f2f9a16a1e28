import type { Finding } from "./finding"

const marks = { ok: "ok   ", note: "note ", wrong: "WRONG" } as const

/** The findings as people read them, by whom they are about. */
export function print(findings: readonly Finding[]): string {
  const owners = [...new Set(findings.map(({ about }) => about))]
  const blocks = owners.map((owner) =>
    [
      owner,
      ...findings
        .filter(({ about }) => about === owner)
        .flatMap(({ level, text, todo }) => [
          `  ${marks[level]}  ${text}`,
          ...(todo ? [`         To do: ${todo}`] : []),
        ]),
    ].join("\n")
  )
  return [...blocks, sumUp(findings)].join("\n\n")
}

function sumUp(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length
  const wrong = count("wrong")
  const notes = count("note")
  if (wrong > 0) return `${wrong} thing${wrong === 1 ? "" : "s"} must be mended; ${notes} to note.`
  return notes > 0 ? `Nothing is wrong; ${notes} to note.` : "All is well."
}
