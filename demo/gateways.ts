import { readFileSync } from "node:fs"
import { prepareMessage, type MessageOptions } from "../integration-tests/support/messages"
import { playedAddressOf, type Accounts } from "../integration-tests/support/store/accounts"
import type { Checkout } from "../integration-tests/support/store/buyer"
import { findSimulation } from "../src/gateways/simulation/find-simulation"
import type { PlayedGateway, SimulationOptions } from "../src/gateways/simulation/gateway-simulation"
import { isPortFree } from "../scripts/free-port"
import { startHttpServer, type Answer } from "../src/gateways/simulation/http-server"
import type { Letter } from "../src/gateways/simulation/postman"
import { createAnnounced } from "./announced"

/** Where each account's gateway is played, and where to ask which messages the sandbox sent and to have others signed. */
export type GatewayAddresses = Readonly<{ simulators: Readonly<Record<string, string>>; deskUrl: string }>

/** One attempt of the sandbox to deliver a message. */
export type SentMessage = Readonly<{
  type: string
  reference: string
  status: number | null
  accepted: boolean
  sent_at: string
  took_ms: number
}>

/** What `npm run send` asks the desk to sign: the gateway then says yes when the store asks about the message. */
export type ToSign = Readonly<{
  account: string
  recording: string
  subject: Pick<Checkout, "sessionId" | "amount" | "currency">
  options: MessageOptions
}>
export type Signed = Readonly<{
  url: string
  method: "GET" | "POST"
  headers: Readonly<Record<string, string>>
  /** In base64. */
  body: string
}>

const redeliverAfterMs = [500, 2_000, 10_000]

/**
 * The gateways' side of the demo, a process of its own as gateways are: plays the gateway of every account with its
 * payment pages, at the address that the account names or, where that is taken, at another one. Its one argument is the
 * demo's accounts file, which is read again for each message that is to be signed; says where it listens on the first
 * line of stdout.
 */
async function main(accountsFile: string): Promise<void> {
  const readAccounts = () => JSON.parse(readFileSync(accountsFile, "utf8")) as Accounts
  const announced = createAnnounced()
  const played = new Map<string, PlayedGateway>()
  await Promise.all(
    Object.entries(readAccounts()).map(async ([id, account]) => {
      const { notify_url: notifyUrl } = account
      const wanted = Number(new URL(playedAddressOf(account)).port)
      const port = (await isPortFree(wanted)) ? wanted : 0
      const otherwise: SimulationOptions["otherwise"] = (call) => announced.answer(call)
      const simulation = await findSimulation(account.gateway)
      played.set(id, await simulation.start({ notifyUrl, redeliverAfterMs, otherwise, port }))
    })
  )

  async function sign({ account, recording, subject, options }: ToSign): Promise<Signed> {
    const message = await prepareMessage({ accounts: readAccounts() }, account, recording, subject, options)
    await announced.announce(message)
    const { url, method, headers, body } = message.signed
    const letter: Letter = { id: "by hand", to: url, body: Buffer.from(body), headers: () => headers }
    // PayPal's classic messages are asked about byte by byte.
    ;(played.get(account)?.letters as Letter[] | undefined)?.push(letter)
    return { url, method, headers, body: Buffer.from(body).toString("base64") }
  }

  const desk = await startHttpServer(async ({ method, body }) => {
    if (method !== "POST") return json(200, deliveriesOf(played.get("sandbox")))
    try {
      return json(200, await sign(JSON.parse(body.toString("utf8")) as ToSign))
    } catch (error) {
      return json(400, { message: error instanceof Error ? error.message : String(error) })
    }
  })
  const addresses: GatewayAddresses = {
    simulators: Object.fromEntries([...played].map(([id, { url }]) => [id, url])),
    deskUrl: desk.url,
  }
  console.log(JSON.stringify(addresses))
}

function deliveriesOf(sandbox: PlayedGateway | undefined): SentMessage[] {
  return (sandbox?.deliveries ?? []).map(({ letter, status, accepted, sentAt, tookMs }) => {
    const message = JSON.parse(letter.body.toString("utf8")) as {
      type: string
      payment?: { reference: string }
    }
    return {
      type: message.type,
      reference: message.payment?.reference ?? "",
      status: status ?? null,
      accepted,
      sent_at: sentAt.toISOString(),
      took_ms: tookMs,
    }
  })
}

function json(status: number, value: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) }
}

main(process.argv[2] ?? "demo/accounts.json").catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
