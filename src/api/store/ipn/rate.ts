const maxBuckets = 20_000

/**
 * A token bucket for each key: so many at once, then so many a second. Of very many keys the one that was idle longest
 * is forgotten.
 */
export class Rate {
  private readonly buckets = new Map<string, { tokens: number; at: number }>()

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly now: () => number = Date.now
  ) {}

  /** Takes one; returns 0, or after how many seconds there is one again. */
  take(key: string): number {
    const left = this.left(key)
    this.buckets.delete(key)
    this.buckets.set(key, { tokens: left >= 1 ? left - 1 : left, at: this.now() })
    if (this.buckets.size > maxBuckets) this.buckets.delete(this.buckets.keys().next().value!)
    return left >= 1 ? 0 : this.after(left)
  }

  /** What {@link take} would return, without taking. */
  look(key: string): number {
    const left = this.left(key)
    return left >= 1 ? 0 : this.after(left)
  }

  private left(key: string): number {
    const known = this.buckets.get(key)
    if (!known) return this.burst
    return Math.min(this.burst, known.tokens + ((this.now() - known.at) / 1000) * this.perSecond)
  }

  private after(left: number): number {
    return Math.max(1, Math.ceil((1 - left) / this.perSecond))
  }
}

/** Counts what goes on at the same time, in all and by key. */
export class Slots {
  private readonly taken = new Map<string, number>()
  private total = 0

  constructor(
    private readonly most: number,
    private readonly mostOfKey: number
  ) {}

  /** Takes a slot, to be given back by calling what comes back; undefined when there is none. */
  take(key: string): (() => void) | undefined {
    const ofKey = this.taken.get(key) ?? 0
    if (this.total >= this.most || ofKey >= this.mostOfKey) return undefined
    this.total++
    this.taken.set(key, ofKey + 1)
    let given = false
    return () => {
      if (given) return
      given = true
      this.total--
      const left = (this.taken.get(key) ?? 1) - 1
      if (left > 0) this.taken.set(key, left)
      else this.taken.delete(key)
    }
  }
}
