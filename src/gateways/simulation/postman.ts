/** A message on its way to a store. Headers are made for each attempt, because signatures hold the time of sending. */
export type Letter = Readonly<{
  id: string
  to: string
  body: Buffer
  headers(at: Date): Readonly<Record<string, string>>
}>

/** One attempt to deliver a letter. */
export type Delivery = Readonly<{
  letter: Letter
  /** 1 for the first attempt of this letter. */
  attempt: number
  /** What the store answered; undefined when it could not be reached in 10 seconds. */
  status?: number
  answer?: string
  /** Whether the gateway takes the answer for an acknowledgement. */
  accepted: boolean
  sentAt: Date
  /** From sending to the whole answer, in milliseconds. */
  tookMs: number
}>

export type PostmanOptions = Readonly<{
  /** Whether an answer of the store is an acknowledgement. Default: any 2xx. */
  judge?(status: number, answer: string): boolean
  /** Waits before the second, third... attempt of a letter that was not accepted. Default: none, see `redeliver`. */
  redeliverAfterMs?: readonly number[]
  /** How waiting is done; tests pass one that does not. Default: real time. */
  wait?(ms: number): Promise<void>
  /** False keeps letters back until `deliver` is called. Default true. */
  sendsAtOnce?: boolean
}>

export type DeliverOptions = Readonly<{
  /** Leaves out so many of the first letters. Default 0. */
  from?: number
  /** How often each letter is sent. Default 1. */
  times?: number
  /** Any number: the same one gives the same order. Default: the order in which things happened. */
  shuffle?: number
  /** All at the same time. Default: one after another. */
  atOnce?: boolean
}>

/** Brings a gateway's messages to the store, again and again as told, and keeps a record of every attempt. */
export type Postman = Readonly<{
  letters: readonly Letter[]
  deliveries: readonly Delivery[]
  /** Adds a letter and, unless letters are kept back, delivers it. Resolves when it is accepted or given up. */
  send(letter: Letter): Promise<void>
  /** Delivers the letters so far, whether they were accepted before or not. */
  deliver(options?: DeliverOptions): Promise<readonly Delivery[]>
  /** Delivers once more each letter that no attempt was accepted of. */
  redeliver(): Promise<readonly Delivery[]>
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}>

export function createPostman({
  judge = (status) => status >= 200 && status < 300,
  redeliverAfterMs = [],
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  sendsAtOnce = true,
}: PostmanOptions = {}): Postman {
  const letters: Letter[] = []
  const deliveries: Delivery[] = []
  const underWay = new Set<Promise<unknown>>()

  const isAccepted = (letter: Letter) => deliveries.some((one) => one.letter === letter && one.accepted)

  async function attempt(letter: Letter): Promise<Delivery> {
    const count = deliveries.filter((one) => one.letter === letter).length + 1
    const sentAt = new Date()
    const started = performance.now()
    const answered = await post(letter, judge)
    const delivery = { letter, attempt: count, ...answered, sentAt, tookMs: performance.now() - started }
    deliveries.push(delivery)
    return delivery
  }

  async function deliverUntilAccepted(letter: Letter): Promise<void> {
    await attempt(letter)
    for (const ms of redeliverAfterMs) {
      if (isAccepted(letter)) return
      await wait(ms)
      await attempt(letter)
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work)
    const done = () => underWay.delete(work)
    work.then(done, done)
    return work
  }

  async function deliverAll(list: readonly Letter[], atOnce: boolean): Promise<readonly Delivery[]> {
    if (atOnce) return Promise.all(list.map(attempt))
    const done: Delivery[] = []
    for (const letter of list) done.push(await attempt(letter))
    return done
  }

  return {
    letters,
    deliveries,
    async send(letter) {
      letters.push(letter)
      if (sendsAtOnce) await track(deliverUntilAccepted(letter))
    },
    deliver({ from = 0, times = 1, shuffle, atOnce = false } = {}) {
      const list = Array.from({ length: times }, () => letters.slice(from)).flat()
      return track(deliverAll(shuffle === undefined ? list : shuffled(list, shuffle), atOnce))
    },
    redeliver: () =>
      track(
        deliverAll(
          letters.filter((letter) => !isAccepted(letter)),
          false
        )
      ),
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
  }
}

async function post(
  letter: Letter,
  judge: (status: number, answer: string) => boolean
): Promise<Pick<Delivery, "status" | "answer" | "accepted">> {
  try {
    const response = await fetch(letter.to, {
      method: "POST",
      headers: letter.headers(new Date()),
      body: new Uint8Array(letter.body),
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    })
    const answer = await response.text()
    return { status: response.status, answer, accepted: judge(response.status, answer) }
  } catch {
    return { accepted: false }
  }
}

/** The list in an order that only depends on the seed. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  const result = [...list]
  let state = seed >>> 0 || 1
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (last + 1))
    const held = result[last] as T
    result[last] = result[other] as T
    result[other] = held
  }
  return result
}
