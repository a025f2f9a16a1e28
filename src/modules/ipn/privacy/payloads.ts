import type { PayloadKey } from "../../../config/payload-key"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Message } from "../../../gateways/gateway"
import type { Received } from "../../../receiver/received"
import { redactMessage } from "./redact-message"
import { open, seal } from "./seal"

/** How much of a message is stored: `exact`; `redacted`: card data or a secret was taken out; `sealed`: encrypted, and exact inside; `pruned`: gone. */
export type BodyState = "exact" | "redacted" | "sealed" | "pruned"

/** A message's payload as it lies in the database; sealed wherever `seal_key_id` is set. */
export type StoredPayload = Readonly<{
  query: string
  headers: Readonly<Record<string, string>>
  /** base64 */
  body: string
  body_state: BodyState
  seal_key_id: string | null
}>

/** What is stored of a message, and whether all of it is there: what is missing cannot be read any more. */
export type Protected = StoredPayload & Readonly<{ isWhole: boolean }>

/** What stands between a message and the database: takes out what must not be stored, and encrypts the rest where a key is set. */
export class Payloads {
  private readonly secrets: ReadonlyMap<string, readonly string[]>
  private readonly keys: ReadonlyMap<string, PayloadKey>
  private readonly sealing: PayloadKey | undefined

  constructor(accounts: ReadonlyMap<string, ConfiguredAccount>, keys: readonly PayloadKey[]) {
    this.secrets = new Map([...accounts].map(([id, configured]) => [id, secretsOf(configured)]))
    this.keys = new Map(keys.map((key) => [key.id, key]))
    this.sealing = keys[0]
  }

  /** A message that must be confirmed by its exact bytes is kept exact until then. */
  protect({ id, accountId, message, verdict, read }: Omit<Received, "gatewayId">): Protected {
    if (verdict.kind === "unproven") {
      const { query, headers, body } = message
      const { buffer, byteOffset, byteLength } = body
      const payload = { query, headers, body: Buffer.from(buffer, byteOffset, byteLength) }
      return { ...this.close(id, payload, "exact"), isWhole: true }
    }
    return this.redact(id, accountId, message, () => read().events)
  }

  /** @param told What the message told, asked only where a number looks like a card's: ids in it stay. */
  redact(
    id: string,
    accountId: string,
    message: Pick<Message, "query" | "headers" | "body">,
    told: () => readonly PaymentEvent[]
  ): Protected {
    const redacted = redactMessage(message, told, this.secrets.get(accountId) ?? [])
    const payload = this.close(id, redacted, redacted.isRedacted ? "redacted" : "exact")
    return { ...payload, isWhole: redacted.isWhole }
  }

  /**
   * What was stored of a message, readable.
   * @throws Error when it is sealed with a key that is not configured any more.
   */
  open(id: string, stored: StoredPayload): Pick<Message, "query" | "headers" | "body"> {
    const { query, headers, body, seal_key_id: keyId } = stored
    if (keyId === null) return { query, headers, body: Buffer.from(body, "base64") }
    const key = this.keys.get(keyId)
    if (!key) {
      throw new Error(
        `Message ${id} is sealed with the key ${keyId}, which is not configured: add it back under \`payloadKey\` in medusa-config, behind the present one.`
      )
    }
    return {
      query: query === "" ? "" : open(query, key, `${id}:query`).toString("utf8"),
      headers,
      body: open(body, key, `${id}:body`),
    }
  }

  private close(
    id: string,
    payload: { query: string; headers: Readonly<Record<string, string>>; body: Buffer },
    state: "exact" | "redacted"
  ): StoredPayload {
    const { query, headers, body } = payload
    const key = this.sealing
    if (!key) return { query, headers, body: body.toString("base64"), body_state: state, seal_key_id: null }
    return {
      query: query === "" ? "" : seal(Buffer.from(query), key, `${id}:query`),
      headers,
      body: seal(body, key, `${id}:body`),
      body_state: state === "exact" ? "sealed" : state,
      seal_key_id: key.id,
    }
  }
}

/** An account's secrets that are long enough to be told from other text, also as they stand in a query. */
function secretsOf({ account, gateway }: ConfiguredAccount): string[] {
  const config = account.config as Readonly<Record<string, unknown>>
  const secrets = gateway.secrets
    .flatMap((name) => config[name])
    .filter((secret): secret is string => typeof secret === "string" && secret.length >= 8)
  return [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))]
}
