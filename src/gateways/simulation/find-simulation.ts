import { existsSync } from "node:fs"
import { join } from "node:path"
import { listGateways } from "../find-gateway"
import type { GatewaySimulation } from "./gateway-simulation"

const gateways = join(__dirname, "..")

/** The ids of the gateways that can be played: those whose folder has `simulator/index.ts`. In alphabetical order. */
export function listSimulations(): string[] {
  return listGateways().filter((id) => existsSync(join(gateways, id, "simulator", "index.ts")))
}

/** How a gateway's folder says that it is played. @throws when it has no simulator. */
export async function findSimulation(id: string): Promise<GatewaySimulation> {
  const { default: simulation } = (await import(join(gateways, id, "simulator", "index"))) as {
    default: GatewaySimulation | { default: GatewaySimulation }
  }
  // Node wraps a CommonJS module that is imported.
  return "default" in simulation ? simulation.default : simulation
}
