import { setTimeout as pause } from "node:timers/promises"
import { coreProviderId } from "./bench-store"
import { median } from "./median"
import { sendLoad } from "./send-load"

/** Durable acknowledgements per second: ours through Medusa's HTTP server, on the receiver's own port, and core's route. */
export type Acknowledged = Readonly<{
  connections: number
  ours_per_s: number
  own_port_per_s: number
  core_per_s: number
  ratio: number
  own_port_ratio: number
}>

/** Core looks at a webhook 5 s after it acknowledged it: that work must not fall into what is measured next. */
const coreIsDoneMs = 6_000

/**
 * Measures all three in turn, round after round, because machines are noisy; the medians count. Ours are stored in
 * Postgres before they are acknowledged, core's are kept in memory.
 */
export async function measureAcknowledgements(
  at: { baseUrl: string; ownPort: number },
  { rounds, seconds, connections }: { rounds: number; seconds: number; connections: readonly number[] }
): Promise<Acknowledged[]> {
  const targets = {
    ours: { url: `${at.baseUrl}/hooks/ipn/sandbox`, sender: "sandbox" },
    ownPort: { url: `http://localhost:${at.ownPort}/hooks/ipn/sandbox`, sender: "sandbox" },
    core: { url: `${at.baseUrl}/hooks/payment/${coreProviderId.replace(/^pp_/, "")}`, sender: "core" },
  } as const
  for (const target of Object.values(targets)) await sendLoad({ ...target, connections: 10, seconds: 2 })
  await pause(coreIsDoneMs)

  const measured: Acknowledged[] = []
  for (const open of connections) {
    const seen = { ours: [] as number[], ownPort: [] as number[], core: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      for (const name of ["ours", "ownPort", "core"] as const) {
        const { perSecond } = await sendLoad({ ...targets[name], connections: open, seconds })
        seen[name].push(perSecond)
        if (name === "core") await pause(coreIsDoneMs)
      }
    }
    const [ours, ownPort, core] = [median(seen.ours), median(seen.ownPort), median(seen.core)]
    measured.push({
      connections: open,
      ours_per_s: Math.round(ours),
      own_port_per_s: Math.round(ownPort),
      core_per_s: Math.round(core),
      ratio: round(ours / core),
      own_port_ratio: round(ownPort / core),
    })
  }
  return measured
}

function round(ratio: number): number {
  return Math.round(ratio * 100) / 100
}
