import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { IEventBusModuleService } from "@medusajs/framework/types"
import { Module } from "@medusajs/framework/utils"

type Dependencies = { event_bus: IEventBusModuleService; __pg_connection__: Knex }

/** Another plugin of the store: notes every event of ours that Medusa's event bus brings, in the table `test_heard`. */
class BusListener {
  private readonly eventBus: IEventBusModuleService
  private readonly db: Knex

  constructor(dependencies: Dependencies) {
    this.eventBus = dependencies.event_bus
    this.db = dependencies.__pg_connection__
  }

  __hooks = {
    onApplicationStart: () => {
      this.eventBus.subscribe(
        "*",
        async ({ name, data }) => {
          if (!name.startsWith("ipn.")) return
          await this.db.raw("insert into test_heard (name, data) values (?, ?)", [name, JSON.stringify(data)])
        },
        { subscriberId: "test-bus-listener" }
      )
      return Promise.resolve()
    },
  }
}

export default Module("bus_listener", { service: BusListener })
