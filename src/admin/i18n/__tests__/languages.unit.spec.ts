import { describe, expect, it } from "@jest/globals"
import de from "../languages/de"
import en from "../languages/en"

type Tree = { readonly [key: string]: string | Tree }

const languages: Readonly<Record<string, Tree>> = { de }

/** Every text with the way to it: `states.waiting`. */
function flatten(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as [string, string]] : flatten(value, `${path}${key}.`)
  )
}

const blanks = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort()

describe.each(Object.keys(languages))("the words in %s", (language) => {
  const own = new Map(flatten(languages[language] ?? {}))

  it("are all there, and none of them empty", () => {
    expect([...own.keys()].sort()).toEqual(
      flatten(en)
        .map(([key]) => key)
        .sort()
    )
    expect([...own].filter(([, text]) => text.trim() === "")).toEqual([])
  })

  it("are filled with the same values", () => {
    // "One message" needs no number.
    const differing = flatten(en).filter(
      ([key, text]) => !key.endsWith("_one") && String(blanks(text)) !== String(blanks(own.get(key) ?? ""))
    )
    expect(differing).toEqual([])
  })
})
