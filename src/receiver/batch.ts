/** Gathers items that come while others are being written, so that one commit carries many. */
export type Batcher<T> = Readonly<{
  /**
   * Resolves after the commit that carried the item; rejects when that commit failed, and then the item may be given
   * again. Rejects with {@link BatcherFullError} when too many wait.
   */
  add(item: T): Promise<void>
  /** Resolves when nothing waits and nothing is being written. */
  idle(): Promise<void>
}>

export type BatcherOptions<T> = Readonly<{
  /** Writes all items in one commit, or none of them and throws. */
  write(batch: readonly T[]): Promise<void>
  /** The most items of one commit. */
  maxBatch: number
  /** The most items that wait for a commit to come. */
  maxWaiting: number
  /** How long one commit may take before it counts as failed. */
  timeoutMs: number
}>

export class BatcherFullError extends Error {
  override name = "BatcherFullError"
}

export class BatchTimeoutError extends Error {
  override name = "BatchTimeoutError"
}

type Waiting<T> = Readonly<{ item: T; resolve(): void; reject(error: unknown): void }>

/**
 * Batches without waiting: an item that comes while nothing is being written is written at once, and what comes
 * meanwhile makes the next batch. A write that fails, or does not answer in time, fails its items and holds up nobody else.
 */
export function createBatcher<T>(options: BatcherOptions<T>): Batcher<T> {
  let waiting: Waiting<T>[] = []
  let writing = false
  const wakeIdle: (() => void)[] = []

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, options.maxBatch)
      waiting = waiting.slice(options.maxBatch)
      await write(batch)
    }
    writing = false
    for (const wake of wakeIdle.splice(0)) wake()
  }

  async function write(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      await inTime(options.write(batch.map((one) => one.item)), options.timeoutMs)
    } catch (error) {
      for (const one of batch) one.reject(error)
      return
    }
    for (const one of batch) one.resolve()
  }

  return {
    add(item) {
      if (waiting.length >= options.maxWaiting) {
        return Promise.reject(new BatcherFullError("too many messages wait to be stored"))
      }
      return new Promise<void>((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        if (writing) return
        writing = true
        // After the sockets that are ready in this turn were read: they share the first commit, and nobody waits longer.
        setImmediate(() => void flush())
      })
    },
    idle() {
      return writing ? new Promise<void>((resolve) => wakeIdle.push(resolve)) : Promise.resolve()
    },
  }
}

function inTime(work: Promise<void>, ms: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new BatchTimeoutError("the database did not answer in time")), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
