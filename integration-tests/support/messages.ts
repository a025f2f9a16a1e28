import { join } from "node:path"
import { fromDecimal } from "../../src/domain/money"
import { findGateway } from "../../src/gateways/find-gateway"
import {
  fill,
  freshValues,
  loadRecordings,
  type Recording,
  type Sender,
  type Values,
} from "../../src/gateways/conformance/recording"
import type { Account, Gateway, Message } from "../../src/gateways/gateway"
import { repository } from "./store/child-process"
import type { Checkout } from "./store/buyer"
import type { Store } from "./store/store"
import { waitUntil } from "./store/wait-until"

/** A signed message, ready to be sent any number of times. */
export type SignedMessage = Readonly<{
  url: string
  method: "GET" | "POST"
  headers: Readonly<Record<string, string>>
  body: Uint8Array
}>

export type MessageOptions = Readonly<{
  /** Decimal string in major units; default: what the checkout asks for. */
  amount?: string
  currency?: string
  /** The gateway's id of the payment. */
  payment?: string
  /** The id of the message: the same id is the same statement. */
  id?: string
  at?: Date
  /** Changes the body before it is signed: what the gateway then really said. */
  edit?: (body: string) => string
}>

let made = 0

/** A recording of an account's gateway about a checkout, signed with the account's secrets as the gateway would. */
export async function signedMessage(
  store: Pick<Store, "accounts">,
  accountId: string,
  recordingName: string,
  checkout: Pick<Checkout, "sessionId" | "amount" | "currency">,
  options: MessageOptions = {}
): Promise<SignedMessage> {
  return (await prepareMessage(store, accountId, recordingName, checkout, options)).signed
}

/** A signed message with all that it was made from. */
export type PreparedMessage = Readonly<{
  signed: SignedMessage
  gateway: Gateway
  account: Account<unknown>
  sender: Sender<unknown>
  recording: Recording
  values: Values
  /** Before it was signed. */
  unsigned: Message
}>

/** {@link signedMessage}, and what it was made from. */
export async function prepareMessage(
  store: Pick<Store, "accounts">,
  accountId: string,
  recordingName: string,
  checkout: Pick<Checkout, "sessionId" | "amount" | "currency">,
  options: MessageOptions = {}
): Promise<PreparedMessage> {
  const configured = store.accounts[accountId]
  if (!configured) throw new Error(`the store has no account "${accountId}"`)
  const gateway = findGateway(configured.gateway)
  const folder = join(repository, "src", "gateways", gateway.id)
  const recording = loadRecordings(folder).find(({ name }) => name === recordingName)
  if (!recording) throw new Error(`${gateway.id} has no recording "${recordingName}"`)
  const { sender } = (await import(join(folder, "recordings", "sender"))) as { sender: Sender<unknown> }
  const account: Account<unknown> = {
    id: accountId,
    mode: configured.mode,
    config: gateway.config.parse(configured.config),
  }
  const at = options.at ?? new Date()
  const unique = `${process.pid}${Date.now()}${++made}`
  const values = freshValues({
    reference: checkout.sessionId,
    money: fromDecimal(options.amount ?? checkout.amount, options.currency ?? checkout.currency),
    payment: options.payment ?? `pay_${checkout.sessionId}`,
    id: options.id ?? `msg_${unique}`,
    at,
  })
  const message = fill(recording, values)
  const edited = options.edit ? Buffer.from(options.edit(Buffer.from(message.body).toString())) : message.body
  const unsigned = { ...message, body: edited }
  const { headers, body, method, query } = sender.sign(unsigned, account, at)
  const url = query ? `${configured.notify_url}?${query}` : configured.notify_url
  return { signed: { url, method, headers, body }, gateway, account, sender, recording, values, unsigned }
}

/** Sends a message once, as a gateway would. Resolves to the status; to 0 when the connection broke. */
export async function send(message: SignedMessage): Promise<number> {
  try {
    const response = await fetch(message.url, {
      method: message.method,
      headers: message.headers,
      body: Buffer.from(message.body),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

/** Sends a message until it is accepted, as gateways do. @throws when it is not within 60 seconds. */
export async function deliver(message: SignedMessage): Promise<void> {
  await waitUntil("the message is accepted", async () => (await send(message)) === 200)
}
