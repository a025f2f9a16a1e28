import { z } from "@medusajs/framework/zod"

type Issue = z.core.$ZodRawIssue
type Told = Readonly<{ path: readonly PropertyKey[]; message: string }>

/**
 * One plain sentence for what is wrong with an option, ending in a full stop: which option, and what to write instead.
 * @param owner Whose option it is, as in `Account "main" (Stripe)`; none for the plugin's own.
 */
export function sentenceOf({ path, message }: Told, owner?: string): string {
  const option = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")
  const where = option ? `option \`${option.replace(/^\./, "")}\`` : undefined
  const subject = [owner, where].filter((part) => part !== undefined).join(", ")
  const text = /[.?!]$/.test(message) ? message : `${message}.`
  return subject ? capital(`${subject}: ${text}`) : capital(text)
}

/** What to write, for every mistake that a schema has no words of its own for. Never repeats a value: it may be a secret. */
export function describeIssue(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return expectedType(String(issue.expected), issue.input)
    case "invalid_value":
      return `choose ${either(issue.values.map((value) => JSON.stringify(value) ?? String(value)))}.`
    case "too_small":
      return `write at least ${String(issue.minimum)}${unitOf(issue.origin)}.`
    case "too_big":
      return `write at most ${String(issue.maximum)}${unitOf(issue.origin)}.`
    case "unrecognized_keys":
      return unknownOptions(issue.keys, knownOptions(issue.inst))
    case "invalid_key":
      return issue.issues.map(({ message }) => message).join(" ")
    default:
      return "this is not written in a form that can be read; see the documentation of this option."
  }
}

/** Names each option that there is not, with the one that was probably meant, or all that there are. */
export function unknownOptions(unknown: readonly string[], known: readonly string[]): string {
  const told = unknown.map((name) => {
    const meant = known.find((option) => isAlike(option, name))
    return meant
      ? `there is no option \`${name}\`: did you mean \`${meant}\`?`
      : `there is no option \`${name}\`: remove it${known.length > 0 ? `; the options are ${known.join(", ")}` : ""}.`
  })
  return told.map((text, index) => (index === 0 ? text : capital(text))).join(" ")
}

/** The names of an object schema's options; none for any other schema. */
export function knownOptions(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape as object) : []
}

function expectedType(expected: string, input: unknown): string {
  if (input === undefined || input === null)
    return `it is missing: set it, or the environment variable it is read from.`
  switch (expected) {
    case "number":
      return typeof input === "string"
        ? "write a number without quotes; one from the environment as Number(process.env.NAME)."
        : "this is not a number; is the environment variable it is read from set?"
    case "int":
      return "write a whole number."
    case "string":
      return "write text in quotes."
    case "boolean":
      return "write true or false, without quotes."
    case "array":
      return "write a list in brackets, as in [ ... ]."
    case "object":
    case "record":
      return "write its options in braces, as in { ... }."
    default:
      return `write a ${expected}.`
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters"
  return origin === "array" ? " entries" : ""
}

function either(choices: readonly string[]): string {
  return choices.length > 1 ? `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}` : choices.join()
}

/** Written differently, with a letter too many, too few, wrong or swapped with its neighbour, or in the singular. */
function isAlike(option: string, written: string): boolean {
  const [a, b] = [option, written].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, "")) as [
    string,
    string,
  ]
  return distance(a, b) <= (a.length > 5 ? 2 : 1)
}

/** How many letters must be added, left out, changed or swapped to make one word of the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]?.[j - 2] : undefined
      row.push(
        Math.min(
          (rows[i - 1]?.[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (rows[i - 1]?.[j - 1] ?? 0) + cost,
          (swapped ?? Infinity) + 1
        )
      )
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
