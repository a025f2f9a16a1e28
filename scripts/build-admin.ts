import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join, resolve } from "node:path"

const root = resolve(__dirname, "..")
const source = join(root, "src", "admin")
/** Where Medusa looks for a store's admin. */
const target = join(root, "public", "admin")
const stamp = ".built-from"

/** Whether the admin that lies there was built from the files as they are now. */
export function isAdminBuilt(): boolean {
  const file = join(target, stamp)
  return existsSync(file) && readFileSync(file, "utf8") === fingerprint()
}

/**
 * Builds Medusa's admin with our pages, as `medusa build` does, unless it is built already. Not made small: that takes
 * three times as long and is of no use here.
 */
export async function buildAdmin(): Promise<void> {
  if (isAdminBuilt()) return
  const builtFrom = fingerprint()
  // Not in `public`: the build of the plugin copies what lies there, and must not find half of it.
  const made = join(root, ".medusa", `admin-${process.pid}`)
  // The bundler writes its entry below the working directory.
  process.chdir(root)
  await bundler().build({
    disable: false,
    path: "/app",
    sources: [source],
    plugins: ["@medusajs/draft-order/admin"],
    outDir: made,
    vite: () => ({ build: { minify: false, reportCompressedSize: false } }),
  })
  writeFileSync(join(made, stamp), builtFrom)
  mkdirSync(join(root, "public"), { recursive: true })
  rmSync(target, { recursive: true, force: true })
  renameSync(made, target)
}

type Bundler = { build(options: Record<string, unknown>): Promise<void> }

/** Medusa's own, from among what Medusa depends on. */
function bundler(): Bundler {
  const medusa = createRequire(require.resolve("@medusajs/medusa/package.json"))
  return medusa("@medusajs/admin-bundler") as Bundler
}

function fingerprint(): string {
  const hash = createHash("sha256")
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of [...files.sort(), join(root, "package-lock.json"), __filename]) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0")
  }
  return hash.digest("hex")
}

if (require.main === module) {
  buildAdmin().catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
}
