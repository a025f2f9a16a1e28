import type { IEventBusModuleService } from "@medusajs/framework/types"
import type { Channel } from "./channel"

/** The name of the channel that tells Medusa's subscribers. */
export const busChannel = "bus"

/** Tells by Medusa's event bus: the topic is the event's name, the payload its data with the row's id as `id`. */
export function createBus(eventBus: Pick<IEventBusModuleService, "emit">): Channel {
  return {
    async deliver({ id, topic, payload }) {
      await eventBus.emit({ name: topic, data: { id, ...payload } })
    },
  }
}
