import { join } from "node:path"
import {
  fill,
  fillConfirmed,
  freshValues,
  loadRecordings,
  type Recording,
  type Sender,
} from "../src/gateways/conformance/recording"
import { findGateway, listGateways } from "../src/gateways/find-gateway"
import type { ConfirmIo, Gateway, Message } from "../src/gateways/gateway"

/** Microseconds of processor time by gateway. */
export type VerifyTimes = Readonly<Record<string, number>>

const gateways = join(__dirname, "..", "src", "gateways")
const [batches, batchSize] = [12, 100] as const

/**
 * What it costs to judge and read one message, in the quietest of some rounds, for the slowest of each gateway's recorded messages. Of those that
 * the gateway is asked about first, what is counted is our own work: it is answered at once, without a network, and a
 * certificate that was fetched before is remembered.
 */
export async function measureVerifying(): Promise<VerifyTimes> {
  const times: [string, number][] = []
  for (const id of listGateways()) {
    const { sender } = (await import(join(gateways, id, "recordings", "sender"))) as {
      sender: Sender<unknown>
    }
    const gateway = findGateway(id)
    const each: number[] = []
    for (const recording of loadRecordings(join(gateways, id))) {
      each.push(await measure(recording, gateway, sender))
    }
    times.push([id, Math.round(Math.max(...each))])
  }
  return Object.fromEntries(times)
}

async function measure(recording: Recording, gateway: Gateway, sender: Sender<unknown>): Promise<number> {
  const values = freshValues()
  const message = sender.sign(fill(recording, values), sender.account, values.at)
  const io = ioOf(recording, sender, message, values)
  const seen: number[] = []
  for (let batch = 0; batch < batches; batch++) {
    const before = process.cpuUsage()
    for (let i = 0; i < batchSize; i++) await read(gateway, sender, message, io)
    const { user, system } = process.cpuUsage(before)
    seen.push((user + system) / batchSize)
  }
  return Math.min(...seen)
}

async function read(
  gateway: Gateway,
  { account }: Sender<unknown>,
  message: Message,
  io: ConfirmIo
): Promise<void> {
  const verdict = gateway.verify(message, account)
  if (verdict.kind === "proven") gateway.parse(message, account)
  else if (verdict.kind === "unproven") await gateway.confirm?.(message, account, io)
  else throw new Error(`${gateway.id} refused its own recording: ${verdict.why}`)
}

function ioOf(
  recording: Recording,
  sender: Sender<unknown>,
  message: Message,
  values: ReturnType<typeof freshValues>
): ConfirmIo {
  const { account } = sender
  const question = { account, message, says: "yes", confirmed: fillConfirmed(recording, values) } as const
  const remembered = new Map<string, Promise<string>>()
  return {
    now: () => values.at,
    remember(key, _forMs, make) {
      const known = remembered.get(key) ?? make()
      remembered.set(key, known)
      return known
    },
    request: async (request) => {
      if (!sender.answer) throw new Error(`nobody answers ${request.url}`)
      return sender.answer(request, question)
    },
    expected: async (reference) =>
      reference === values.reference
        ? { reference, money: values.money, gatewayPayments: [values.payment] }
        : undefined,
    askProvider: async (providerId) => sender.askProvider?.(providerId, question),
  }
}
