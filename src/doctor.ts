import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { checkAccount } from "./doctor/check-accounts"
import { checkPublicUrl, judgeAddressTest } from "./doctor/check-address"
import { checkClocks, readClocks } from "./doctor/check-clock"
import { checkStore } from "./doctor/check-store"
import type { Finding } from "./doctor/finding"
import { readInfrastructure } from "./doctor/infrastructure"
import { print } from "./doctor/print"
import { ipnModule } from "./modules/ipn/name"
import type IpnModuleService from "./modules/ipn/service"
import { testAddress } from "./modules/ipn/setup/test-address"

/**
 * Looks at a store's configuration and how it does, and prints what to do. Ends with 1 when something must be mended.
 * Changes nothing. A configuration that cannot be read stops Medusa before, with all its mistakes.
 * @example npx medusa exec ./node_modules/medusa-plugin-ipn/.medusa/server/src/doctor.js
 */
export default async function doctor({ container }: ExecArgs): Promise<void> {
  const findings = await examine(container)
  process.stdout.write(`\n${print(findings)}\n`)
  if (findings.some(({ level }) => level === "wrong")) process.exitCode = 1
}

async function examine(container: ExecArgs["container"]): Promise<Finding[]> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const db = container.resolve<Knex>(ContainerRegistrationKeys.PG_CONNECTION)
  const { configuration } = ipn
  const production = process.env.NODE_ENV === "production"
  const configured = [...configuration.accounts.values()]
  const [settings, overview, accounts, clocks, tests] = await Promise.all([
    ipn.settings.read(),
    ipn.browsing.overview(production),
    ipn.browsing.accountHealth(),
    readClocks(db),
    Promise.all(
      configured.map(async (one) => judgeAddressTest(one.account.id, await testAddress(one, ipn.io)))
    ),
  ])
  const hasLive = configured.some(({ account }) => account.mode === "live")
  return [
    checkPublicUrl(configuration.publicUrl, hasLive),
    ...checkClocks(clocks),
    ...checkStore({ configuration, settings, overview, infrastructure: readInfrastructure(container) }),
    ...accounts.flatMap((account, index) => [
      ...[tests[index]].filter((test) => test !== undefined),
      ...checkAccount(account, { production }),
    ]),
  ]
}
