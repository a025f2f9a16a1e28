import type { Inbox, Received, Refusal } from "../received"

/** An inbox in memory that can be told to fail or to hang, as a database does. */
export function createMemoryInbox() {
  const stored: Received[] = []
  const written = new Map<string, Received>()
  const refusals: Refusal[] = []
  const batches: number[] = []
  const state = {
    failing: undefined as Error | undefined,
    gate: undefined as Promise<void> | undefined,
    waiting: 0,
    asked: 0,
  }
  const inbox: Inbox = {
    entryOf(received) {
      written.set(received.id, received)
      return received.id
    },
    async store(entries) {
      state.asked += entries.length
      if (state.gate) await state.gate
      if (state.failing) throw state.failing
      batches.push(entries.length)
      stored.push(...entries.map((entry) => written.get(entry)!))
    },
    async countUnproven() {
      return state.waiting
    },
    noteRefusal(refusal) {
      refusals.push(refusal)
    },
  }
  return {
    inbox,
    stored,
    refusals,
    batches,
    /** Every write fails until {@link recover}. */
    fail(error = new Error("connection refused")) {
      state.failing = error
    },
    recover() {
      state.failing = undefined
    },
    /** Every write waits until the returned function is called. */
    hang(): () => void {
      let release: () => void = () => undefined
      state.gate = new Promise<void>((resolve) => (release = resolve))
      return () => {
        state.gate = undefined
        release()
      }
    },
    /** How many messages were handed over to be stored, whether they were or not. */
    asked: () => state.asked,
    setWaiting(count: number) {
      state.waiting = count
    },
  }
}

/** A log that keeps its lines. */
export function createMemoryLog() {
  const lines: string[] = []
  return {
    lines,
    log: { warn: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) },
  }
}
