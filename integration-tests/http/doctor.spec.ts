import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "../../scripts/free-port"
import { repository, startProgram } from "../support/store/child-process"
import { borrowStore, type LentStore } from "../support/store/kept-store"

let store: LentStore
let folder: string
beforeAll(async () => {
  store = await borrowStore()
  folder = mkdtempSync(join(tmpdir(), "ipn-doctor-"))
})
afterAll(async () => {
  await store?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

/** Runs the doctor as a store does, and tells what it printed and ended with. */
async function consult(env: Record<string, string>): Promise<{ code: number; told: string }> {
  const accounts = join(folder, `accounts-${await freePort()}.json`)
  writeFileSync(accounts, JSON.stringify(store.accounts))
  const cli = join(repository, "node_modules", "@medusajs", "cli", "cli.js")
  const program = startProgram({
    args: [cli, "exec", join(repository, "src", "doctor.ts")],
    env: {
      DATABASE_URL: store.databaseUrl,
      PUBLIC_URL: store.baseUrl,
      IPN_ACCOUNTS_FILE: accounts,
      ...env,
    },
  })
  const code = await program.exited
  return { code, told: program.output() }
}

describe("the doctor", () => {
  it("finds a running store reachable, and says what is left to do; or finds it wrong, and ends with 1", async () => {
    const [well, ill] = await Promise.all([consult({}), consult({ PUBLIC_URL: "http://localhost:1" })])
    expect(well.told).toContain(`A test message to ${store.baseUrl}/hooks/ipn/stripe arrived unchanged`)
    expect(well.told).toContain("The clocks agree.")
    expect(well.told).toContain("There is no notification provider for email: nobody is mailed.")
    expect(well.told).toContain("Medusa's locks, events, workflows live in the memory of one process.")
    expect(well.told).not.toMatch(/sk_test|test-only/)
    expect(well.code).toBe(0)
    expect(ill.code).toBe(1)
    expect(ill.told).toContain("Nobody answered at http://localhost:1/hooks/ipn/stripe")
  })
})
