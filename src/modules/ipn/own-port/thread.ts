import { parentPort, workerData, type MessagePort } from "node:worker_threads"
import { findGateway } from "../../../gateways/find-gateway"
import { listen } from "../../../receiver/listen"
import { createReceiver } from "../../../receiver/receiver"
import { openIntake } from "../inbox/intake"
import { Payloads } from "../privacy/payloads"
import type { Brief, FromThread, Questions, ToThread } from "./wire"

/** The own port's thread: it receives and stores by itself, and asks the store's process what only that can answer. */
async function main(process: MessagePort, brief: Brief): Promise<void> {
  const tell = (said: FromThread) => process.postMessage(said)
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  let asked = 0
  const ask = <Q extends keyof Questions>(what: Q, about: Questions[Q]["about"]) =>
    new Promise<Questions[Q]["answer"]>((resolve, reject) => {
      asked += 1
      waiting.set(asked, { resolve: (answer) => resolve(answer as Questions[Q]["answer"]), reject })
      tell({ kind: "asked", id: asked, what, about } as FromThread)
    })

  const accounts = new Map(
    brief.accounts.map(({ gatewayId, ...rest }) => [
      rest.account.id,
      { ...rest, gateway: findGateway(gatewayId) },
    ])
  )
  // What was a Buffer arrives as plain bytes.
  const keys = brief.payloadKeys.map(({ id, bytes }) => ({ id, bytes: Buffer.from(bytes) }))
  const intake = openIntake({
    database: brief.database,
    payloads: new Payloads(accounts, keys),
    stored: brief.tellsStored ? () => tell({ kind: "stored" }) : () => undefined,
    countUnproven: (accountId) => ask("countUnproven", accountId),
    noteRefusal: (refusal) => tell({ kind: "refused", refusal }),
  })
  const receiver = createReceiver({
    accounts,
    inbox: intake,
    log: {
      warn: (line) => tell({ kind: "log", level: "warn", line }),
      error: (line) => tell({ kind: "log", level: "error", line }),
    },
  })
  const opened = listen({
    ...brief.address,
    receive: (call) =>
      // The body is a piece of a larger buffer, all of which would be handed on.
      brief.handedOn.has(call.accountId)
        ? ask("receive", { ...call, body: Uint8Array.from(call.body) })
        : receiver.receive(call),
  })

  process.on("message", (told: ToThread) => {
    if (told.kind === "close") return void close()
    const asker = waiting.get(told.id)
    waiting.delete(told.id)
    if (told.kind === "answered") asker?.resolve(told.answer)
    else asker?.reject(new Error(told.why))
  })

  /** Nothing keeps the thread alive afterwards. */
  async function close(): Promise<void> {
    await (await opened).close()
    await receiver.drain()
    await intake.close()
    process.close()
  }

  tell({ kind: "listening", port: (await opened).port })
}

// An error ends the thread, and the store's process is told of it.
if (parentPort) void main(parentPort, workerData as Brief)
