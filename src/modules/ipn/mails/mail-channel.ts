import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Issue } from "../../../domain/issues"
import type { Channel } from "../outbox/channel"
import type { OutboxRow } from "../outbox/claim-told"
import { withoutAddresses } from "./recipient"

/** The name of the channel of emails. */
export const mailChannel = "mail"
/** The name of the channel of the admin's notifications. */
export const feedChannel = "feed"

/** What became of one try to send. */
export type SendResult = Readonly<
  | { kind: "sent" }
  /** Nobody needs to know any more. */
  | { kind: "dropped"; reason: string }
  /** Never tried again; the issue's reason says why. */
  | { kind: "failed"; reason: "bad_address" | "mail_refused"; error: string }
  | { kind: "retry"; error: string }
>

type Issues = Readonly<{
  raise(issue: Issue): Promise<unknown>
  agree(scope: { kinds: ["email_failed"]; subject: string }, holding: []): Promise<unknown>
}>

/** While the store has no provider for email, mails wait so long, and for a day at most. */
const withoutProviderMs = 10 * 60_000
const waitingTries = 144
const noProvider = "no notification provider for the channel email"

/**
 * Sends by the store's own notification provider. A row that was sent before a crash kept us from marking it is known by
 * the notification that Medusa keeps of it.
 * @param send The workflow that writes the mail and hands it to Medusa.
 */
export function createMailChannel(
  db: Knex,
  issues: Issues,
  send: (row: OutboxRow) => Promise<SendResult>
): Channel {
  return {
    concurrency: 5,
    leaseMs: 180_000,
    async deliver(row) {
      if (row.attempts > 1 && (await wasSent(db, row))) return
      if (!(await hasProvider(db, "email"))) {
        await issues.raise(problem("no_email_provider", "no_email_provider"))
        if (row.attempts >= waitingTries) return { failed: noProvider }
        return { waiting: noProvider, dueAt: new Date(Date.now() + withoutProviderMs) }
      }
      const result = await send(row)
      switch (result.kind) {
        case "sent":
          await issues.agree({ kinds: ["email_failed"], subject: "no_email_provider" }, [])
          return
        case "dropped":
          return { dropped: result.reason }
        case "failed":
          await issues.raise({
            ...problem(result.reason, subjectOf(row)),
            ...(row.orderId ? { orderId: row.orderId } : {}),
          })
          return { failed: withoutAddresses(result.error) }
        case "retry":
          throw new Error(withoutAddresses(result.error))
      }
    },
    async givenUp(row, error) {
      if (error.message === noProvider || row.attempts < maxTries) return
      await issues.raise({
        ...problem("mail_failed", subjectOf(row), row.attempts),
        ...(row.orderId ? { orderId: row.orderId } : {}),
      })
    },
    maxAttempts: maxTries,
  }
}

/** About six hours, later each time. */
const maxTries = 20

/** Shows in the admin what waits for a person. Where the store has no feed, nobody misses it. */
export function createFeedChannel(db: Knex, send: (row: OutboxRow) => Promise<SendResult>): Channel {
  return {
    async deliver(row) {
      if (row.attempts > 1 && (await wasSent(db, row))) return
      if (!(await hasProvider(db, "feed")))
        return { dropped: "no notification provider for the channel feed" }
      const result = await send(row)
      if (result.kind === "dropped") return { dropped: result.reason }
      if (result.kind !== "sent") throw new Error(result.error)
    },
  }
}

/** One issue for all that fails to one merchant address or one order, so that a broken mail server is one issue each. */
function subjectOf(row: OutboxRow): string {
  const { to } = row.payload
  return to === "customer" ? `customer:${row.orderId ?? row.laneId ?? row.id}` : String(to)
}

function problem(reason: string, subject: string, count?: number): Issue {
  return {
    kind: "email_failed",
    subject,
    severity: "warning",
    detail: { reason, ...(count === undefined ? {} : { count }) },
  }
}

/** Medusa's notification providers are rows: those of this start are enabled. */
async function hasProvider(db: Knex, channel: string): Promise<boolean> {
  const { rows } = await db.raw(
    `select 1 from notification_provider where is_enabled and ? = any(channels) and deleted_at is null limit 1`,
    [channel]
  )
  return (rows as unknown[]).length > 0
}

/** What Medusa knows each try by. */
export function tryKey(row: Pick<OutboxRow, "id" | "attempts">): string {
  return `${row.id}:${row.attempts}`
}

async function wasSent(db: Knex, { id, attempts }: OutboxRow): Promise<boolean> {
  const earlier = Array.from({ length: attempts - 1 }, (_, index) => tryKey({ id, attempts: index + 1 }))
  const { rows } = await db.raw(
    `select 1 from notification where idempotency_key = any(?::text[]) and status = 'success' limit 1`,
    [earlier]
  )
  return (rows as unknown[]).length > 0
}
