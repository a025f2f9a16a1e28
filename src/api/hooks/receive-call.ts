import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { answer, writeReply } from "../../receiver/answer"
import { createBodyReader } from "../../receiver/read-body"

const readBody = createBodyReader()

/**
 * Answers a gateway's call to `/hooks/ipn/:account`, before Medusa looks for a route: that costs less.
 * 405 for any other method than GET and POST.
 */
export async function receiveCall(
  request: MedusaRequest,
  response: MedusaResponse,
  next: MedusaNextFunction
) {
  if (request.path !== "/") return next()
  return receive(request, response, request.params.account ?? "")
}

/**
 * Answers calls to `/hooks/payment/:provider` for the providers that are taken over, and leaves all others to Medusa.
 * 404 where the provider's name is written in any other way than the one whose body Medusa leaves alone: such a call
 * must not reach Medusa's own handling of a payment that we settle.
 */
export async function receiveTakenOver(
  request: MedusaRequest,
  response: MedusaResponse,
  next: MedusaNextFunction
) {
  const service = request.scope.resolve<IpnModuleService>(ipnModule)
  const accountId = service.takenOver(request.params.provider ?? "")
  if (accountId === undefined || request.path !== "/") return next()
  const isParsed = request.body !== undefined
  if (isParsed) return writeReply(response, { status: 404, body: "Not found" })
  return receive(request, response, accountId)
}

async function receive(request: MedusaRequest, response: MedusaResponse, accountId: string): Promise<void> {
  if (request.method !== "POST" && request.method !== "GET") {
    return writeReply(response, { status: 405, headers: { allow: "GET, POST" } })
  }
  const service = request.scope.resolve<IpnModuleService>(ipnModule)
  const to = { accountId, ip: request.ip ?? "" }
  return answer(request, response, to, readBody, (call) => service.receive(call))
}
