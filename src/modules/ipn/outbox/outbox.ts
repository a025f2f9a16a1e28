import type { Logger } from "@medusajs/framework/types"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Channel } from "./channel"
import { Dispatcher } from "./dispatcher"
import { tell, type Told } from "./tell"

/**
 * What is to be told to others, once per fact: written in a commit, told right after by the channel of its name, and
 * again after a failure or a crash. Channels are registered before the application starts.
 */
export class Outbox {
  private readonly dispatchers = new Map<string, Dispatcher>()

  constructor(
    private readonly db: Knex,
    private readonly logger: Pick<Logger, "error" | "warn">
  ) {}

  register(name: string, channel: Channel): void {
    this.dispatchers.set(name, new Dispatcher(this.db, name, channel, this.logger))
  }

  /** Writes down what is to be told; what is known already is left as it is. Returns how many were new. */
  async tell(rows: readonly Told[]): Promise<number> {
    const fresh = await tell(this.db, rows)
    if (fresh > 0) this.wake()
    return fresh
  }

  /** Tells that rows were written: for those who write them in a transaction of their own. */
  wake(): void {
    for (const dispatcher of this.dispatchers.values()) dispatcher.wake()
  }

  start(): void {
    for (const dispatcher of this.dispatchers.values()) dispatcher.start()
  }

  async drain(): Promise<void> {
    await Promise.all([...this.dispatchers.values()].map((dispatcher) => dispatcher.drain()))
  }
}
