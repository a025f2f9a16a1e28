import { createHmac } from "node:crypto"
import type { Issue } from "../../../domain/issues"
import type { Channel } from "../outbox/channel"

/** The name of the channel of outgoing webhooks. */
export const webhookChannel = "webhook"

/** Where alerts go, and the keys that prove that they are ours: the first signs, the others too while one is replaced. */
export type AlertWebhook = Readonly<{ url: string; keys: readonly Buffer[] }>

const timeoutMs = 15_000

/**
 * Sends alerts as Standard Webhooks (https://www.standardwebhooks.com/, read 2026-11-22): the id is the outbox row's, so
 * that a receiver knows what it has. Redirects are not followed; 410 means that nobody wants them any more.
 */
export function createWebhookChannel(
  { url, keys }: AlertWebhook,
  issues: Readonly<{ raise(issue: Issue): Promise<unknown> }>,
  send: typeof fetch = fetch
): Channel {
  return {
    concurrency: 4,
    async deliver({ id, topic, payload }) {
      const at = Math.floor(Date.now() / 1000)
      const body = JSON.stringify({ type: topic, timestamp: new Date().toISOString(), data: payload })
      const response = await send(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": "medusa-plugin-ipn",
          "webhook-id": id,
          "webhook-timestamp": String(at),
          "webhook-signature": keys.map((key) => `v1,${signed(key, id, at, body)}`).join(" "),
        },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      })
      await response.body?.cancel()
      if (response.status === 410) return { dropped: "the webhook's address answered 410: gone" }
      if (response.status < 200 || response.status > 299) {
        throw new Error(`the webhook's address answered ${response.status}`)
      }
    },
    async givenUp({ attempts }) {
      await issues.raise({
        kind: "email_failed",
        subject: "webhook",
        severity: "warning",
        detail: { reason: "webhook_failed", count: attempts },
      })
    },
  }
}

function signed(key: Buffer, id: string, at: number, body: string): string {
  return createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64")
}
