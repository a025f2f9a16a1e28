import type { IEventBusModuleService } from "@medusajs/framework/types"
import type { Channel } from "./channel"

/** The name of the channel that tells Medusa's subscribers. */
export const busChannel = "bus"

/** Tells by Medusa's event bus: the topic is the event's name, the payload its data with the row's id as `id`. */
export function createBus(eventBus: () => Pick<IEventBusModuleService, "emit"> | undefined): Channel {
  return {
    async deliver({ id, topic, payload }) {
      const bus = eventBus()
      if (!bus) throw new Error("Medusa has no event bus")
      await bus.emit({ name: topic, data: { id, ...payload } })
    },
  }
}
