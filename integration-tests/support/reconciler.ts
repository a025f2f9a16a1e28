import { knex } from "@medusajs/framework/mikro-orm/knex"
import { readConfiguration } from "../../src/config/configuration"
import type { PaymentEvent } from "../../src/domain/payment-event"
import type { ConfiguredAccount } from "../../src/gateways/configured-account"
import type { Gateway } from "../../src/gateways/gateway"
import { Asking } from "../../src/modules/ipn/asking/asking"
import { Comparing } from "../../src/modules/ipn/comparing/comparing"
import { createReadEntry } from "../../src/modules/ipn/inbox/read-entry"
import { Sorting } from "../../src/modules/ipn/inbox/sorting"
import { storeEvents } from "../../src/modules/ipn/inbox/store-events"
import { network } from "../../src/modules/ipn/network"
import { Payloads } from "../../src/modules/ipn/privacy/payloads"
import type { Store } from "./store/store"

/** What asks and compares in a store, in this process beside the store's own: another instance of it that settles nothing. */
export type Reconciler = Readonly<{
  asking: Asking
  comparing: Comparing
  /** What it told its log. */
  warnings: readonly string[]
  /** How many statements it has sent to the database so far. */
  statements(): number
  close(): Promise<void>
}>

/** @param gateway changes how the sandbox speaks, as in `{ operations: {...} }`. */
export function openReconciler(store: Store, gateway: Partial<Gateway> = {}): Reconciler {
  const options = Object.entries(store.accounts).map(([id, { gateway, mode, config }]) => {
    return [id, { gateway, mode, ...config }] as const
  })
  const { accounts: configured } = readConfiguration({
    publicUrl: store.baseUrl,
    accounts: Object.fromEntries(options),
  })
  const accounts = new Map<string, ConfiguredAccount>(configured)
  const sandbox = accounts.get("sandbox")
  if (sandbox) accounts.set("sandbox", { ...sandbox, gateway: { ...sandbox.gateway, ...gateway } })
  const db = knex({ client: "pg", connection: store.databaseUrl, pool: { min: 0, max: 6 } })
  let statements = 0
  db.on("query", () => statements++)
  const warnings: string[] = []
  const log = {
    warn: (line: string) => void warnings.push(line),
    error: (line: string) => void warnings.push(line),
  }
  const dependencies = {
    db,
    sorting: new Sorting(db, createReadEntry(accounts, new Payloads(accounts, []), log)),
    accounts,
    io: network,
    store: (accountId: string, events: readonly PaymentEvent[]) =>
      storeEvents(
        db,
        events.map((event) => ({ accountId, event, receivedAt: new Date() }))
      ),
    log,
  }
  return {
    asking: new Asking(dependencies),
    comparing: new Comparing(dependencies, { runsHere: false }),
    warnings,
    statements: () => statements,
    close: () => db.destroy(),
  }
}
