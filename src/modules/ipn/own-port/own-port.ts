import { Worker } from "node:worker_threads"
import type { Configuration } from "../../../config/configuration"
import { isBuiltIn } from "../../../gateways/find-gateway"
import type { Inbox } from "../../../receiver/received"
import type { Receiver } from "../../../receiver/receiver"
import type { Log } from "../../../receiver/tallied-log"
import type { DatabaseAddress } from "../open-pool"
import type { Asked, Brief, FromThread, ToThread } from "./wire"

export type OwnPortOptions = Readonly<{
  configuration: Pick<Configuration, "accounts" | "payloadKeys">
  address: NonNullable<Configuration["receiver"]>
  database: DatabaseAddress
  log: Log
  /** Receives what the thread hands on. */
  receive: Receiver["receive"]
  /** Called after a commit; undefined where nobody here works on what is stored. */
  stored: (() => void) | undefined
}> &
  Pick<Inbox, "countUnproven" | "noteRefusal">

const startAgainMs = 1_000

/**
 * Receives on a port of its own, in a thread of its own: whatever the store is busy with, a gateway's call is judged,
 * stored and acknowledged meanwhile. Only calls for gateways that the store brought as objects come to this thread,
 * because code cannot be handed over.
 */
export class OwnPort {
  private thread: Worker | undefined
  private closing = false

  constructor(private readonly options: OwnPortOptions) {}

  /** Resolves to the port once it is listened on. @throws Error when it is taken. */
  open(): Promise<number> {
    return new Promise((resolve, reject) => {
      const entry = require.resolve("./thread")
      const thread = new Worker(entry, {
        name: "ipn-receiver",
        workerData: this.brief(),
        // This repository runs from its sources; what is published is JavaScript.
        execArgv: entry.endsWith(".ts") ? ["--require", "ts-node/register/transpile-only"] : [],
      })
      this.thread = thread
      let isOpen = false
      let failure: Error | undefined
      thread.on("message", (said: FromThread) => {
        if (said.kind !== "listening") return this.hear(said, (told) => thread.postMessage(told))
        isOpen = true
        resolve(said.port)
      })
      thread.on("error", (error) => (failure = error))
      thread.once("exit", () => {
        this.thread = undefined
        if (!isOpen) reject(failure ?? new Error("its thread ended"))
        else this.openAgain(failure)
      })
    })
  }

  /** Takes no new calls, answers those under way and resolves when the thread is gone. */
  async close(): Promise<void> {
    this.closing = true
    const { thread } = this
    if (!thread) return
    const gone = new Promise<void>((resolve) => thread.once("exit", () => resolve()))
    thread.postMessage({ kind: "close" } satisfies ToThread)
    await gone
  }

  private openAgain(failure: Error | undefined): void {
    if (this.closing) return
    const why = failure ? `${failure.name}: ${failure.message}` : "for no known reason"
    this.options.log.error(
      `[ipn] receiving on port ${this.options.address.port} ended and is started again (${why})`
    )
    setTimeout(() => {
      if (!this.closing) this.open().catch((error: Error) => this.openAgain(error))
    }, startAgainMs).unref()
  }

  private brief(): Brief {
    const { configuration, address, database, stored } = this.options
    const all = [...configuration.accounts.values()]
    return {
      accounts: all
        .filter(({ gateway }) => isBuiltIn(gateway))
        .map(({ gateway, ...rest }) => ({ ...rest, gatewayId: gateway.id })),
      handedOn: new Set(all.filter(({ gateway }) => !isBuiltIn(gateway)).map(({ account }) => account.id)),
      payloadKeys: configuration.payloadKeys,
      database,
      address,
      tellsStored: stored !== undefined,
    }
  }

  private hear(said: Exclude<FromThread, { kind: "listening" }>, tell: (told: ToThread) => void): void {
    const { log, noteRefusal, stored } = this.options
    if (said.kind === "stored") stored?.()
    else if (said.kind === "refused") noteRefusal(said.refusal)
    else if (said.kind === "log") log[said.level](said.line)
    else {
      this.answer(said)
        .then((answer) => tell({ kind: "answered", id: said.id, answer }))
        // Also an answer that cannot be handed over.
        .catch((error: Error) => tell({ kind: "failed", id: said.id, why: error.message }))
    }
  }

  private async answer(asked: Asked): Promise<unknown> {
    if (asked.what === "countUnproven") return this.options.countUnproven(asked.about)
    const { headers, body, ...rest } = asked.about
    return this.options.receive({
      ...rest,
      // As they were read: without a prototype, and as a Buffer.
      headers: Object.assign(Object.create(null) as Record<string, string>, headers),
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    })
  }
}
