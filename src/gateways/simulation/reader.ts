import { fold, type Facts } from "../../domain/fold"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Account, ConfirmIo, Gateway, Message, Verdict } from "../gateway"
import { startHttpServer } from "./http-server"

/** A store without Medusa: believes what the gateway believes, and folds it. */
export type Reader = Readonly<{
  notifyUrl: string
  io: ConfirmIo
  /** What was said of each message that arrived. */
  verdicts: readonly Verdict["kind"][]
  /** What all believed messages say together. */
  facts(): Facts
  events: readonly PaymentEvent[]
  /** Answers messages with this status from now on; 0 again judges them. */
  answerWith(status: number): void
  stop(): Promise<void>
}>

/**
 * Starts a notify URL that reads one gateway's messages, with the real network for `confirm`.
 * @param expected what the store asked for under a reference; nothing unless it is given
 */
export async function startReader<C>(
  gateway: Gateway<C>,
  account: () => Account<C>,
  expected: ConfirmIo["expected"] = loopbackIo.expected
): Promise<Reader> {
  const io = { ...loopbackIo, expected }
  const verdicts: Verdict["kind"][] = []
  const events: PaymentEvent[] = []
  let forced = 0
  const server = await startHttpServer(async (call) => {
    if (forced) return { status: forced }
    const message: Message = {
      method: "POST",
      url: `${server.url}${call.path}`,
      query: call.query.toString(),
      headers: call.headers,
      body: call.body,
      ip: "127.0.0.1",
      receivedAt: new Date(),
    }
    const verdict = gateway.verify(message, account())
    verdicts.push(verdict.kind)
    if (verdict.kind === "proven") events.push(...gateway.parse(message, account()))
    if (verdict.kind === "unproven") {
      const confirmation = await gateway.confirm?.(message, account(), io)
      if (confirmation?.kind === "confirmed") events.push(...confirmation.events)
    }
    const receipt =
      verdict.kind === "refused"
        ? ({ kind: "refused", why: verdict.why } as const)
        : ({ kind: "stored" } as const)
    return (
      gateway.acknowledge?.(receipt, message, account()) ?? { status: verdict.kind === "refused" ? 401 : 200 }
    )
  })
  return {
    notifyUrl: `${server.url}/hooks/ipn/test`,
    io,
    verdicts,
    events,
    facts: () => fold(events),
    answerWith(status) {
      forced = status
    },
    stop: server.stop,
  }
}

/** The network as a gateway sees it, for simulators on this machine. */
export const loopbackIo: ConfirmIo = {
  now: () => new Date(),
  remember: (_key, _forMs, make) => make(),
  expected: async () => undefined,
  askProvider: async () => undefined,
  async request({ method, url, headers, body }) {
    const init = { method, redirect: "manual" as const, ...(headers ? { headers: { ...headers } } : {}) }
    const sent =
      body === undefined ? init : { ...init, body: typeof body === "string" ? body : new Uint8Array(body) }
    const response = await fetch(url, sent)
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    }
  },
}
