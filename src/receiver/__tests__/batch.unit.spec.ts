import fc from "fast-check"
import { BatcherFullError, BatchTimeoutError, createBatcher } from "../batch"

const defaults = { maxBatch: 200, maxWaiting: 10_000, timeoutMs: 5_000 }

it("an item is resolved only after the commit that carried it, and rejected with a commit that failed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ poison: fc.boolean(), pauses: fc.nat(2) }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      async (scheduler, items, maxBatch) => {
        const committed = new Set<number>()
        const sunk = new Set<number>()
        let largest = 0
        const batcher = createBatcher<number>({
          ...defaults,
          maxBatch,
          async write(batch) {
            largest = Math.max(largest, batch.length)
            await scheduler.schedule(Promise.resolve(), "commit")
            if (batch.some((item) => items[item]?.poison)) {
              for (const item of batch) sunk.add(item)
              throw new Error("cannot be written")
            }
            for (const item of batch) {
              expect(committed.has(item)).toBe(false)
              committed.add(item)
            }
          },
        })
        const outcomes = items.map(async ({ pauses }, item) => {
          for (let i = 0; i < pauses; i++) await new Promise((resolve) => setImmediate(resolve))
          await batcher.add(item)
          return committed.has(item)
        })
        const settled = await scheduler.waitFor(Promise.allSettled(outcomes))
        expect(largest).toBeLessThanOrEqual(maxBatch)
        settled.forEach((outcome, item) => {
          expect(sunk.has(item)).toBe(!committed.has(item))
          expect(outcome.status).toBe(sunk.has(item) ? "rejected" : "fulfilled")
          if (outcome.status === "fulfilled") expect(outcome.value).toBe(true)
        })
      }
    ),
    { numRuns: 150 }
  )
})

it("a single item is written at once; what comes while it is written shares the next commit", async () => {
  const batches: number[][] = []
  let release: () => void = () => undefined
  const batcher = createBatcher<number>({
    ...defaults,
    async write(batch) {
      batches.push([...batch])
      if (batches.length === 1) await new Promise<void>((resolve) => (release = resolve))
    },
  })
  const first = batcher.add(0)
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  expect(batches).toEqual([[0]])
  const others = [1, 2, 3].map((item) => batcher.add(item))
  release()
  await Promise.all([first, ...others])
  expect(batches).toEqual([[0], [1, 2, 3]])
})

it("refuses what is more than may wait", async () => {
  const batcher = createBatcher<number>({ ...defaults, maxWaiting: 2, write: async () => undefined })
  const first = [batcher.add(1), batcher.add(2)]
  await expect(batcher.add(3)).rejects.toThrow(BatcherFullError)
  await Promise.all(first)
})

it("a write that does not answer fails its items in time and holds up nobody after them", async () => {
  const batcher = createBatcher<number>({
    ...defaults,
    timeoutMs: 20,
    write: (batch) => (batch.includes(1) ? new Promise(() => undefined) : Promise.resolve()),
  })
  await expect(batcher.add(1)).rejects.toThrow(BatchTimeoutError)
  await expect(batcher.add(2)).resolves.toBeUndefined()
})

it("a database that is down is asked once for each commit, and everybody is told", async () => {
  let writes = 0
  const batcher = createBatcher<number>({
    ...defaults,
    async write() {
      writes += 1
      throw new Error("down")
    },
  })
  const items = Array.from({ length: 200 }, (_, item) => batcher.add(item))
  const outcomes = await Promise.allSettled(items)
  expect(outcomes.every((outcome) => outcome.status === "rejected")).toBe(true)
  expect(writes).toBe(1)
})

it("idle resolves when nothing waits any more", async () => {
  let written = 0
  const batcher = createBatcher<number>({ ...defaults, maxBatch: 1, write: async () => void (written += 1) })
  await batcher.idle()
  const items = [1, 2, 3].map((item) => batcher.add(item))
  await batcher.idle()
  expect(written).toBe(3)
  await Promise.all(items)
})
