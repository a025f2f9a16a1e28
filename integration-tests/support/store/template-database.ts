import { createHash } from "node:crypto"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { repository } from "./child-process"
import { createDatabase, dropDatabase, hasDatabase, renameDatabase } from "./database"
import { migrate, rolesEnvironment, seed } from "./medusa"

/** What decides how a migrated and seeded database looks. */
const sources = [
  "package-lock.json",
  "medusa-config.ts",
  "src/modules/ipn/migrations",
  "src/providers/payment/migrations",
  "src/links",
  "demo/accounts.json",
  "integration-tests/support/store/template-database.ts",
  "integration-tests/support/store/medusa.ts",
  "integration-tests/support/store/filled-carts.ts",
  "integration-tests/support/store/seed.ts",
  "integration-tests/support/store/seed-for-specs.ts",
  "integration-tests/support/store/seeded.ts",
]

/** A migrated and seeded database to copy. A kept one is found again as long as nothing that makes it has changed. */
export async function prepareTemplate(): Promise<string> {
  const name = `ipn_template_${schemaFingerprint()}`
  if (await hasDatabase(name)) return name
  const unfinished = `${name}_${process.pid}`
  const database = await createDatabase({ name: unfinished })
  try {
    // With the tables of Medusa's roles, which only stores that use roles look at.
    const options = { databaseUrl: database.url, env: rolesEnvironment }
    await migrate({ ...options, isNew: true })
    await seed(options, join(__dirname, "seed-for-specs.ts"))
    await renameDatabase(unfinished, name)
  } catch (error) {
    await dropDatabase(unfinished)
    throw error
  }
  return name
}

/** Changes whenever a migrated and seeded database would look otherwise. */
export function schemaFingerprint(): string {
  const hash = createHash("sha256")
  for (const source of sources) {
    for (const file of filesOf(join(repository, source))) hash.update(file).update(readFileSync(file))
  }
  return hash.digest("hex").slice(0, 16)
}

function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isFile()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)))
}
