import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Message } from "../../../gateways/gateway"
import { readProven } from "../../../receiver/read-proven"
import { unreadable } from "../../../receiver/receiver"
import { createTalliedLog, type Log } from "../../../receiver/tallied-log"
import type { Payloads } from "../privacy/payloads"
import { entryWith, type Entry } from "./entry"

/** Reads what the intake holds of a message, on its way to where it is looked up. */
export type ReadEntry = (entry: Entry) => string

/**
 * Reads proven messages that were stored unread, and gives every entry back as JSON. One stays unread where this process
 * does not know its account, or has not the key that it is sealed with: another may, as while a deploy is under way.
 */
export function createReadEntry(
  accounts: ReadonlyMap<string, ConfiguredAccount>,
  payloads: Pick<Payloads, "open">,
  log: Log
): ReadEntry {
  const tallied = createTalliedLog(log, () => new Date())

  function messageOf(entry: Entry, { notifyUrl }: ConfiguredAccount): Message | undefined {
    try {
      return {
        method: entry.method,
        url: notifyUrl,
        ...payloads.open(entry.id, entry),
        ip: entry.ip,
        receivedAt: new Date(entry.received_at),
      }
    } catch {
      return undefined
    }
  }

  return function readEntry(entry) {
    const configured = accounts.get(entry.account_id)
    const isRead = entry.proof === "unproven" || entry.told !== undefined
    const message = isRead || !configured ? undefined : messageOf(entry, configured)
    if (!configured || !message) return JSON.stringify(entry)
    const reading = readProven(configured, message)
    if (reading.unreadable !== undefined) tallied.tell("error", entry.account_id, unreadable)
    return entryWith(entry, reading)
  }
}
