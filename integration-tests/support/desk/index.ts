import { createServer, type Server } from "node:http"
import type { IWorkflowEngineService } from "@medusajs/framework/types"
import { Module } from "@medusajs/framework/utils"

type Dependencies = { workflows: IWorkflowEngineService }

/** A desk beside a running store, on `IPN_DESK_PORT` of the loopback address: runs the store's own workflows by their names. */
class Desk {
  private readonly server: Server

  constructor({ workflows }: Dependencies) {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on("data", (part: Buffer) => parts.push(part))
      request.on("end", () => {
        const input: unknown = JSON.parse(Buffer.concat(parts).toString())
        workflows.run(request.url!.slice(1), { input: input as object }).then(
          ({ result }: { result: unknown }) => response.end(JSON.stringify(result ?? null)),
          (error: Error) => response.writeHead(500).end(error.message)
        )
      })
    })
  }

  __hooks = {
    onApplicationStart: async () => {
      const port = Number(process.env.IPN_DESK_PORT)
      await new Promise<void>((listening, failed) => {
        this.server.once("error", failed)
        this.server.listen(port, "127.0.0.1", listening)
      })
    },
    onApplicationPrepareShutdown: () => {
      this.server.closeAllConnections()
      this.server.close()
      return Promise.resolve()
    },
  }
}

export default Module("desk", { service: Desk })
