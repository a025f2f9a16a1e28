import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { repository } from "../support/store/child-process"

/** Writes the subscribers of docs/recipes.md into a store, as a reader would. Returns their files' names. */
export function writeRecipes(project: string): string[] {
  const page = readFileSync(join(repository, "docs", "recipes.md"), "utf8")
  const folder = join(project, "src", "subscribers")
  mkdirSync(folder, { recursive: true })
  return [...page.matchAll(/```ts\n\/\/ src\/subscribers\/(\S+)\n([\s\S]*?)```/g)].map(
    ([, name = "", source = ""]) => {
      writeFileSync(join(folder, name), source)
      return name
    }
  )
}
