import { createHash } from "node:crypto"
import type { Sender } from "../../conformance/recording"
import type { HttpResponse } from "../../gateway"
import type { Przelewy24Options } from "../options"

/** What the checksum covers, in order: https://developers.przelewy24.pl/index.php?en#tag/Notification */
const payment = "merchantId posId sessionId amount originAmount currency orderId methodId statement"
const refund = "orderId sessionId refundsUuid merchantId amount currency status"
const card =
  "amount 3ds method refId orderId sessionId bin maskedCCNumber ccExp hash cardCountry risk liabilityshift"
const refusedCard = "amount 3ds method orderId sessionId errorCode errorMessage"

function coveredBy(told: object): string[] {
  if ("refundsUuid" in told) return refund.split(" ")
  if ("errorCode" in told) return refusedCard.split(" ")
  return ("3ds" in told ? card : payment).split(" ")
}

/** Plays Przelewy24. */
export const sender: Sender<Przelewy24Options> = {
  account: {
    id: "przelewy24",
    mode: "test",
    config: {
      merchantId: 12345,
      posId: 123,
      crcKeys: ["onlyForTestsCrc0"],
      apiKey: "onlyForTestsApiKey00000000000000",
      language: "pl",
      country: "PL",
    },
  },
  sign(message, { config }) {
    const told = JSON.parse(Buffer.from(message.body).toString("utf8")) as Record<string, unknown>
    const crc = (config.crcKeys as unknown[])[0]
    const covered = Object.fromEntries(coveredBy(told).map((name) => [name, told[name]]))
    const text = JSON.stringify({ ...covered, crc: typeof crc === "string" ? crc : "" })
    const sign = createHash("sha384").update(text).digest("hex")
    return { ...message, body: Buffer.from(JSON.stringify({ ...told, sign })) }
  },
  answer(request, { account, says, confirmed }) {
    const [user, password] = [account.config.posId, account.config.apiKey]
    const identity = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
    if (request.headers?.authorization !== identity) return json(401, { error: "Incorrect authentication" })
    const host = "https://sandbox.przelewy24.pl/api/v1/transaction"
    if (request.method === "PUT" && request.url === `${host}/verify`) {
      const accepts = says === "yes" && confirmed === undefined
      return accepts
        ? json(200, { data: { status: "success" }, responseCode: 0 })
        : json(400, { error: "Invalid input data", code: 400 })
    }
    if (says === "no" || !request.url.startsWith(`${host}/by/sessionId/`)) {
      return json(404, { error: "Transaction not exist", code: 404 })
    }
    return json(200, { data: confirmed, responseCode: 0 })
  },
}

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) }
}
