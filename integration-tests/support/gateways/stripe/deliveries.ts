import Stripe from "stripe"
import type { StripeObject } from "./books"

export type StripeEvent = StripeObject & { type: string; data: { object: StripeObject } }

/** One try to deliver an event; `status` 0 when nobody answered. */
export type Delivery = Readonly<{ event: StripeEvent; attempt: number; status: number; at: Date; ms: number }>

/** A webhook endpoint as set up in Stripe's dashboard. The secret is made up for tests. */
export type Endpoint = { url: string; secret: string }

const signer = new Stripe("sk_test_onlyForTests0000000000")

/**
 * Sends events to the endpoint one after another, each try signed anew by Stripe's own SDK. Whatever is not answered
 * with 2xx is sent again: by `redeliver`, or, where a wait is given, by itself three times as in Stripe's test mode.
 * https://docs.stripe.com/webhooks#retries
 */
export class Deliveries {
  readonly events: StripeEvent[] = []
  readonly deliveries: Delivery[] = []
  /** While true, events are made and kept, and nothing is sent: `send` decides what arrives and in which order. */
  held = false
  private line: Promise<void> = Promise.resolve()
  private readonly timers = new Set<NodeJS.Timeout>()

  constructor(
    public endpoint: Endpoint | undefined,
    private readonly now: () => Date,
    private readonly retryAfterMs: number | undefined
  ) {}

  add(event: StripeEvent): void {
    this.events.push(event)
    if (!this.held && this.endpoint) this.line = this.line.then(async () => void (await this.deliver(event)))
  }

  /** Resolves when everything that was on its way was answered. */
  async settled(): Promise<void> {
    await this.line
  }

  /** Sends events now, in the order given, whatever was sent before. */
  async send(...events: readonly StripeEvent[]): Promise<number[]> {
    const statuses: number[] = []
    for (const event of events) statuses.push(await this.deliver(event))
    return statuses
  }

  /** Events whose last try was not answered with 2xx, or that were never tried. */
  undelivered(): StripeEvent[] {
    return this.events.filter((event) => {
      const last = this.deliveries.filter((delivery) => delivery.event.id === event.id).at(-1)
      return !last || last.status < 200 || last.status > 299
    })
  }

  redeliver(): Promise<number[]> {
    return this.send(...this.undelivered())
  }

  /** Sends nothing more; resolves when what was on its way was answered. */
  async close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    this.endpoint = undefined
    await this.line
  }

  private async deliver(event: StripeEvent): Promise<number> {
    if (!this.endpoint) return 0
    const started = Date.now()
    const at = this.now()
    const attempt = this.deliveries.filter((delivery) => delivery.event.id === event.id).length + 1
    const status = await post(this.endpoint, event, at)
    this.deliveries.push({ event, attempt, status, at, ms: Date.now() - started })
    const failed = status < 200 || status > 299
    if (failed && this.retryAfterMs !== undefined && attempt <= 3) {
      const timer = setTimeout(
        () => {
          this.timers.delete(timer)
          this.line = this.line.then(async () => void (await this.deliver(event)))
        },
        this.retryAfterMs * 2 ** (attempt - 1)
      )
      this.timers.add(timer)
    }
    return status
  }
}

async function post(endpoint: Endpoint, event: StripeEvent, at: Date): Promise<number> {
  const payload = JSON.stringify(event, null, 2)
  const signature = signer.webhooks.generateTestHeaderString({
    payload,
    secret: endpoint.secret,
    timestamp: Math.floor(at.getTime() / 1000),
  })
  try {
    const response = await fetch(endpoint.url, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "stripe-signature": signature,
      },
      body: payload,
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}
