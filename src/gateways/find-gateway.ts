import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import type { Gateway } from "./gateway"

const idPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const entries = ["index.js", "index.ts"]

/** The ids of the built-in gateways: the folders beside this file that have an index, in alphabetical order. */
export function listGateways(): string[] {
  return readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isGatewayFolder(entry.name))
    .map((entry) => entry.name)
    .sort()
}

/**
 * The gateway with an id, or the gateway handed in by a store that brings its own.
 * @throws Error in one sentence that lists the built-in ids when there is none of that id.
 */
export function findGateway(gateway: string | Gateway): Gateway {
  if (typeof gateway !== "string") return gateway
  if (!isGatewayFolder(gateway)) {
    throw new Error(
      `There is no gateway "${gateway.slice(0, 40)}"; the built-in ones are: ${listGateways().join(", ")}.`
    )
  }
  return (require(join(__dirname, gateway, "index")) as { default: Gateway }).default
}

/** Whether a gateway is one of ours, which its id finds again; a store may bring one of the same id. */
export function isBuiltIn(gateway: Gateway): boolean {
  return isGatewayFolder(gateway.id) && findGateway(gateway.id) === gateway
}

function isGatewayFolder(name: string): boolean {
  return idPattern.test(name) && entries.some((entry) => existsSync(join(__dirname, name, entry)))
}
