import { z } from "@medusajs/framework/zod"
import type { Account } from "./gateway"

/** The two fixed base addresses of a gateway, without a slash at the end. */
export type Hosts = Readonly<{ live: string; test: string }>

const loopback = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/

/** The address of a program on this machine that plays the gateway: `http://127.0.0.1:<port>`, nothing after it. */
export const simulatorUrl = z
  .string()
  .regex(
    loopback,
    "The simulator must be on this machine: write it as http://127.0.0.1:<port>, without a path."
  )

/**
 * Where the calls of an account go: the gateway's fixed host for the account's mode, or the simulator of a test account.
 * The simulator of a live account is never used: `checkSimulator` stops the boot, and here the live host is returned.
 */
export function hostOf(account: Account<{ simulator?: string | undefined }>, hosts: Hosts): string {
  if (account.mode === "live") return hosts.live
  const { simulator } = account.config
  return simulator !== undefined && loopback.test(simulator) ? simulator : hosts.test
}

/** For a gateway's `check`: a live account has no simulator. */
export function checkSimulator(account: Account<{ simulator?: string | undefined }>): string[] {
  if (account.mode === "test" || account.config.simulator === undefined) return []
  return [`A live account has no simulator: remove "simulator", or set mode to "test".`]
}
