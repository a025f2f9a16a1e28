import { definePolicies, PolicyOperation } from "@medusajs/framework/utils"

const { read, create, update, delete: erase } = PolicyOperation

/** What a role may do with payments, where a store uses roles. What a payload holds is a permission of its own. */
const resources = {
  ipn_message: [read],
  ipn_payload: [read, erase],
  ipn_lane: [read, update],
  ipn_issue: [read, update],
  ipn_ledger_entry: [read, create],
  ipn_reconciliation: [read, create, update],
  ipn_replay: [read, create],
  ipn_account: [read, update],
  ipn_setting: [read, update],
} as const

export type IpnResource = keyof typeof resources

export const ipnPolicies = definePolicies(
  Object.entries(resources).flatMap(([resource, operations]) =>
    operations.map((operation) => ({ name: `${operation}_${resource}`, resource, operation: operation! }))
  )
)
